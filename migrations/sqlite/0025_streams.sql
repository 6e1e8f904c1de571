-- +goose Up
-- Where a log is sent, entry by entry: an account's own, or with no account_id all logs of the provider. secret signs what
-- is sent to a webhook; the one before is used beside it until old_until.
CREATE TABLE log_streams (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    CHECK (account_id IS NULL OR length(account_id) = 16) REFERENCES accounts (account_id),
    kind       TEXT    NOT NULL CHECK (kind IN ('syslog', 'webhook')),
    name       BLOB    NOT NULL CHECK (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301'),
    address    BLOB    NOT NULL CHECK (typeof(address) = 'blob' AND substr(address, 1, 4) = x'00677301'),
    secret     BLOB    CHECK (secret IS NULL OR typeof(secret) = 'blob' AND substr(secret, 1, 4) = x'00677301'),
    old_secret BLOB    CHECK (old_secret IS NULL OR typeof(old_secret) = 'blob' AND substr(old_secret, 1, 4) = x'00677301'),
    old_until  INTEGER,
    created_at INTEGER NOT NULL,
    paused_at  INTEGER,
    tested_at  INTEGER,
    told_at    INTEGER
);
CREATE INDEX log_streams_account ON log_streams (account_id, created_at, id);

-- How a stream fares. fence is the turn of the job that works on it: what an older turn says is not taken. trouble says
-- in a word why the last try failed. seen_at is until when all logs were looked at, where a stream carries several.
CREATE TABLE stream_states (
    stream_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(stream_id) = 16) REFERENCES log_streams (id),
    fence         INTEGER NOT NULL DEFAULT 0,
    due_at        INTEGER NOT NULL,
    failures      INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    trouble       TEXT    NOT NULL DEFAULT '',
    seen_at       INTEGER
);

-- How far a stream has come in each log. It says what was received; nothing is copied to be sent.
CREATE TABLE stream_cursors (
    stream_id    BLOB    NOT NULL CHECK (length(stream_id) = 16),
    chain        BLOB    NOT NULL CHECK (length(chain) = 16),
    seq          INTEGER NOT NULL,
    delivered_at INTEGER,
    PRIMARY KEY (stream_id, chain)
) WITHOUT ROWID;

-- Which logs moved of late, without looking at all of them.
CREATE INDEX heads_changed ON heads (changed_at, chain);
