-- +goose Up
-- Who gets mails of the status page: an address that confirmed that it wants them, or was asked whether it does. parts
-- are the ids of the parts that were chosen, one behind the other; empty: all. asks counts the links that were mailed
-- since asked_at, and mails those about incidents since mails_at, so that nobody is flooded.
CREATE TABLE status_subscribers (
    id            BINARY(16)     NOT NULL PRIMARY KEY,
    address       VARBINARY(700) NOT NULL CHECK (LEFT(address, 4) = x'00677301'),
    address_index BINARY(32)     NOT NULL,
    state         VARCHAR(12)    NOT NULL CHECK (state IN ('asked', 'confirmed')),
    parts         VARBINARY(1600) NOT NULL CHECK (LENGTH(parts) % 16 = 0),
    asks          INT            NOT NULL,
    asked_at      BIGINT         NOT NULL,
    expires_at    BIGINT         NOT NULL,
    mails         INT            NOT NULL DEFAULT 0,
    mails_at      BIGINT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX status_subscribers_address ON status_subscribers (address_index);
CREATE INDEX status_subscribers_state ON status_subscribers (state, id);
CREATE INDEX status_subscribers_old ON status_subscribers (state, expires_at);
