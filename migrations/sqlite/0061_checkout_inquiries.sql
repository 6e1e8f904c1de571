-- +goose Up
-- When a gateway was last asked what became of a checkout of which no notice came.
CREATE TABLE checkout_inquiries (
    checkout_id BLOB    NOT NULL PRIMARY KEY CHECK (length(checkout_id) = 16),
    asked_at    INTEGER NOT NULL
);
