-- +goose Up

-- A session that looks at an account with the eyes of one of its contacts, until ends_at at the latest.
CREATE TABLE previews (
    session_id    BLOB    NOT NULL PRIMARY KEY CHECK (length(session_id) = 16)
        REFERENCES sessions (id) ON DELETE CASCADE,
    account_id    BLOB    NOT NULL REFERENCES accounts (account_id),
    membership_id BLOB    NOT NULL CHECK (length(membership_id) = 16),
    started_at    INTEGER NOT NULL,
    ends_at       INTEGER NOT NULL
);
