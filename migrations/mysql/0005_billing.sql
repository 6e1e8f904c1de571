-- +goose Up

-- Numbers have no gaps: the last one of a series is written in the transaction of the invoice that takes the next.
CREATE TABLE invoice_series (
    name           VARCHAR(40)    NOT NULL PRIMARY KEY CHECK (name <> ''),
    last_number    BIGINT         NOT NULL CHECK (last_number > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- An invoice has its number and its dates once it is issued. paid_minor is what was paid of it; what was paid on top is
-- credit, and stands in the ledger. "Overdue" is no state: it follows from due_at, noon of the day, and the time.
CREATE TABLE invoices (
    id             BINARY(16)     NOT NULL PRIMARY KEY,
    account_id     BINARY(16)     NOT NULL,
    series         VARCHAR(40),
    ordinal        BIGINT,
    state          VARCHAR(16)    NOT NULL CHECK (state IN ('draft', 'due', 'part-paid', 'paid', 'written-off', 'credited')),
    currency       CHAR(3)        NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    net_minor      BIGINT         NOT NULL,
    vat_minor      BIGINT         NOT NULL,
    total_minor    BIGINT         NOT NULL,
    paid_minor     BIGINT         NOT NULL DEFAULT 0,
    issued_at      BIGINT,
    due_at         BIGINT,
    about          VARBINARY(900) NOT NULL CHECK (LEFT(about, 4) = x'00677301'),
    po_number      VARBINARY(400) CHECK (po_number IS NULL OR LEFT(po_number, 4) = x'00677301'),
    billed_to      BLOB           NOT NULL CHECK (LEFT(billed_to, 4) = x'00677301'),
    version        BIGINT         NOT NULL DEFAULT 1,
    CHECK (total_minor = net_minor + vat_minor),
    CHECK (paid_minor >= 0 AND paid_minor <= total_minor),
    CHECK (state <> 'paid' OR paid_minor = total_minor),
    CHECK (state = 'draft' OR (series IS NOT NULL AND ordinal IS NOT NULL AND issued_at IS NOT NULL AND due_at IS NOT NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX invoices_number ON invoices (series, ordinal);
CREATE INDEX invoices_page ON invoices (account_id, issued_at, id);
CREATE INDEX invoices_state ON invoices (account_id, state, issued_at, id);

-- Quantities are kept in thousandths, rates of VAT in hundredths of a per cent.
CREATE TABLE invoice_lines (
    id             BINARY(16)     NOT NULL PRIMARY KEY,
    account_id     BINARY(16)     NOT NULL,
    invoice_id     BINARY(16)     NOT NULL,
    position       INT            NOT NULL,
    text           VARBINARY(900) NOT NULL CHECK (LEFT(text, 4) = x'00677301'),
    detail         VARBINARY(900) CHECK (detail IS NULL OR LEFT(detail, 4) = x'00677301'),
    service_id     BINARY(16),
    from_at        BIGINT,
    to_at          BIGINT,
    quantity_milli BIGINT         NOT NULL,
    unit_minor     BIGINT         NOT NULL,
    rate_bp        INT            NOT NULL CHECK (rate_bp >= 0 AND rate_bp <= 10000),
    net_minor      BIGINT         NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX invoice_lines_position ON invoice_lines (invoice_id, position);

-- One attempt to pay at a gateway. started_by is who began it, as the log will name them when the money arrives.
CREATE TABLE checkouts (
    id             BINARY(16)     NOT NULL PRIMARY KEY,
    account_id     BINARY(16)     NOT NULL,
    invoice_id     BINARY(16)     NOT NULL,
    gateway        VARCHAR(40)    NOT NULL CHECK (gateway <> ''),
    merchant       VARCHAR(120)   NOT NULL CHECK (merchant <> ''),
    amount_minor   BIGINT         NOT NULL CHECK (amount_minor > 0),
    currency       CHAR(3)        NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    state          VARCHAR(16)    NOT NULL CHECK (state IN ('open', 'declined', 'cancelled', 'paid')),
    started_by     BLOB           NOT NULL CHECK (LEFT(started_by, 4) = x'00677301'),
    created_at     BIGINT         NOT NULL,
    expires_at     BIGINT         NOT NULL,
    settled_at     BIGINT,
    CHECK ((state = 'paid') = (settled_at IS NOT NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX checkouts_invoice ON checkouts (account_id, invoice_id, created_at);

-- A payment is taken once for each reference of its gateway. surplus_minor is what became credit.
CREATE TABLE payments (
    id             BINARY(16)     NOT NULL PRIMARY KEY,
    account_id     BINARY(16)     NOT NULL,
    invoice_id     BINARY(16)     NOT NULL,
    checkout_id    BINARY(16),
    gateway        VARCHAR(40)    NOT NULL CHECK (gateway <> ''),
    reference      VARCHAR(190)   NOT NULL CHECK (reference <> ''),
    amount_minor   BIGINT         NOT NULL CHECK (amount_minor > 0),
    surplus_minor  BIGINT         NOT NULL DEFAULT 0 CHECK (surplus_minor >= 0),
    currency       CHAR(3)        NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    paid_by        VARBINARY(900) CHECK (paid_by IS NULL OR LEFT(paid_by, 4) = x'00677301'),
    received_at    BIGINT         NOT NULL,
    CHECK (surplus_minor <= amount_minor),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    FOREIGN KEY (checkout_id) REFERENCES checkouts (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX payments_reference ON payments (gateway, reference);
CREATE UNIQUE INDEX payments_checkout ON payments (checkout_id);
CREATE INDEX payments_invoice ON payments (account_id, invoice_id, received_at);
CREATE INDEX payments_page ON payments (account_id, received_at, id);

-- What gateways told us, each event once.
CREATE TABLE gateway_events (
    gateway        VARCHAR(40)    NOT NULL CHECK (gateway <> ''),
    event_id       VARCHAR(190)   NOT NULL CHECK (event_id <> ''),
    account_id     BINARY(16)     NOT NULL,
    checkout_id    BINARY(16)     NOT NULL,
    outcome        VARCHAR(16)    NOT NULL CHECK (outcome <> ''),
    refused        TINYINT        NOT NULL CHECK (refused IN (0, 1)),
    received_at    BIGINT         NOT NULL,
    PRIMARY KEY (gateway, event_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (checkout_id) REFERENCES checkouts (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX gateway_events_account ON gateway_events (account_id, received_at);

-- The ledger: what each document (an invoice, a payment) posts sums to zero, and it posts once. Entries are only added.
CREATE TABLE ledger_entries (
    document_id    BINARY(16)     NOT NULL,
    line           INT            NOT NULL,
    account_id     BINARY(16)     NOT NULL,
    invoice_id     BINARY(16),
    book           VARCHAR(16)    NOT NULL CHECK (book <> ''),
    amount_minor   BIGINT         NOT NULL CHECK (amount_minor <> 0),
    currency       CHAR(3)        NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    posted_at      BIGINT         NOT NULL,
    PRIMARY KEY (document_id, line),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX ledger_entries_book ON ledger_entries (account_id, book, posted_at);
CREATE INDEX ledger_entries_invoice ON ledger_entries (invoice_id, book);

-- +goose StatementBegin
CREATE TRIGGER ledger_entries_never_change BEFORE UPDATE ON ledger_entries FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries of the ledger are never changed';
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_never_go BEFORE DELETE ON ledger_entries FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries of the ledger are never deleted';
-- +goose StatementEnd
