-- +goose Up
-- A service may be shown while it is being set up.
ALTER TABLE services MODIFY state VARCHAR(16) NOT NULL
    CHECK (state IN ('pending', 'active', 'suspended', 'cancelled'));
