-- +goose Up
-- What somebody wants to be told of an account's log, where they said other than what is usual.
CREATE TABLE alert_choices (
    account_id BINARY(16)  NOT NULL,
    person_id  BINARY(16)  NOT NULL,
    rule       VARCHAR(32) NOT NULL CHECK (rule <> ''),
    delivery   VARCHAR(16) NOT NULL CHECK (delivery IN ('once', 'daily', 'never')),
    PRIMARY KEY (account_id, person_id, rule),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (person_id) REFERENCES persons (id)
);

-- What somebody was told of, or is to be told of in the next daily mail: each entry at most once by each rule.
CREATE TABLE alert_hits (
    chain      BINARY(16)  NOT NULL,
    seq        BIGINT      NOT NULL,
    rule       VARCHAR(32) NOT NULL CHECK (rule <> ''),
    person_id  BINARY(16)  NOT NULL,
    account_id BINARY(16),
    hit_at     BIGINT      NOT NULL,
    due_at     BIGINT,
    PRIMARY KEY (chain, seq, rule, person_id),
    FOREIGN KEY (person_id) REFERENCES persons (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);
CREATE INDEX alert_hits_due ON alert_hits (due_at, account_id, person_id);

-- How far each log was looked through for alerts. The row of the zero id says until when all of them were.
CREATE TABLE alert_cursors (
    chain BINARY(16) NOT NULL PRIMARY KEY,
    seq   BIGINT     NOT NULL
);
