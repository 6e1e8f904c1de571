-- +goose Up
-- What followed from an invoice's due date: how many reminders went out, when its services stop, what the delay costs.
-- Days are kept as their noon, UTC.
CREATE TABLE reminder_states (
    invoice_id BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    step       INT        NOT NULL DEFAULT 0 CHECK (step >= 0),
    said_at    BIGINT,
    stops_on   BIGINT,
    stopped_at BIGINT,
    fee_id     BINARY(16),
    version    BIGINT     NOT NULL DEFAULT 1,
    FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (fee_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A day on which a client promised to pay: until it is over, nothing more follows.
CREATE TABLE payment_promises (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    account_id  BINARY(16) NOT NULL,
    invoice_id  BINARY(16) NOT NULL,
    promised_on BIGINT     NOT NULL,
    note        VARBINARY(1800) CHECK (note IS NULL OR LEFT(note, 4) = x'00677301'),
    made_at     BIGINT     NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX payment_promises_invoice ON payment_promises (invoice_id, promised_on);

-- The services that stand still because an invoice is not paid, until it is.
CREATE TABLE arrear_stops (
    invoice_id BINARY(16) NOT NULL,
    service_id BINARY(16) NOT NULL,
    account_id BINARY(16) NOT NULL,
    stopped_at BIGINT     NOT NULL,
    lifted_at  BIGINT,
    PRIMARY KEY (invoice_id, service_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX arrear_stops_service ON arrear_stops (account_id, service_id, lifted_at);
