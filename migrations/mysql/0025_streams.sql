-- +goose Up
-- Where a log is sent, entry by entry: an account's own, or with no account_id all logs of the provider. secret signs what
-- is sent to a webhook; the one before is used beside it until old_until.
CREATE TABLE log_streams (
    id            BINARY(16)      NOT NULL PRIMARY KEY,
    account_id    BINARY(16),
    kind          VARCHAR(32)     NOT NULL CHECK (kind IN ('syslog', 'webhook')),
    name          VARBINARY(900)  NOT NULL CHECK (LEFT(name, 4) = x'00677301'),
    address       VARBINARY(2600) NOT NULL CHECK (LEFT(address, 4) = x'00677301'),
    secret        VARBINARY(500)  CHECK (secret IS NULL OR LEFT(secret, 4) = x'00677301'),
    old_secret    VARBINARY(500)  CHECK (old_secret IS NULL OR LEFT(old_secret, 4) = x'00677301'),
    old_until     BIGINT,
    created_at    BIGINT          NOT NULL,
    paused_at     BIGINT,
    tested_at     BIGINT,
    told_at       BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);
CREATE INDEX log_streams_account ON log_streams (account_id, created_at, id);

-- How a stream fares. fence is the turn of the job that works on it: what an older turn says is not taken. trouble says
-- in a word why the last try failed. seen_at is until when all logs were looked at, where a stream carries several.
CREATE TABLE stream_states (
    stream_id     BINARY(16)      NOT NULL PRIMARY KEY,
    fence         BIGINT          NOT NULL DEFAULT 0,
    due_at        BIGINT          NOT NULL,
    failures      BIGINT          NOT NULL DEFAULT 0,
    failing_since BIGINT,
    trouble       VARCHAR(32)     NOT NULL DEFAULT '',
    seen_at       BIGINT,
    FOREIGN KEY (stream_id) REFERENCES log_streams (id)
);

-- How far a stream has come in each log. It says what was received; nothing is copied to be sent.
CREATE TABLE stream_cursors (
    stream_id     BINARY(16)      NOT NULL,
    chain         BINARY(16)      NOT NULL,
    seq           BIGINT          NOT NULL,
    delivered_at  BIGINT,
    PRIMARY KEY (stream_id, chain)
);

-- Which logs moved of late, without looking at all of them.
CREATE INDEX heads_changed ON heads (changed_at, chain);
