-- +goose Up
-- What a register of a tax authority says of the VAT number of an account. The number, whom it belongs to and the
-- reference of the enquiry are sealed together.
CREATE TABLE vat_checks (
    account_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(account_id) = 16),
    state       TEXT    NOT NULL CHECK (state IN ('unknown', 'valid', 'invalid')),
    register    TEXT    NOT NULL CHECK (length(register) BETWEEN 1 AND 16),
    content     BLOB    NOT NULL CHECK (typeof(content) = 'blob' AND substr(content, 1, 4) = x'00677301'),
    asked_at    INTEGER NOT NULL,
    answered_at INTEGER,
    CHECK ((state = 'unknown') = (answered_at IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) STRICT;
CREATE INDEX vat_checks_age ON vat_checks (state, asked_at);
