-- +goose Up
-- A payment that was in the books can come back: a bank fails late, or a payer claims a Direct Debit back. The payment
-- stays, and what came back is a document of its own, which posts the other way round.
CREATE TABLE payment_returns (
    id            BINARY(16) NOT NULL PRIMARY KEY,
    account_id    BINARY(16) NOT NULL,
    payment_id    BINARY(16) NOT NULL,
    invoice_id    BINARY(16) NOT NULL,
    amount_minor  BIGINT NOT NULL CHECK (amount_minor > 0),
    applied_minor BIGINT NOT NULL CHECK (applied_minor >= 0 AND applied_minor <= amount_minor),
    currency      CHAR(3) NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    reason        VARCHAR(120) NOT NULL CHECK (reason <> ''),
    returned_at   BIGINT NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (payment_id) REFERENCES payments (id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX payment_returns_payment ON payment_returns (payment_id);
CREATE INDEX payment_returns_invoice ON payment_returns (account_id, invoice_id);

-- The ledger learns the kind of such a document.
ALTER TABLE ledger_entries MODIFY COLUMN kind VARCHAR(16) NOT NULL DEFAULT 'unnamed' CHECK (kind IN
    ('unnamed', 'invoice', 'payment', 'payment-return', 'credit-note', 'credit-used', 'write-off', 'refund'));

-- Mandates of Bacs Direct Debit that a gateway keeps for an account: what it calls them, and, sealed, what people know
-- them by. default_for is the account while the mandate is what pays by itself.
CREATE TABLE mandate_setups (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    gateway    VARCHAR(40) NOT NULL CHECK (gateway <> ''),
    merchant   VARCHAR(120) NOT NULL CHECK (merchant <> ''),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    done_at    BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX mandate_setups_account ON mandate_setups (account_id, created_at);

CREATE TABLE mandates (
    id           BINARY(16) NOT NULL PRIMARY KEY,
    account_id   BINARY(16) NOT NULL,
    gateway      VARCHAR(40) NOT NULL CHECK (gateway <> ''),
    merchant     VARCHAR(120) NOT NULL CHECK (merchant <> ''),
    customer_ref VARCHAR(120) NOT NULL CHECK (customer_ref <> ''),
    method_ref   VARCHAR(120) NOT NULL CHECK (method_ref <> ''),
    mandate_ref  VARCHAR(120) NOT NULL CHECK (mandate_ref <> ''),
    detail       BLOB NOT NULL CHECK (LEFT(detail, 4) = x'00677301'),
    state        VARCHAR(16) NOT NULL CHECK (state IN ('pending', 'active', 'inactive')),
    default_for  BINARY(16)    CHECK (default_for IS NULL OR default_for = account_id),
    added_at     BIGINT NOT NULL,
    removed_at   BIGINT,
    CHECK (removed_at IS NULL OR default_for IS NULL),
    CHECK (state <> 'inactive' OR default_for IS NULL),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX mandates_ref ON mandates (gateway, mandate_ref);
CREATE UNIQUE INDEX mandates_default ON mandates (default_for);
CREATE INDEX mandates_account ON mandates (account_id, removed_at, added_at);
CREATE INDEX mandates_state ON mandates (state, added_at);

-- One attempt to collect an invoice by a mandate: announced, sent, under way, and how it ended. Its checkout has the same
-- id. again says whether another may follow once it is over.
CREATE TABLE debit_collections (
    id           BINARY(16) NOT NULL PRIMARY KEY,
    account_id   BINARY(16) NOT NULL,
    invoice_id   BINARY(16) NOT NULL,
    mandate_id   BINARY(16) NOT NULL,
    attempt      INT NOT NULL CHECK (attempt > 0),
    failures     INT NOT NULL CHECK (failures >= 0),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency     CHAR(3) NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    state        VARCHAR(16) NOT NULL CHECK (state IN
        ('announced', 'sent', 'processing', 'paid', 'failed', 'void', 'returned')),
    announced_at BIGINT NOT NULL,
    collect_on   BIGINT NOT NULL,
    expect_on    BIGINT,
    reference    VARCHAR(120) NOT NULL,
    reason       VARCHAR(120) NOT NULL,
    again        TINYINT NOT NULL CHECK (again IN (0, 1)),
    done_at      BIGINT,
    CHECK ((state IN ('announced', 'sent', 'processing')) = (done_at IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    FOREIGN KEY (mandate_id) REFERENCES mandates (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX debit_collections_attempt ON debit_collections (invoice_id, attempt);
CREATE INDEX debit_collections_state ON debit_collections (state, collect_on);
CREATE INDEX debit_collections_account ON debit_collections (account_id, announced_at);

-- When a gateway was asked last about a collection or a mandate of which no notice came.
CREATE TABLE debit_inquiries (
    about    BINARY(16) NOT NULL PRIMARY KEY,
    asked_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
