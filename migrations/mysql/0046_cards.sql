-- +goose Up
-- Cards that a gateway keeps for an account: never a number, only what the gateway calls them, and, sealed, what people
-- know them by. default_for is the account while the card is the one that pays by itself.
CREATE TABLE card_setups (
    id         BINARY(16)   NOT NULL PRIMARY KEY,
    account_id BINARY(16)   NOT NULL,
    gateway    VARCHAR(40)  NOT NULL CHECK (gateway <> ''),
    merchant   VARCHAR(120) NOT NULL CHECK (merchant <> ''),
    created_at BIGINT       NOT NULL,
    expires_at BIGINT       NOT NULL,
    done_at    BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX card_setups_account ON card_setups (account_id, created_at);

CREATE TABLE cards (
    id           BINARY(16)   NOT NULL PRIMARY KEY,
    account_id   BINARY(16)   NOT NULL,
    gateway      VARCHAR(40)  NOT NULL CHECK (gateway <> ''),
    merchant     VARCHAR(120) NOT NULL CHECK (merchant <> ''),
    customer_ref VARCHAR(120) NOT NULL CHECK (customer_ref <> ''),
    method_ref   VARCHAR(120) NOT NULL CHECK (method_ref <> ''),
    detail       BLOB         NOT NULL CHECK (LEFT(detail, 4) = x'00677301'),
    default_for  BINARY(16)   CHECK (default_for IS NULL OR default_for = account_id),
    added_at     BIGINT       NOT NULL,
    removed_at   BIGINT,
    CHECK (removed_at IS NULL OR default_for IS NULL),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX cards_method ON cards (gateway, method_ref);
CREATE UNIQUE INDEX cards_default ON cards (default_for);
CREATE INDEX cards_account ON cards (account_id, removed_at, added_at);

-- One attempt to pay an invoice by a card on file; its checkout has the same id. next_at is when the next attempt is
-- made; none while the bank is being asked, and none after the last.
CREATE TABLE card_charges (
    id         BINARY(16)  NOT NULL PRIMARY KEY,
    account_id BINARY(16)  NOT NULL,
    invoice_id BINARY(16)  NOT NULL,
    card_id    BINARY(16)  NOT NULL,
    attempt    INT         NOT NULL CHECK (attempt > 0),
    state      VARCHAR(16) NOT NULL CHECK (state IN ('waiting', 'paid', 'declined', 'action', 'void')),
    created_at BIGINT      NOT NULL,
    next_at    BIGINT,
    done_at    BIGINT,
    CHECK ((state = 'waiting') = (done_at IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    FOREIGN KEY (card_id) REFERENCES cards (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX card_charges_attempt ON card_charges (invoice_id, attempt);
CREATE INDEX card_charges_account ON card_charges (account_id, created_at);
