-- +goose Up
-- Electronic invoices and credit notes as they were made once, after the issue: what is kept is never changed. content
-- is empty where the document lacks what such an invoice must have.
CREATE TABLE billing_papers (
    document_id BINARY(16)  NOT NULL PRIMARY KEY,
    account_id  BINARY(16)  NOT NULL,
    kind        VARCHAR(16) NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
    content     MEDIUMBLOB  CHECK (content IS NULL OR LEFT(content, 4) = x'00677301'),
    made_at     BIGINT      NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX billing_papers_account ON billing_papers (account_id, made_at);
-- +goose StatementBegin
CREATE TRIGGER billing_papers_never_change BEFORE UPDATE ON billing_papers FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'e-invoices are never changed';
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER billing_papers_never_go BEFORE DELETE ON billing_papers FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'e-invoices are never deleted';
-- +goose StatementEnd
