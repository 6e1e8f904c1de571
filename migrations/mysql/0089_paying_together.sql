-- +goose Up
-- What of one payment is meant for which invoice, where it pays several at once; what they come to is the checkout's
-- amount. A checkout without shares pays its own invoice alone.
CREATE TABLE checkout_shares (
    checkout_id  BINARY(16) NOT NULL,
    invoice_id   BINARY(16) NOT NULL,
    account_id   BINARY(16) NOT NULL,
    position     INT        NOT NULL CHECK (position > 0),
    amount_minor BIGINT     NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (checkout_id, invoice_id),
    FOREIGN KEY (checkout_id) REFERENCES checkouts (id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX checkout_shares_order ON checkout_shares (checkout_id, position);
CREATE INDEX checkout_shares_invoice ON checkout_shares (account_id, invoice_id);

-- A card on file that somebody has pay invoices at once; its checkout has the same id.
CREATE TABLE card_payments (
    id         BINARY(16)  NOT NULL PRIMARY KEY,
    account_id BINARY(16)  NOT NULL,
    card_id    BINARY(16)  NOT NULL,
    state      VARCHAR(16) NOT NULL CHECK (state IN ('waiting', 'paid', 'declined', 'action', 'void')),
    created_at BIGINT      NOT NULL,
    done_at    BIGINT,
    CHECK ((state = 'waiting') = (done_at IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (card_id) REFERENCES cards (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX card_payments_account ON card_payments (account_id, created_at);
