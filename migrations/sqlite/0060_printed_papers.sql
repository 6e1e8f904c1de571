-- +goose Up
-- Invoices and credit notes on paper (PDF) as they were drawn once, after the issue: what is kept is never changed. Where
-- a client enters references of their own later, another edition is drawn beside the first.
CREATE TABLE billing_prints (
    document_id BLOB    NOT NULL CHECK (length(document_id) = 16),
    edition     INTEGER NOT NULL,
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    kind        TEXT    NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
    content     BLOB    NOT NULL CHECK (typeof(content) = 'blob' AND substr(content, 1, 4) = x'00677301'),
    made_at     INTEGER NOT NULL,
    PRIMARY KEY (document_id, edition)
);
CREATE INDEX billing_prints_account ON billing_prints (account_id, made_at);
-- How often the client's references on an issued invoice were changed.
ALTER TABLE invoices ADD COLUMN edition INTEGER NOT NULL DEFAULT 0;
-- +goose StatementBegin
CREATE TRIGGER billing_prints_never_change BEFORE UPDATE ON billing_prints BEGIN
    SELECT RAISE(ABORT, 'papers are never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER billing_prints_never_go BEFORE DELETE ON billing_prints BEGIN
    SELECT RAISE(ABORT, 'papers are never deleted');
END;
-- +goose StatementEnd
