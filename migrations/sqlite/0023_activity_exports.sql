-- +goose Up

-- The log as a file, for an account (account_id) or for somebody's own sign-in (person_id). filter holds what was asked
-- for. A long one is made by a job, part by part, and goes after expires_at.
CREATE TABLE activity_exports (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    REFERENCES accounts (account_id),
    person_id  BLOB    REFERENCES persons (id),
    asked_by   BLOB    NOT NULL REFERENCES persons (id),
    format     TEXT    NOT NULL CHECK (format IN ('csv', 'jsonl', 'ocsf')),
    state      TEXT    NOT NULL CHECK (state IN ('sent', 'waiting', 'ready', 'failed')),
    filter     BLOB    NOT NULL CHECK (typeof(filter) = 'blob' AND substr(filter, 1, 4) = x'00677301'),
    up_to      INTEGER NOT NULL,
    entries    INTEGER NOT NULL DEFAULT 0,
    tries      INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    CHECK ((account_id IS NULL) <> (person_id IS NULL))
);
CREATE INDEX activity_exports_account ON activity_exports (account_id, created_at, id);
CREATE INDEX activity_exports_person ON activity_exports (person_id, created_at, id);
CREATE INDEX activity_exports_state ON activity_exports (state, created_at, id);
CREATE INDEX activity_exports_expiry ON activity_exports (expires_at);

-- The parts of such a file, packed and sealed. Each tells how far the export had got with it, so that it goes on there
-- after a crash; the primary key lets each part be written once.
CREATE TABLE activity_export_parts (
    export_id BLOB    NOT NULL REFERENCES activity_exports (id),
    n         INTEGER NOT NULL,
    after_seq INTEGER NOT NULL,
    entries   INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    hash      BLOB    NOT NULL CHECK (length(hash) = 32),
    sum       BLOB    NOT NULL CHECK (length(sum) = 32),
    complete  INTEGER NOT NULL CHECK (complete IN (0, 1)),
    content   BLOB    NOT NULL CHECK (typeof(content) = 'blob' AND substr(content, 1, 4) = x'00677301'),
    PRIMARY KEY (export_id, n)
);

-- Which owners were mailed the signed end of their account's log, in which month (months since the year 0).
CREATE TABLE activity_mailings (
    chain BLOB    NOT NULL CHECK (length(chain) = 16),
    month INTEGER NOT NULL,
    PRIMARY KEY (chain, month)
) WITHOUT ROWID;
