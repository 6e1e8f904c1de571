-- +goose Up
-- Links that pay one invoice without a sign-in. They are found by their hash; the sealed token is there so that whoever
-- may pay the invoice can see the link again.
CREATE TABLE pay_links (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id BLOB    NOT NULL REFERENCES invoices (id),
    token_hash BLOB    NOT NULL CHECK (length(token_hash) = 32),
    token      BLOB    NOT NULL CHECK (typeof(token) = 'blob' AND substr(token, 1, 4) = x'00677301'),
    made_by    BLOB    NOT NULL CHECK (typeof(made_by) = 'blob' AND substr(made_by, 1, 4) = x'00677301'),
    for_mail   INTEGER NOT NULL CHECK (for_mail IN (0, 1)),
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER,
    CHECK (expires_at > made_at)
);
CREATE UNIQUE INDEX pay_links_token ON pay_links (token_hash);
CREATE INDEX pay_links_invoice ON pay_links (account_id, invoice_id, made_at);
