-- +goose Up
-- Electronic invoices and credit notes as they were made once, after the issue: what is kept is never changed. content
-- is empty where the document lacks what such an invoice must have.
CREATE TABLE billing_papers (
    document_id BLOB    NOT NULL PRIMARY KEY CHECK (length(document_id) = 16),
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    kind        TEXT    NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
    content     BLOB    CHECK (content IS NULL OR (typeof(content) = 'blob' AND substr(content, 1, 4) = x'00677301')),
    made_at     INTEGER NOT NULL
);
CREATE INDEX billing_papers_account ON billing_papers (account_id, made_at);
-- +goose StatementBegin
CREATE TRIGGER billing_papers_never_change BEFORE UPDATE ON billing_papers BEGIN
    SELECT RAISE(ABORT, 'e-invoices are never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER billing_papers_never_go BEFORE DELETE ON billing_papers BEGIN
    SELECT RAISE(ABORT, 'e-invoices are never deleted');
END;
-- +goose StatementEnd
