-- +goose Up
-- Each posting says of what kind its document is, and stands at the document's own time, so that a statement for a
-- period can be read from the ledger alone. What is posted already gets both: until now there were invoices and payments.
DROP TRIGGER ledger_entries_never_change;
ALTER TABLE ledger_entries ADD COLUMN kind TEXT NOT NULL DEFAULT 'unnamed' CHECK (kind IN
    ('unnamed', 'invoice', 'payment', 'credit-note', 'credit-used', 'write-off', 'refund'));
UPDATE ledger_entries SET kind = 'invoice', posted_at = (SELECT i.issued_at FROM invoices i WHERE i.id = document_id)
    WHERE EXISTS (SELECT 1 FROM invoices i WHERE i.id = document_id);
UPDATE ledger_entries SET kind = 'payment', posted_at = (SELECT p.received_at FROM payments p WHERE p.id = document_id)
    WHERE EXISTS (SELECT 1 FROM payments p WHERE p.id = document_id);
CREATE INDEX ledger_entries_time ON ledger_entries (account_id, posted_at, document_id);
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_never_change BEFORE UPDATE ON ledger_entries BEGIN
    SELECT RAISE(ABORT, 'entries of the ledger are never changed');
END;
-- +goose StatementEnd
