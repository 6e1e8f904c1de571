-- +goose Up

-- Numbers have no gaps: the last one of a series is written in the transaction of the invoice that takes the next.
CREATE TABLE invoice_series (
    name        TEXT    NOT NULL PRIMARY KEY CHECK (name <> ''),
    last_number INTEGER NOT NULL CHECK (last_number > 0)
);

-- An invoice has its number and its dates once it is issued. paid_minor is what was paid of it; what was paid on top is
-- credit, and stands in the ledger. "Overdue" is no state: it follows from due_at, noon of the day, and the time.
CREATE TABLE invoices (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    series      TEXT,
    ordinal     INTEGER,
    state       TEXT    NOT NULL CHECK (state IN ('draft', 'due', 'part-paid', 'paid', 'written-off', 'credited')),
    currency    TEXT    NOT NULL CHECK (length(currency) = 3),
    net_minor   INTEGER NOT NULL,
    vat_minor   INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    paid_minor  INTEGER NOT NULL DEFAULT 0,
    issued_at   INTEGER,
    due_at      INTEGER,
    about       BLOB    NOT NULL CHECK (typeof(about) = 'blob' AND substr(about, 1, 4) = x'00677301'),
    po_number   BLOB    CHECK (po_number IS NULL OR (typeof(po_number) = 'blob' AND substr(po_number, 1, 4) = x'00677301')),
    billed_to   BLOB    NOT NULL CHECK (typeof(billed_to) = 'blob' AND substr(billed_to, 1, 4) = x'00677301'),
    version     INTEGER NOT NULL DEFAULT 1,
    CHECK (total_minor = net_minor + vat_minor),
    CHECK (paid_minor >= 0 AND paid_minor <= total_minor),
    CHECK (state <> 'paid' OR paid_minor = total_minor),
    CHECK (state = 'draft' OR (series IS NOT NULL AND ordinal IS NOT NULL AND issued_at IS NOT NULL AND due_at IS NOT NULL))
);
CREATE UNIQUE INDEX invoices_number ON invoices (series, ordinal);
CREATE INDEX invoices_page ON invoices (account_id, issued_at, id);
CREATE INDEX invoices_state ON invoices (account_id, state, issued_at, id);

-- Quantities are kept in thousandths, rates of VAT in hundredths of a per cent.
CREATE TABLE invoice_lines (
    id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id     BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id     BLOB    NOT NULL REFERENCES invoices (id),
    position       INTEGER NOT NULL,
    text           BLOB    NOT NULL CHECK (typeof(text) = 'blob' AND substr(text, 1, 4) = x'00677301'),
    detail         BLOB    CHECK (detail IS NULL OR (typeof(detail) = 'blob' AND substr(detail, 1, 4) = x'00677301')),
    service_id     BLOB,
    from_at        INTEGER,
    to_at          INTEGER,
    quantity_milli INTEGER NOT NULL,
    unit_minor     INTEGER NOT NULL,
    rate_bp        INTEGER NOT NULL CHECK (rate_bp >= 0 AND rate_bp <= 10000),
    net_minor      INTEGER NOT NULL
);
CREATE UNIQUE INDEX invoice_lines_position ON invoice_lines (invoice_id, position);

-- One attempt to pay at a gateway. started_by is who began it, as the log will name them when the money arrives.
CREATE TABLE checkouts (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id   BLOB    NOT NULL REFERENCES invoices (id),
    gateway      TEXT    NOT NULL CHECK (gateway <> ''),
    merchant     TEXT    NOT NULL CHECK (merchant <> ''),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    state        TEXT    NOT NULL CHECK (state IN ('open', 'declined', 'cancelled', 'paid')),
    started_by   BLOB    NOT NULL CHECK (typeof(started_by) = 'blob' AND substr(started_by, 1, 4) = x'00677301'),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    settled_at   INTEGER,
    CHECK ((state = 'paid') = (settled_at IS NOT NULL))
);
CREATE INDEX checkouts_invoice ON checkouts (account_id, invoice_id, created_at);

-- A payment is taken once for each reference of its gateway. surplus_minor is what became credit.
CREATE TABLE payments (
    id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id    BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id    BLOB    NOT NULL REFERENCES invoices (id),
    checkout_id   BLOB    REFERENCES checkouts (id),
    gateway       TEXT    NOT NULL CHECK (gateway <> ''),
    reference     TEXT    NOT NULL CHECK (reference <> ''),
    amount_minor  INTEGER NOT NULL CHECK (amount_minor > 0),
    surplus_minor INTEGER NOT NULL DEFAULT 0 CHECK (surplus_minor >= 0),
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    paid_by       BLOB    CHECK (paid_by IS NULL OR (typeof(paid_by) = 'blob' AND substr(paid_by, 1, 4) = x'00677301')),
    received_at   INTEGER NOT NULL,
    CHECK (surplus_minor <= amount_minor)
);
CREATE UNIQUE INDEX payments_reference ON payments (gateway, reference);
CREATE UNIQUE INDEX payments_checkout ON payments (checkout_id);
CREATE INDEX payments_invoice ON payments (account_id, invoice_id, received_at);
CREATE INDEX payments_page ON payments (account_id, received_at, id);

-- What gateways told us, each event once.
CREATE TABLE gateway_events (
    gateway     TEXT    NOT NULL CHECK (gateway <> ''),
    event_id    TEXT    NOT NULL CHECK (event_id <> ''),
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    checkout_id BLOB    NOT NULL REFERENCES checkouts (id),
    outcome     TEXT    NOT NULL CHECK (outcome <> ''),
    refused     INTEGER NOT NULL CHECK (refused IN (0, 1)),
    received_at INTEGER NOT NULL,
    PRIMARY KEY (gateway, event_id)
);
CREATE INDEX gateway_events_account ON gateway_events (account_id, received_at);

-- The ledger: what each document (an invoice, a payment) posts sums to zero, and it posts once. Entries are only added.
CREATE TABLE ledger_entries (
    document_id  BLOB    NOT NULL CHECK (length(document_id) = 16),
    line         INTEGER NOT NULL,
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id   BLOB    REFERENCES invoices (id),
    book         TEXT    NOT NULL CHECK (book <> ''),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    posted_at    INTEGER NOT NULL,
    PRIMARY KEY (document_id, line)
);
CREATE INDEX ledger_entries_book ON ledger_entries (account_id, book, posted_at);
CREATE INDEX ledger_entries_invoice ON ledger_entries (invoice_id, book);

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
