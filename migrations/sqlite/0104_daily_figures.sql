-- +goose Up

-- How things stood on each day, so that nobody has to count all clients to see it: one row for a kind and a day, in
-- whole numbers. The day is counted from 1970, by the provider's calendar; what is counted by months stands at the first.
CREATE TABLE daily_figures (
    kind     TEXT    NOT NULL CHECK (kind <> ''),
    day      INTEGER NOT NULL,
    currency TEXT    NOT NULL CHECK (currency = '' OR length(currency) = 3),
    value    INTEGER NOT NULL,
    PRIMARY KEY (kind, day, currency)
) WITHOUT ROWID;

-- What staff's first page counts.
CREATE INDEX looks_started ON looks (started_at);
CREATE INDEX accounts_state ON accounts (state);
CREATE INDEX checkouts_state ON checkouts (state, expires_at);
CREATE INDEX card_charges_state ON card_charges (state, done_at);
CREATE INDEX debit_collections_done ON debit_collections (state, done_at);
