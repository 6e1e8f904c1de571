-- +goose Up

-- A role that was deleted keeps its row, so that invitations and reviews of earlier days still name it. Nobody holds it
-- and nobody can be given it.
ALTER TABLE custom_roles ADD COLUMN deleted_at BIGINT;

-- What whoever invites adds in their words, and which invitations were sent together: a form that is sent twice makes
-- them once.
ALTER TABLE invitations ADD COLUMN message BLOB CHECK (message IS NULL OR SUBSTR(message, 1, 4) = x'00677301');
ALTER TABLE invitations ADD COLUMN batch_id BINARY(16);
CREATE INDEX invitations_sent ON invitations (account_id, created_at);
