-- +goose Up
-- What somebody of the provider wants done with money and is above the limit: a second person has to approve it.
CREATE TABLE money_requests (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    kind         TEXT    NOT NULL CHECK (kind IN ('payment', 'credit-note', 'write-off', 'refund')),
    invoice_id   BLOB    REFERENCES invoices (id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    content      BLOB    NOT NULL CHECK (typeof(content) = 'blob' AND substr(content, 1, 4) = x'00677301'),
    state        TEXT    NOT NULL CHECK (state IN ('open', 'approved', 'declined')),
    asked_by     BLOB    NOT NULL CHECK (length(asked_by) = 16),
    asked_at     INTEGER NOT NULL,
    decided_by   BLOB    CHECK (decided_by IS NULL OR length(decided_by) = 16),
    decided_at   INTEGER,
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK (state <> 'approved' OR decided_by <> asked_by)
);
CREATE INDEX money_requests_state ON money_requests (state, asked_at, id);
CREATE INDEX money_requests_account ON money_requests (account_id, state, asked_at);
