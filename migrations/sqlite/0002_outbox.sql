-- +goose Up
-- What is to be sent, or done elsewhere, once a change is committed.
CREATE TABLE outbox (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind        TEXT    NOT NULL,
    digest      BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
    payload     BLOB    NOT NULL CHECK (typeof(payload) = 'blob' AND substr(payload, 1, 4) = x'00677301'),
    created_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    holder      BLOB,
    done_at     INTEGER,
    failed_at   INTEGER,
    last_error  TEXT
) WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (done_at, failed_at, due_at);
