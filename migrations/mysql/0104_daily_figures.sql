-- +goose Up

-- How things stood on each day, so that nobody has to count all clients to see it: one row for a kind and a day, in
-- whole numbers. The day is counted from 1970, by the provider's calendar; what is counted by months stands at the first.
CREATE TABLE daily_figures (
    kind     VARCHAR(16) NOT NULL CHECK (kind <> ''),
    day      BIGINT      NOT NULL,
    currency VARCHAR(3)  NOT NULL CHECK (currency = '' OR CHAR_LENGTH(currency) = 3),
    value    BIGINT      NOT NULL,
    PRIMARY KEY (kind, day, currency)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What staff's first page counts.
CREATE INDEX looks_started ON looks (started_at);
CREATE INDEX accounts_state ON accounts (state);
CREATE INDEX checkouts_state ON checkouts (state, expires_at);
CREATE INDEX card_charges_state ON card_charges (state, done_at);
CREATE INDEX debit_collections_done ON debit_collections (state, done_at);
