-- +goose Up

-- When somebody got the department that they are in. Zero: before this was written down.
ALTER TABLE staff_members ADD COLUMN given_at INTEGER NOT NULL DEFAULT 0;
