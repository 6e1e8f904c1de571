-- +goose Up

-- When somebody said "this wasn't me": from then on their sign-in opens nothing but their own pages, until they have set
-- a new password and looked at each of their factors.
ALTER TABLE persons ADD COLUMN secured_at INTEGER;

-- Roughly where the address is, in words, where the operator has a file that says so.
ALTER TABLE sessions ADD COLUMN place BLOB CHECK (place IS NULL OR (typeof(place) = 'blob' AND substr(place, 1, 4) = x'00677301'));

-- What a person was told of by mail. The link in it says "this wasn't me", once, until expires_at.
-- about is the thing it tells of, such as the name of a factor.
CREATE TABLE alerts (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id  BLOB    NOT NULL REFERENCES persons (id),
    kind       TEXT    NOT NULL CHECK (kind <> ''),
    token_hash BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    about      BLOB    CHECK (about IS NULL OR (typeof(about) = 'blob' AND substr(about, 1, 4) = x'00677301')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
);
CREATE UNIQUE INDEX alerts_token ON alerts (token_hash);
CREATE INDEX alerts_person ON alerts (person_id, created_at);
CREATE INDEX alerts_expiry ON alerts (expires_at);

-- What staff work on for a person or an account. A locked sign-in opens one; tickets are cases as well.
CREATE TABLE cases (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id  BLOB    REFERENCES persons (id),
    account_id BLOB    REFERENCES accounts (account_id),
    kind       TEXT    NOT NULL CHECK (kind <> ''),
    severity   TEXT    NOT NULL CHECK (severity IN ('normal', 'urgent')),
    state      TEXT    NOT NULL CHECK (state IN ('open', 'waiting', 'closed')),
    owner_id   BLOB    REFERENCES persons (id),
    subject    BLOB    NOT NULL CHECK (typeof(subject) = 'blob' AND substr(subject, 1, 4) = x'00677301'),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1,
    CHECK (person_id IS NOT NULL OR account_id IS NOT NULL)
);
CREATE INDEX cases_changed ON cases (changed_at, id);
CREATE INDEX cases_state ON cases (state, changed_at, id);
CREATE INDEX cases_owner ON cases (owner_id, state, changed_at, id);
CREATE INDEX cases_person ON cases (person_id, changed_at, id);
CREATE INDEX cases_account ON cases (account_id, changed_at, id);

-- What was said and done in a case, in the order of its ids. body is NULL where something was only done.
CREATE TABLE case_messages (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    case_id    BLOB    NOT NULL REFERENCES cases (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('opened', 'replied', 'taken', 'closed')),
    author_id  BLOB,
    author     BLOB    NOT NULL CHECK (typeof(author) = 'blob' AND substr(author, 1, 4) = x'00677301'),
    by_staff   INTEGER NOT NULL CHECK (by_staff IN (0, 1)),
    body       BLOB    CHECK (body IS NULL OR (typeof(body) = 'blob' AND substr(body, 1, 4) = x'00677301')),
    created_at INTEGER NOT NULL
);
CREATE INDEX case_messages_case ON case_messages (case_id, created_at, id);

-- The entries of the log that a case is about.
CREATE TABLE case_entries (
    case_id BLOB    NOT NULL REFERENCES cases (id),
    chain   BLOB    NOT NULL CHECK (length(chain) = 16),
    seq     INTEGER NOT NULL,
    PRIMARY KEY (case_id, chain, seq)
) WITHOUT ROWID;
