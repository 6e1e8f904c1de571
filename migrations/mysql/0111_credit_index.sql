-- +goose Up

-- The credit of an account is summed from the index alone, however often it was used.
ALTER TABLE ledger_entries
    DROP INDEX ledger_entries_book,
    ADD INDEX ledger_entries_book (account_id, book, posted_at, currency, amount_minor);
