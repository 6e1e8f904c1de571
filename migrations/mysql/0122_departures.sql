-- +goose Up
-- What left a payment without having been asked for here: a refund that was made in the gateway's own console, or a claim
-- of the payer's bank, which the gateway calls the movement. Nothing is posted by it; the payment can go back by so much
-- less, unless it was kept in the end.
CREATE TABLE payment_departures (
    gateway      VARCHAR(40)  NOT NULL CHECK (gateway <> ''),
    movement     VARCHAR(120) NOT NULL CHECK (movement <> ''),
    payment_id   BINARY(16)   NOT NULL,
    account_id   BINARY(16)   NOT NULL,
    amount_minor BIGINT       NOT NULL CHECK (amount_minor > 0),
    currency     CHAR(3)      NOT NULL,
    kept         TINYINT      NOT NULL CHECK (kept IN (0, 1)),
    noted_at     BIGINT       NOT NULL,
    PRIMARY KEY (gateway, movement, payment_id),
    FOREIGN KEY (payment_id) REFERENCES payments (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
