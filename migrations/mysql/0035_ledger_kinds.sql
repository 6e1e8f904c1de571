-- +goose Up
-- Each posting says of what kind its document is, and stands at the document's own time, so that a statement for a
-- period can be read from the ledger alone. What is posted already gets both: until now there were invoices and payments.
DROP TRIGGER ledger_entries_never_change;
ALTER TABLE ledger_entries ADD COLUMN kind VARCHAR(16) NOT NULL DEFAULT 'unnamed' CHECK (kind IN
    ('unnamed', 'invoice', 'payment', 'credit-note', 'credit-used', 'write-off', 'refund'));
UPDATE ledger_entries e JOIN invoices i ON i.id = e.document_id SET e.kind = 'invoice', e.posted_at = i.issued_at;
UPDATE ledger_entries e JOIN payments p ON p.id = e.document_id SET e.kind = 'payment', e.posted_at = p.received_at;
CREATE INDEX ledger_entries_time ON ledger_entries (account_id, posted_at, document_id);
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_never_change BEFORE UPDATE ON ledger_entries FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries of the ledger are never changed';
-- +goose StatementEnd
