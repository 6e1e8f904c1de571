-- +goose Up
-- Which warnings of a card that ends were made: so many days ahead, once each.
CREATE TABLE card_warnings (
    card_id    BINARY(16) NOT NULL,
    days       INT NOT NULL CHECK (days > 0),
    account_id BINARY(16) NOT NULL,
    made_at    BIGINT NOT NULL,
    PRIMARY KEY (card_id, days),
    FOREIGN KEY (card_id) REFERENCES cards (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX card_warnings_account ON card_warnings (account_id);
