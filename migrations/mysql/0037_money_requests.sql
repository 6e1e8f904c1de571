-- +goose Up
-- What somebody of the provider wants done with money and is above the limit: a second person has to approve it.
CREATE TABLE money_requests (
    id           BINARY(16)  NOT NULL PRIMARY KEY,
    account_id   BINARY(16)  NOT NULL,
    kind         VARCHAR(16) NOT NULL CHECK (kind IN ('payment', 'credit-note', 'write-off', 'refund')),
    invoice_id   BINARY(16),
    amount_minor BIGINT      NOT NULL CHECK (amount_minor > 0),
    currency     CHAR(3)     NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    content      BLOB        NOT NULL CHECK (LEFT(content, 4) = x'00677301'),
    state        VARCHAR(16) NOT NULL CHECK (state IN ('open', 'approved', 'declined')),
    asked_by     BINARY(16)  NOT NULL,
    asked_at     BIGINT      NOT NULL,
    decided_by   BINARY(16),
    decided_at   BIGINT,
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK (state <> 'approved' OR decided_by <> asked_by),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX money_requests_state ON money_requests (state, asked_at, id);
CREATE INDEX money_requests_account ON money_requests (account_id, state, asked_at);
