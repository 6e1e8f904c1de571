-- +goose Up
-- A day of payment that the client promised in the portal; others were written down by staff.
ALTER TABLE payment_promises ADD COLUMN by_client TINYINT(1) NOT NULL DEFAULT 0 CHECK (by_client IN (0, 1));
