-- +goose Up

-- The credit of an account is summed from the index alone, however often it was used.
DROP INDEX ledger_entries_book;
CREATE INDEX ledger_entries_book ON ledger_entries (account_id, book, posted_at, currency, amount_minor);
