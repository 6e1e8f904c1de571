-- +goose Up
-- Invoices are found by their amount.
CREATE INDEX invoices_total ON invoices (account_id, total_minor, issued_at, id);
