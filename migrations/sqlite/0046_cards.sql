-- +goose Up
-- Cards that a gateway keeps for an account: never a number, only what the gateway calls them, and, sealed, what people
-- know them by. default_for is the account while the card is the one that pays by itself.
CREATE TABLE card_setups (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    gateway    TEXT    NOT NULL CHECK (gateway <> ''),
    merchant   TEXT    NOT NULL CHECK (merchant <> ''),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    done_at    INTEGER
);
CREATE INDEX card_setups_account ON card_setups (account_id, created_at);

CREATE TABLE cards (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    gateway      TEXT    NOT NULL CHECK (gateway <> ''),
    merchant     TEXT    NOT NULL CHECK (merchant <> ''),
    customer_ref TEXT    NOT NULL CHECK (customer_ref <> ''),
    method_ref   TEXT    NOT NULL CHECK (method_ref <> ''),
    detail       BLOB    NOT NULL CHECK (typeof(detail) = 'blob' AND substr(detail, 1, 4) = x'00677301'),
    default_for  BLOB    CHECK (default_for IS NULL OR default_for = account_id),
    added_at     INTEGER NOT NULL,
    removed_at   INTEGER,
    CHECK (removed_at IS NULL OR default_for IS NULL)
);
CREATE UNIQUE INDEX cards_method ON cards (gateway, method_ref);
CREATE UNIQUE INDEX cards_default ON cards (default_for);
CREATE INDEX cards_account ON cards (account_id, removed_at, added_at);

-- One attempt to pay an invoice by a card on file; its checkout has the same id. next_at is when the next attempt is
-- made; none while the bank is being asked, and none after the last.
CREATE TABLE card_charges (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id BLOB    NOT NULL REFERENCES invoices (id),
    card_id    BLOB    NOT NULL REFERENCES cards (id),
    attempt    INTEGER NOT NULL CHECK (attempt > 0),
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'paid', 'declined', 'action', 'void')),
    created_at INTEGER NOT NULL,
    next_at    INTEGER,
    done_at    INTEGER,
    CHECK ((state = 'waiting') = (done_at IS NULL))
);
CREATE UNIQUE INDEX card_charges_attempt ON card_charges (invoice_id, attempt);
CREATE INDEX card_charges_account ON card_charges (account_id, created_at);
