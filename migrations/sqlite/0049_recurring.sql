-- +goose Up
-- What the provider sells again and again, and what it costs by period and currency.
CREATE TABLE plans (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name       TEXT    NOT NULL CHECK (name <> ''),
    state      TEXT    NOT NULL CHECK (state IN ('offered', 'retired')),
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX plans_name ON plans (name);
CREATE TABLE plan_prices (
    plan_id     BLOB    NOT NULL REFERENCES plans (id),
    period      TEXT    NOT NULL CHECK (period IN ('month', 'quarter', 'year', 'two-years')),
    currency    TEXT    NOT NULL CHECK (length(currency) = 3),
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (plan_id, period, currency)
);
-- A client's own price of a plan; it goes before the list's.
CREATE TABLE client_prices (
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    plan_id     BLOB    NOT NULL REFERENCES plans (id),
    period      TEXT    NOT NULL CHECK (period IN ('month', 'quarter', 'year', 'two-years')),
    currency    TEXT    NOT NULL CHECK (length(currency) = 3),
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (account_id, plan_id, period, currency)
);

-- What a service costs again and again. Days are kept as their noon, UTC. next_on is the first day that no invoice holds
-- yet; bill_on is from when on the run of invoices looks at the charge, and NULL once it has nothing more to do here.
CREATE TABLE charges (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    service_id  BLOB    NOT NULL CHECK (length(service_id) = 16),
    plan_id     BLOB    NOT NULL REFERENCES plans (id),
    text        BLOB    NOT NULL CHECK (typeof(text) = 'blob' AND substr(text, 1, 4) = x'00677301'),
    detail      BLOB    CHECK (detail IS NULL OR (typeof(detail) = 'blob' AND substr(detail, 1, 4) = x'00677301')),
    currency    TEXT    NOT NULL CHECK (length(currency) = 3),
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    period      TEXT    NOT NULL CHECK (period IN ('month', 'quarter', 'year', 'two-years')),
    rate_bp     INTEGER NOT NULL CHECK (rate_bp >= 0 AND rate_bp <= 10000),
    treatment   TEXT    NOT NULL CHECK (treatment IN ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt')),
    anchor      INTEGER NOT NULL CHECK (anchor BETWEEN 1 AND 31),
    starts_on   INTEGER NOT NULL,
    next_on     INTEGER NOT NULL,
    bill_on     INTEGER,
    ends_on     INTEGER,
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    CHECK (next_on >= starts_on),
    CHECK (ends_on IS NULL OR ends_on >= starts_on)
);
CREATE INDEX charges_due ON charges (bill_on, account_id);
CREATE INDEX charges_page ON charges (account_id, service_id);
CREATE INDEX charges_started ON charges (starts_on);
CREATE INDEX charges_ended ON charges (ends_on);

-- Each stretch of days that a charge was reckoned for, once (number 0), and what later changes of price added for the
-- rest of it. What the whole period costs is a price; the part has its share by days.
CREATE TABLE charge_parts (
    charge_id   BLOB    NOT NULL REFERENCES charges (id),
    from_on     INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    to_on       INTEGER NOT NULL,
    whole_from  INTEGER NOT NULL,
    whole_to    INTEGER NOT NULL,
    price_minor INTEGER NOT NULL,
    less_minor  INTEGER NOT NULL,
    net_minor   INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('pending', 'billed', 'free')),
    invoice_id  BLOB    REFERENCES invoices (id),
    line_id     BLOB    REFERENCES invoice_lines (id),
    made_at     INTEGER NOT NULL,
    PRIMARY KEY (charge_id, from_on, number),
    CHECK (whole_from <= from_on AND from_on < to_on AND to_on <= whole_to),
    CHECK ((state = 'billed') = (invoice_id IS NOT NULL)),
    CHECK ((state = 'billed') = (line_id IS NOT NULL))
);
CREATE INDEX charge_parts_state ON charge_parts (account_id, state);

-- The runs that make invoices: how far they are, and for whom they could not.
CREATE TABLE invoice_runs (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    slot        TEXT    NOT NULL CHECK (slot <> ''),
    asked       INTEGER NOT NULL CHECK (asked IN (0, 1)),
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done')),
    holder      BLOB,
    held_until  INTEGER,
    reached     BLOB,
    total       INTEGER NOT NULL DEFAULT 0,
    done        INTEGER NOT NULL DEFAULT 0,
    made        INTEGER NOT NULL DEFAULT 0,
    failed      INTEGER NOT NULL DEFAULT 0,
    asked_at    INTEGER NOT NULL,
    started_at  INTEGER,
    ended_at    INTEGER
);
CREATE UNIQUE INDEX invoice_runs_slot ON invoice_runs (slot);
CREATE INDEX invoice_runs_state ON invoice_runs (state, asked_at);
CREATE INDEX invoice_runs_page ON invoice_runs (asked_at, id);
CREATE TABLE invoice_run_failures (
    run_id     BLOB    NOT NULL REFERENCES invoice_runs (id),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    reason     TEXT    NOT NULL,
    failed_at  INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (run_id, account_id)
);
CREATE INDEX invoice_run_failures_open ON invoice_run_failures (account_id, settled_at);
