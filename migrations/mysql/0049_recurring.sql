-- +goose Up
-- What the provider sells again and again, and what it costs by period and currency.
CREATE TABLE plans (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    name       VARCHAR(120) NOT NULL CHECK (name <> ''),
    state      VARCHAR(16) NOT NULL CHECK (state IN ('offered', 'retired')),
    created_at BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX plans_name ON plans (name);
CREATE TABLE plan_prices (
    plan_id     BINARY(16) NOT NULL,
    period      VARCHAR(16) NOT NULL CHECK (period IN ('month', 'quarter', 'year', 'two-years')),
    currency    CHAR(3) NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (plan_id, period, currency),
    FOREIGN KEY (plan_id) REFERENCES plans (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- A client's own price of a plan; it goes before the list's.
CREATE TABLE client_prices (
    account_id  BINARY(16) NOT NULL,
    plan_id     BINARY(16) NOT NULL,
    period      VARCHAR(16) NOT NULL CHECK (period IN ('month', 'quarter', 'year', 'two-years')),
    currency    CHAR(3) NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (account_id, plan_id, period, currency),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (plan_id) REFERENCES plans (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a service costs again and again. Days are kept as their noon, UTC. next_on is the first day that no invoice holds
-- yet; bill_on is from when on the run of invoices looks at the charge, and NULL once it has nothing more to do here.
CREATE TABLE charges (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    account_id  BINARY(16) NOT NULL,
    service_id  BINARY(16) NOT NULL,
    plan_id     BINARY(16) NOT NULL,
    text        VARBINARY(900) NOT NULL CHECK (LEFT(text, 4) = x'00677301'),
    detail      VARBINARY(900) CHECK (detail IS NULL OR LEFT(detail, 4) = x'00677301'),
    currency    CHAR(3) NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    period      VARCHAR(16) NOT NULL CHECK (period IN ('month', 'quarter', 'year', 'two-years')),
    rate_bp     INT NOT NULL CHECK (rate_bp >= 0 AND rate_bp <= 10000),
    treatment   VARCHAR(16) NOT NULL CHECK (treatment IN ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt')),
    anchor      INT NOT NULL CHECK (anchor BETWEEN 1 AND 31),
    starts_on   BIGINT NOT NULL,
    next_on     BIGINT NOT NULL,
    bill_on     BIGINT,
    ends_on     BIGINT,
    created_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1,
    CHECK (next_on >= starts_on),
    CHECK (ends_on IS NULL OR ends_on >= starts_on),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (plan_id) REFERENCES plans (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX charges_due ON charges (bill_on, account_id);
CREATE INDEX charges_page ON charges (account_id, service_id);
CREATE INDEX charges_started ON charges (starts_on);
CREATE INDEX charges_ended ON charges (ends_on);

-- Each stretch of days that a charge was reckoned for, once (number 0), and what later changes of price added for the
-- rest of it. What the whole period costs is a price; the part has its share by days.
CREATE TABLE charge_parts (
    charge_id   BINARY(16) NOT NULL,
    from_on     BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    account_id  BINARY(16) NOT NULL,
    to_on       BIGINT NOT NULL,
    whole_from  BIGINT NOT NULL,
    whole_to    BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    less_minor  BIGINT NOT NULL,
    net_minor   BIGINT NOT NULL,
    state       VARCHAR(16) NOT NULL CHECK (state IN ('pending', 'billed', 'free')),
    invoice_id  BINARY(16),
    line_id     BINARY(16),
    made_at     BIGINT NOT NULL,
    PRIMARY KEY (charge_id, from_on, number),
    CHECK (whole_from <= from_on AND from_on < to_on AND to_on <= whole_to),
    CHECK ((state = 'billed') = (invoice_id IS NOT NULL)),
    CHECK ((state = 'billed') = (line_id IS NOT NULL)),
    FOREIGN KEY (charge_id) REFERENCES charges (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    FOREIGN KEY (line_id) REFERENCES invoice_lines (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX charge_parts_state ON charge_parts (account_id, state);

-- The runs that make invoices: how far they are, and for whom they could not.
CREATE TABLE invoice_runs (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    slot        VARCHAR(40) NOT NULL CHECK (slot <> ''),
    asked       TINYINT NOT NULL CHECK (asked IN (0, 1)),
    state       VARCHAR(16) NOT NULL CHECK (state IN ('waiting', 'running', 'done')),
    holder      BINARY(16),
    held_until  BIGINT,
    reached     BINARY(16),
    total       INT NOT NULL DEFAULT 0,
    done        INT NOT NULL DEFAULT 0,
    made        INT NOT NULL DEFAULT 0,
    failed      INT NOT NULL DEFAULT 0,
    asked_at    BIGINT NOT NULL,
    started_at  BIGINT,
    ended_at    BIGINT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX invoice_runs_slot ON invoice_runs (slot);
CREATE INDEX invoice_runs_state ON invoice_runs (state, asked_at);
CREATE INDEX invoice_runs_page ON invoice_runs (asked_at, id);
CREATE TABLE invoice_run_failures (
    run_id     BINARY(16) NOT NULL,
    account_id BINARY(16) NOT NULL,
    reason     VARCHAR(300) NOT NULL,
    failed_at  BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (run_id, account_id),
    FOREIGN KEY (run_id) REFERENCES invoice_runs (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX invoice_run_failures_open ON invoice_run_failures (account_id, settled_at);
