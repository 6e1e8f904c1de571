-- +goose Up
-- What came into the provider's bank account, each line of a statement once: digest is a keyed one over what the line
-- says. It belongs to no account until somebody or its reference says to which; then payment_id says where it went.
CREATE TABLE bank_transfers (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    digest       BLOB    NOT NULL CHECK (length(digest) = 32),
    booked_on    INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    payer        BLOB    CHECK (payer IS NULL OR (typeof(payer) = 'blob' AND substr(payer, 1, 4) = x'00677301')),
    reference    BLOB    CHECK (reference IS NULL OR (typeof(reference) = 'blob' AND substr(reference, 1, 4) = x'00677301')),
    state        TEXT    NOT NULL CHECK (state IN ('unmatched', 'asked', 'matched', 'set-aside')),
    payment_id   BLOB    CHECK (payment_id IS NULL OR length(payment_id) = 16),
    why          BLOB    CHECK (why IS NULL OR (typeof(why) = 'blob' AND substr(why, 1, 4) = x'00677301')),
    imported_at  INTEGER NOT NULL,
    CHECK ((state IN ('matched', 'asked')) = (payment_id IS NOT NULL))
);
CREATE UNIQUE INDEX bank_transfers_digest ON bank_transfers (digest);
CREATE UNIQUE INDEX bank_transfers_payment ON bank_transfers (payment_id);
CREATE INDEX bank_transfers_state ON bank_transfers (state, booked_on, id);
