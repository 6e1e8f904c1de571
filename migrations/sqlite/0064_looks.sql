-- +goose Up

-- Why staff look at a client: given in one session, for which it holds until ends_at. The client reads it.
CREATE TABLE looks (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    session_id BLOB    REFERENCES sessions (id) ON DELETE SET NULL,
    staff_id   BLOB    NOT NULL REFERENCES persons (id),
    department TEXT    NOT NULL,
    code       TEXT    NOT NULL CHECK (code IN ('asked', 'case', 'fault', 'other')),
    reason     BLOB    NOT NULL CHECK (typeof(reason) = 'blob' AND substr(reason, 1, 4) = x'00677301'),
    case_id    BLOB    CHECK (case_id IS NULL OR length(case_id) = 16),
    started_at INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL CHECK (ends_at > started_at)
);
CREATE INDEX looks_account ON looks (account_id, started_at);
CREATE INDEX looks_session ON looks (session_id, ends_at);
