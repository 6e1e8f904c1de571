-- +goose Up
-- A payment that was in the books can come back: a bank fails late, or a payer claims a Direct Debit back. The payment
-- stays, and what came back is a document of its own, which posts the other way round.
CREATE TABLE payment_returns (
    id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id    BLOB    NOT NULL REFERENCES accounts (account_id),
    payment_id    BLOB    NOT NULL REFERENCES payments (id),
    invoice_id    BLOB    NOT NULL REFERENCES invoices (id),
    amount_minor  INTEGER NOT NULL CHECK (amount_minor > 0),
    applied_minor INTEGER NOT NULL CHECK (applied_minor >= 0 AND applied_minor <= amount_minor),
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    reason        TEXT    NOT NULL CHECK (reason <> ''),
    returned_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX payment_returns_payment ON payment_returns (payment_id);
CREATE INDEX payment_returns_invoice ON payment_returns (account_id, invoice_id);

-- The ledger learns the kind of such a document.
CREATE TABLE ledger_entries_next (
    document_id  BLOB    NOT NULL CHECK (length(document_id) = 16),
    line         INTEGER NOT NULL,
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id   BLOB    REFERENCES invoices (id),
    book         TEXT    NOT NULL CHECK (book <> ''),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    posted_at    INTEGER NOT NULL,
    kind         TEXT    NOT NULL DEFAULT 'unnamed' CHECK (kind IN
        ('unnamed', 'invoice', 'payment', 'payment-return', 'credit-note', 'credit-used', 'write-off', 'refund')),
    PRIMARY KEY (document_id, line)
);
INSERT INTO ledger_entries_next SELECT document_id, line, account_id, invoice_id, book, amount_minor, currency, posted_at,
    kind FROM ledger_entries;
DROP TRIGGER ledger_entries_never_change;
DROP TRIGGER ledger_entries_never_go;
DROP TABLE ledger_entries;
ALTER TABLE ledger_entries_next RENAME TO ledger_entries;
CREATE INDEX ledger_entries_book ON ledger_entries (account_id, book, posted_at);
CREATE INDEX ledger_entries_invoice ON ledger_entries (invoice_id, book);
CREATE INDEX ledger_entries_time ON ledger_entries (account_id, posted_at, document_id);
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_never_change BEFORE UPDATE ON ledger_entries BEGIN
    SELECT RAISE(ABORT, 'entries of the ledger are never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_never_go BEFORE DELETE ON ledger_entries BEGIN
    SELECT RAISE(ABORT, 'entries of the ledger are never deleted');
END;
-- +goose StatementEnd

-- Mandates of Bacs Direct Debit that a gateway keeps for an account: what it calls them, and, sealed, what people know
-- them by. default_for is the account while the mandate is what pays by itself.
CREATE TABLE mandate_setups (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    gateway    TEXT    NOT NULL CHECK (gateway <> ''),
    merchant   TEXT    NOT NULL CHECK (merchant <> ''),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    done_at    INTEGER
);
CREATE INDEX mandate_setups_account ON mandate_setups (account_id, created_at);

CREATE TABLE mandates (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    gateway      TEXT    NOT NULL CHECK (gateway <> ''),
    merchant     TEXT    NOT NULL CHECK (merchant <> ''),
    customer_ref TEXT    NOT NULL CHECK (customer_ref <> ''),
    method_ref   TEXT    NOT NULL CHECK (method_ref <> ''),
    mandate_ref  TEXT    NOT NULL CHECK (mandate_ref <> ''),
    detail       BLOB    NOT NULL CHECK (typeof(detail) = 'blob' AND substr(detail, 1, 4) = x'00677301'),
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'active', 'inactive')),
    default_for  BLOB    CHECK (default_for IS NULL OR default_for = account_id),
    added_at     INTEGER NOT NULL,
    removed_at   INTEGER,
    CHECK (removed_at IS NULL OR default_for IS NULL),
    CHECK (state <> 'inactive' OR default_for IS NULL)
);
CREATE UNIQUE INDEX mandates_ref ON mandates (gateway, mandate_ref);
CREATE UNIQUE INDEX mandates_default ON mandates (default_for);
CREATE INDEX mandates_account ON mandates (account_id, removed_at, added_at);
CREATE INDEX mandates_state ON mandates (state, added_at);

-- One attempt to collect an invoice by a mandate: announced, sent, under way, and how it ended. Its checkout has the same
-- id. again says whether another may follow once it is over.
CREATE TABLE debit_collections (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id   BLOB    NOT NULL REFERENCES invoices (id),
    mandate_id   BLOB    NOT NULL REFERENCES mandates (id),
    attempt      INTEGER NOT NULL CHECK (attempt > 0),
    failures     INTEGER NOT NULL CHECK (failures >= 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    state        TEXT    NOT NULL CHECK (state IN
        ('announced', 'sent', 'processing', 'paid', 'failed', 'void', 'returned')),
    announced_at INTEGER NOT NULL,
    collect_on   INTEGER NOT NULL,
    expect_on    INTEGER,
    reference    TEXT NOT NULL,
    reason       TEXT NOT NULL,
    again        INTEGER NOT NULL CHECK (again IN (0, 1)),
    done_at      INTEGER,
    CHECK ((state IN ('announced', 'sent', 'processing')) = (done_at IS NULL))
);
CREATE UNIQUE INDEX debit_collections_attempt ON debit_collections (invoice_id, attempt);
CREATE INDEX debit_collections_state ON debit_collections (state, collect_on);
CREATE INDEX debit_collections_account ON debit_collections (account_id, announced_at);

-- When a gateway was asked last about a collection or a mandate of which no notice came.
CREATE TABLE debit_inquiries (
    about    BLOB    NOT NULL PRIMARY KEY CHECK (length(about) = 16),
    asked_at INTEGER NOT NULL
);
