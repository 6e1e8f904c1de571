-- +goose Up

-- A role that was deleted keeps its row, so that invitations and reviews of earlier days still name it. Nobody holds it
-- and nobody can be given it.
ALTER TABLE custom_roles ADD COLUMN deleted_at INTEGER;

-- What whoever invites adds in their words.
ALTER TABLE invitations ADD COLUMN message BLOB
    CHECK (message IS NULL OR (typeof(message) = 'blob' AND substr(message, 1, 4) = x'00677301'));
