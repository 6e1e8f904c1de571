-- +goose Up

-- What an administrator wants somebody to be given among the provider's staff: a seat by invitation, another
-- department, or a sign-in that was disabled. Where there is a second administrator it waits for one. An invitation is
-- in the same row: its token is kept hashed and works once. alone says that nobody else could have been asked.
CREATE TABLE staff_requests (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind        TEXT    NOT NULL CHECK (kind IN ('invite', 'department', 'enable')),
    member_id   BLOB    REFERENCES persons (id),
    email       BLOB    CHECK (email IS NULL OR (typeof(email) = 'blob' AND substr(email, 1, 4) = x'00677301')),
    email_index BLOB    CHECK (email_index IS NULL OR (typeof(email_index) = 'blob' AND length(email_index) = 32)),
    department  TEXT    NOT NULL CHECK (department <> ''),
    reason      BLOB    NOT NULL CHECK (typeof(reason) = 'blob' AND substr(reason, 1, 4) = x'00677301'),
    answer      BLOB    CHECK (answer IS NULL OR (typeof(answer) = 'blob' AND substr(answer, 1, 4) = x'00677301')),
    asked_by    BLOB    NOT NULL REFERENCES persons (id),
    asked_at    INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'declined', 'withdrawn', 'given', 'invited', 'accepted')),
    alone       INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),
    decided_by  BLOB    REFERENCES persons (id),
    decided_at  INTEGER,
    token_hash  BLOB    CHECK (token_hash IS NULL OR (typeof(token_hash) = 'blob' AND length(token_hash) = 32)),
    sent_at     INTEGER,
    expires_at  INTEGER,
    CHECK ((kind = 'invite') = (member_id IS NULL) OR state = 'accepted'),
    CHECK ((kind = 'invite') = (email IS NOT NULL)),
    CHECK ((state IN ('invited', 'accepted')) = (token_hash IS NOT NULL) OR state = 'withdrawn')
);
CREATE INDEX staff_requests_state ON staff_requests (state, asked_at);
CREATE UNIQUE INDEX staff_requests_token ON staff_requests (token_hash);

-- When a member of staff last signed in, or was let in again, and how often they were warned since that their sign-in
-- is about to be disabled. No row: not since they got their seat.
CREATE TABLE staff_uses (
    member_id BLOB    NOT NULL PRIMARY KEY REFERENCES persons (id),
    used_at   INTEGER,
    warned    INTEGER NOT NULL DEFAULT 0
);
