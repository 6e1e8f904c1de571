-- +goose Up
-- What followed from an invoice's due date: how many reminders went out, when its services stop, what the delay costs.
-- Days are kept as their noon, UTC.
CREATE TABLE reminder_states (
    invoice_id BLOB    NOT NULL PRIMARY KEY REFERENCES invoices (id),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    step       INTEGER NOT NULL DEFAULT 0 CHECK (step >= 0),
    said_at    INTEGER,
    stops_on   INTEGER,
    stopped_at INTEGER,
    fee_id     BLOB    REFERENCES invoices (id),
    version    INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX reminder_states_fee ON reminder_states (fee_id);

-- A day on which a client promised to pay: until it is over, nothing more follows.
CREATE TABLE payment_promises (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id  BLOB    NOT NULL REFERENCES invoices (id),
    promised_on INTEGER NOT NULL,
    note        BLOB    CHECK (note IS NULL OR (typeof(note) = 'blob' AND substr(note, 1, 4) = x'00677301')),
    made_at     INTEGER NOT NULL
);
CREATE INDEX payment_promises_invoice ON payment_promises (invoice_id, promised_on);

-- The services that stand still because an invoice is not paid, until it is.
CREATE TABLE arrear_stops (
    invoice_id BLOB    NOT NULL REFERENCES invoices (id),
    service_id BLOB    NOT NULL CHECK (length(service_id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    stopped_at INTEGER NOT NULL,
    lifted_at  INTEGER,
    PRIMARY KEY (invoice_id, service_id)
);
CREATE INDEX arrear_stops_service ON arrear_stops (account_id, service_id, lifted_at);
