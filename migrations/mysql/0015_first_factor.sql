-- +goose Up

-- The first second factor of somebody does not count before their recovery codes are kept: confirmed_at is when it
-- counts, proved_at when it was used, and proved_in the session in which it was.
ALTER TABLE factors
    ADD COLUMN proved_at BIGINT,
    ADD COLUMN proved_in BINARY(16);
