-- +goose Up

-- Staff who act on behalf of a client's contact, in one session, until ends_at at the latest. A session does so once at
-- a time; how it was over is staff (ended it), client (forbade it), time, or left (signed out).
CREATE TABLE assists (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    session_id BLOB    UNIQUE REFERENCES sessions (id) ON DELETE SET NULL,
    staff_id   BLOB    NOT NULL REFERENCES persons (id),
    for_id     BLOB    NOT NULL REFERENCES persons (id),
    contact_id BLOB    NOT NULL CHECK (length(contact_id) = 16),
    code       TEXT    NOT NULL CHECK (code IN ('asked', 'case', 'fault', 'other')),
    reason     BLOB    NOT NULL CHECK (typeof(reason) = 'blob' AND substr(reason, 1, 4) = x'00677301'),
    case_id    BLOB    CHECK (case_id IS NULL OR length(case_id) = 16),
    started_at INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    ended_at   INTEGER,
    ended_how  TEXT    CHECK (ended_how IN ('staff', 'client', 'time', 'left')),
    CHECK ((ended_at IS NULL) = (ended_how IS NULL))
);
CREATE INDEX assists_account ON assists (account_id, started_at);
CREATE INDEX assists_running ON assists (ended_at, ends_at);

-- Whether an account lets staff act on behalf of its people. No row: it does.
CREATE TABLE assist_rules (
    account_id BLOB    NOT NULL PRIMARY KEY REFERENCES accounts (account_id),
    allowed    INTEGER NOT NULL CHECK (allowed IN (0, 1)),
    set_at     INTEGER NOT NULL,
    version    INTEGER NOT NULL
);

-- What staff ask of an account that does not let them: to do it once.
CREATE TABLE assist_requests (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    staff_id     BLOB    NOT NULL REFERENCES persons (id),
    contact_id   BLOB    NOT NULL CHECK (length(contact_id) = 16),
    code         TEXT    NOT NULL CHECK (code IN ('asked', 'case', 'fault', 'other')),
    reason       BLOB    NOT NULL CHECK (typeof(reason) = 'blob' AND substr(reason, 1, 4) = x'00677301'),
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'allowed', 'declined', 'used')),
    asked_at     INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    answered_by  BLOB    REFERENCES persons (id)
);
CREATE INDEX assist_requests_account ON assist_requests (account_id, state, expires_at);
