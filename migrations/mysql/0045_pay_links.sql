-- +goose Up
-- Links that pay one invoice without a sign-in. They are found by their hash; the sealed token is there so that whoever
-- may pay the invoice can see the link again.
CREATE TABLE pay_links (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    invoice_id BINARY(16) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    token      BLOB       NOT NULL CHECK (LEFT(token, 4) = x'00677301'),
    made_by    BLOB       NOT NULL CHECK (LEFT(made_by, 4) = x'00677301'),
    for_mail   TINYINT    NOT NULL CHECK (for_mail IN (0, 1)),
    made_at    BIGINT     NOT NULL,
    expires_at BIGINT     NOT NULL,
    ended_at   BIGINT,
    CHECK (expires_at > made_at),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX pay_links_token ON pay_links (token_hash);
CREATE INDEX pay_links_invoice ON pay_links (account_id, invoice_id, made_at);
