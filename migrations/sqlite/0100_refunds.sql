-- +goose Up
-- Credit that goes back through a gateway, to where a payment came from. Its posting is that of the adjustment with the
-- same id; one that failed has a posting of its own the other way round, under return_id.
CREATE TABLE refunds (
    id           BLOB    NOT NULL PRIMARY KEY REFERENCES adjustments (id),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    payment_id   BLOB    NOT NULL REFERENCES payments (id),
    invoice_id   BLOB    NOT NULL REFERENCES invoices (id),
    checkout_id  BLOB    NOT NULL REFERENCES checkouts (id),
    gateway      TEXT    NOT NULL CHECK (gateway <> ''),
    merchant     TEXT    NOT NULL CHECK (merchant <> ''),
    paid_ref     TEXT    NOT NULL CHECK (paid_ref <> ''),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    state        TEXT    NOT NULL CHECK (state IN ('asked', 'pending', 'arrived', 'failed')),
    refund_ref   TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    destination  BLOB    CHECK (destination IS NULL OR (typeof(destination) = 'blob' AND substr(destination, 1, 4) = x'00677301')),
    asked_at     INTEGER NOT NULL,
    done_at      INTEGER,
    return_id    BLOB    CHECK (return_id IS NULL OR length(return_id) = 16),
    CHECK ((state IN ('arrived', 'failed')) = (done_at IS NOT NULL)),
    CHECK ((state = 'failed') = (return_id IS NOT NULL))
);
CREATE INDEX refunds_payment ON refunds (payment_id);
CREATE INDEX refunds_invoice ON refunds (account_id, invoice_id, asked_at);
CREATE INDEX refunds_account ON refunds (account_id, asked_at, id);
CREATE INDEX refunds_state ON refunds (state, asked_at, id);

-- When a gateway was asked about a refund of which no notice came.
CREATE TABLE refund_inquiries (
    refund_id BLOB    NOT NULL PRIMARY KEY REFERENCES refunds (id),
    asked_at  INTEGER NOT NULL
);
