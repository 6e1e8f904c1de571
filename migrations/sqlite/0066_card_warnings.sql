-- +goose Up
-- Which warnings of a card that ends were made: so many days ahead, once each.
CREATE TABLE card_warnings (
    card_id    BLOB    NOT NULL REFERENCES cards (id),
    days       INTEGER NOT NULL CHECK (days > 0),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (card_id, days)
);
CREATE INDEX card_warnings_account ON card_warnings (account_id);
