-- +goose Up
-- What somebody wants to be told of an account's log, where they said other than what is usual.
CREATE TABLE alert_choices (
    account_id BLOB NOT NULL CHECK (length(account_id) = 16) REFERENCES accounts (account_id),
    person_id  BLOB NOT NULL CHECK (length(person_id) = 16) REFERENCES persons (id),
    rule       TEXT NOT NULL CHECK (rule <> ''),
    delivery   TEXT NOT NULL CHECK (delivery IN ('once', 'daily', 'never')),
    PRIMARY KEY (account_id, person_id, rule)
) WITHOUT ROWID;

-- What somebody was told of, or is to be told of in the next daily mail: each entry at most once by each rule.
CREATE TABLE alert_hits (
    chain      BLOB    NOT NULL CHECK (length(chain) = 16),
    seq        INTEGER NOT NULL,
    rule       TEXT    NOT NULL CHECK (rule <> ''),
    person_id  BLOB    NOT NULL CHECK (length(person_id) = 16) REFERENCES persons (id),
    account_id BLOB    CHECK (account_id IS NULL OR length(account_id) = 16) REFERENCES accounts (account_id),
    hit_at     INTEGER NOT NULL,
    due_at     INTEGER,
    PRIMARY KEY (chain, seq, rule, person_id)
) WITHOUT ROWID;
CREATE INDEX alert_hits_due ON alert_hits (due_at, account_id, person_id);

-- How far each log was looked through for alerts. The row of the zero id says until when all of them were.
CREATE TABLE alert_cursors (
    chain BLOB    NOT NULL PRIMARY KEY CHECK (length(chain) = 16),
    seq   INTEGER NOT NULL
) WITHOUT ROWID;
