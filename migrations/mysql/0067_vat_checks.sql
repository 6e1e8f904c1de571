-- +goose Up
-- What a register of a tax authority says of the VAT number of an account. The number, whom it belongs to and the
-- reference of the enquiry are sealed together.
CREATE TABLE vat_checks (
    account_id  BINARY(16)  NOT NULL PRIMARY KEY,
    state       VARCHAR(16) NOT NULL CHECK (state IN ('unknown', 'valid', 'invalid')),
    register    VARCHAR(16) NOT NULL CHECK (CHAR_LENGTH(register) BETWEEN 1 AND 16),
    content     BLOB        NOT NULL CHECK (LEFT(content, 4) = x'00677301'),
    asked_at    BIGINT      NOT NULL,
    answered_at BIGINT,
    CHECK ((state = 'unknown') = (answered_at IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX vat_checks_age ON vat_checks (state, asked_at);
