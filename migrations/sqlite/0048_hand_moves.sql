-- +goose Up
-- What one person of the provider moved by hand and alone: several amounts below the limit count as one above it.
CREATE TABLE hand_moves (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    moved_by     BLOB    NOT NULL CHECK (length(moved_by) = 16),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    moved_at     INTEGER NOT NULL
);
CREATE INDEX hand_moves_day ON hand_moves (account_id, moved_by, moved_at);
