-- +goose Up

-- A case can be handed over to other departments, which is a line of its history.
ALTER TABLE case_messages MODIFY kind VARCHAR(16) NOT NULL
    CHECK (kind IN ('opened', 'replied', 'taken', 'closed', 'handed-over'));
