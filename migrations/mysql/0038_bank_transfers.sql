-- +goose Up
-- What came into the provider's bank account, each line of a statement once: digest is a keyed one over what the line
-- says. It belongs to no account until somebody or its reference says to which; then payment_id says where it went.
CREATE TABLE bank_transfers (
    id           BINARY(16)  NOT NULL PRIMARY KEY,
    digest       BINARY(32)  NOT NULL,
    booked_on    BIGINT      NOT NULL,
    amount_minor BIGINT      NOT NULL CHECK (amount_minor > 0),
    currency     CHAR(3)     NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    payer        BLOB        CHECK (payer IS NULL OR LEFT(payer, 4) = x'00677301'),
    reference    BLOB        CHECK (reference IS NULL OR LEFT(reference, 4) = x'00677301'),
    state        VARCHAR(16) NOT NULL CHECK (state IN ('unmatched', 'asked', 'matched', 'set-aside')),
    payment_id   BINARY(16),
    why          BLOB        CHECK (why IS NULL OR LEFT(why, 4) = x'00677301'),
    imported_at  BIGINT      NOT NULL,
    CHECK ((state IN ('matched', 'asked')) = (payment_id IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX bank_transfers_digest ON bank_transfers (digest);
CREATE UNIQUE INDEX bank_transfers_payment ON bank_transfers (payment_id);
CREATE INDEX bank_transfers_state ON bank_transfers (state, booked_on, id);
