-- +goose Up
-- Who gets mails of the status page: an address that confirmed that it wants them, or was asked whether it does. parts
-- are the ids of the parts that were chosen, one behind the other; empty: all. asks counts the links that were mailed
-- since asked_at, and mails those about incidents since mails_at, so that nobody is flooded.
CREATE TABLE status_subscribers (
    id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    address       BLOB    NOT NULL CHECK (typeof(address) = 'blob' AND substr(address, 1, 4) = x'00677301'),
    address_index BLOB    NOT NULL CHECK (typeof(address_index) = 'blob' AND length(address_index) = 32),
    state         TEXT    NOT NULL CHECK (state IN ('asked', 'confirmed')),
    parts         BLOB    NOT NULL CHECK (length(parts) % 16 = 0),
    asks          INTEGER NOT NULL,
    asked_at      INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    mails         INTEGER NOT NULL DEFAULT 0,
    mails_at      INTEGER
);
CREATE UNIQUE INDEX status_subscribers_address ON status_subscribers (address_index);
CREATE INDEX status_subscribers_state ON status_subscribers (state, id);
CREATE INDEX status_subscribers_old ON status_subscribers (state, expires_at);
