-- +goose Up
-- Invoices and credit notes on paper (PDF) as they were drawn once, after the issue: what is kept is never changed. Where
-- a client enters references of their own later, another edition is drawn beside the first.
CREATE TABLE billing_prints (
    document_id BINARY(16)  NOT NULL,
    edition     INT         NOT NULL,
    account_id  BINARY(16)  NOT NULL,
    kind        VARCHAR(16) NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
    content     MEDIUMBLOB  NOT NULL CHECK (LEFT(content, 4) = x'00677301'),
    made_at     BIGINT      NOT NULL,
    PRIMARY KEY (document_id, edition),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX billing_prints_account ON billing_prints (account_id, made_at);
-- How often the client's references on an issued invoice were changed.
ALTER TABLE invoices ADD COLUMN edition INT NOT NULL DEFAULT 0;
-- +goose StatementBegin
CREATE TRIGGER billing_prints_never_change BEFORE UPDATE ON billing_prints FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'papers are never changed';
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER billing_prints_never_go BEFORE DELETE ON billing_prints FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'papers are never deleted';
-- +goose StatementEnd
