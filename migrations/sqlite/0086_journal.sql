-- +goose Up
-- The postings of a period, over all accounts: what goes to the provider's accounts.
CREATE INDEX ledger_entries_day ON ledger_entries (posted_at, document_id, line);
