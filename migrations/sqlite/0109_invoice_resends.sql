-- +goose Up

-- When staff last sent an invoice to the client again.
CREATE TABLE invoice_resends (
    invoice_id BLOB    NOT NULL PRIMARY KEY REFERENCES invoices (id),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    sent_at    INTEGER NOT NULL
);
