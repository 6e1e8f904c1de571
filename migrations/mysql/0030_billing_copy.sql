-- +goose Up

-- Somebody who is invited to receive the invoices and pay them, and no other mails that can be done without.
ALTER TABLE invitations ADD COLUMN only_invoices TINYINT NOT NULL DEFAULT 0 CHECK (only_invoices IN (0, 1));
