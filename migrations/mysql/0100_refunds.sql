-- +goose Up
-- Credit that goes back through a gateway, to where a payment came from. Its posting is that of the adjustment with the
-- same id; one that failed has a posting of its own the other way round, under return_id.
CREATE TABLE refunds (
    id           BINARY(16)   NOT NULL PRIMARY KEY,
    account_id   BINARY(16)   NOT NULL,
    payment_id   BINARY(16)   NOT NULL,
    invoice_id   BINARY(16)   NOT NULL,
    checkout_id  BINARY(16)   NOT NULL,
    gateway      VARCHAR(40)  NOT NULL CHECK (gateway <> ''),
    merchant     VARCHAR(120) NOT NULL CHECK (merchant <> ''),
    paid_ref     VARCHAR(120) NOT NULL CHECK (paid_ref <> ''),
    amount_minor BIGINT       NOT NULL CHECK (amount_minor > 0),
    currency     CHAR(3)      NOT NULL,
    state        VARCHAR(16)  NOT NULL CHECK (state IN ('asked', 'pending', 'arrived', 'failed')),
    refund_ref   VARCHAR(120) NOT NULL,
    reason       VARCHAR(120) NOT NULL,
    destination  VARBINARY(1024),
    asked_at     BIGINT       NOT NULL,
    done_at      BIGINT,
    return_id    BINARY(16),
    CHECK (destination IS NULL OR LEFT(destination, 4) = x'00677301'),
    CHECK ((state IN ('arrived', 'failed')) = (done_at IS NOT NULL)),
    CHECK ((state = 'failed') = (return_id IS NOT NULL)),
    FOREIGN KEY (id) REFERENCES adjustments (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (payment_id) REFERENCES payments (id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    FOREIGN KEY (checkout_id) REFERENCES checkouts (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX refunds_invoice ON refunds (account_id, invoice_id, asked_at);
CREATE INDEX refunds_account ON refunds (account_id, asked_at, id);
CREATE INDEX refunds_state ON refunds (state, asked_at, id);

-- When a gateway was asked about a refund of which no notice came.
CREATE TABLE refund_inquiries (
    refund_id BINARY(16) NOT NULL PRIMARY KEY,
    asked_at  BIGINT     NOT NULL,
    FOREIGN KEY (refund_id) REFERENCES refunds (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
