-- +goose Up
-- For the list of new clients.
CREATE INDEX accounts_created ON accounts (created_at, account_id);
