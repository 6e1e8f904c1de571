-- +goose Up
-- What left a payment without having been asked for here: a refund that was made in the gateway's own console, or a claim
-- of the payer's bank, which the gateway calls the movement. Nothing is posted by it; the payment can go back by so much
-- less, unless it was kept in the end.
CREATE TABLE payment_departures (
    gateway      TEXT    NOT NULL CHECK (gateway <> ''),
    movement     TEXT    NOT NULL CHECK (movement <> ''),
    payment_id   BLOB    NOT NULL REFERENCES payments (id),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    kept         INTEGER NOT NULL CHECK (kept IN (0, 1)),
    noted_at     INTEGER NOT NULL,
    PRIMARY KEY (gateway, movement, payment_id)
);
CREATE INDEX payment_departures_payment ON payment_departures (payment_id);
