-- +goose Up

-- The first second factor of somebody does not count before their recovery codes are kept: confirmed_at is when it
-- counts, proved_at when it was used, and proved_in the session in which it was.
ALTER TABLE factors ADD COLUMN proved_at INTEGER;
ALTER TABLE factors ADD COLUMN proved_in BLOB CHECK (proved_in IS NULL OR length(proved_in) = 16);
