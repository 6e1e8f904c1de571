-- +goose Up
-- Clients with a suspended service, or with an invoice that is overdue, are listed a page at a time, however many there
-- are in all.
CREATE INDEX services_standing ON services (state, account_id);
CREATE INDEX invoices_standing ON invoices (state, account_id, due_at);
