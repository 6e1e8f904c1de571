-- +goose Up
-- What of one payment is meant for which invoice, where it pays several at once; what they come to is the checkout's
-- amount. A checkout without shares pays its own invoice alone.
CREATE TABLE checkout_shares (
    checkout_id  BLOB    NOT NULL REFERENCES checkouts (id),
    invoice_id   BLOB    NOT NULL REFERENCES invoices (id),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    position     INTEGER NOT NULL CHECK (position > 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (checkout_id, invoice_id)
);
CREATE UNIQUE INDEX checkout_shares_order ON checkout_shares (checkout_id, position);
CREATE INDEX checkout_shares_invoice ON checkout_shares (account_id, invoice_id);

-- A card on file that somebody has pay invoices at once; its checkout has the same id.
CREATE TABLE card_payments (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    card_id    BLOB    NOT NULL REFERENCES cards (id),
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'paid', 'declined', 'action', 'void')),
    created_at INTEGER NOT NULL,
    done_at    INTEGER,
    CHECK ((state = 'waiting') = (done_at IS NULL))
);
CREATE INDEX card_payments_account ON card_payments (account_id, created_at);
