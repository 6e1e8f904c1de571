-- +goose Up

-- How an account wants everybody in it to sign in. level is the least that a session must be: 0 anything, 2 a second
-- factor, 3 a security key or a passkey; from binds_from on it is insisted on, before it is level_before, what was
-- insisted on already. reminded_at is when the second mail about it was left for those who were not there yet.
CREATE TABLE account_rules (
    account_id   BLOB    NOT NULL PRIMARY KEY CHECK (length(account_id) = 16) REFERENCES accounts (account_id),
    level        INTEGER NOT NULL CHECK (level IN (0, 2, 3)),
    binds_from   INTEGER NOT NULL,
    level_before INTEGER NOT NULL DEFAULT 0 CHECK (level_before IN (0, 2, 3)),
    no_remember  INTEGER NOT NULL DEFAULT 0 CHECK (no_remember IN (0, 1)),
    set_at       INTEGER NOT NULL,
    reminded_at  INTEGER,
    version      INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX account_rules_remind ON account_rules (reminded_at, binds_from);

-- The secret with which somebody of the staff may add their first security key, once, in the session in which it was
-- shown. It is kept hashed.
CREATE TABLE staff_starts (
    person_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(person_id) = 16) REFERENCES persons (id),
    token_hash BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    session_id BLOB,
    used_at    INTEGER,
    CHECK ((session_id IS NULL) = (used_at IS NULL))
);
