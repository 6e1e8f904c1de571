-- +goose Up

-- A person is one identity with one e-mail address, however many accounts they have a place in.
-- The personal columns are NULL only once the person has been erased.
CREATE TABLE persons (
    id                  BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email               BLOB    CHECK (email IS NULL OR (typeof(email) = 'blob' AND substr(email, 1, 4) = x'00677301')),
    email_index         BLOB    CHECK (email_index IS NULL OR (typeof(email_index) = 'blob' AND length(email_index) = 32)),
    name                BLOB    CHECK (name IS NULL OR (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301')),
    password_hash       BLOB    CHECK (password_hash IS NULL OR (typeof(password_hash) = 'blob' AND substr(password_hash, 1, 4) = x'00677301')),
    password_changed_at INTEGER,
    state               TEXT    NOT NULL CHECK (state IN ('active', 'disabled', 'erased')),
    staff               INTEGER NOT NULL DEFAULT 0 CHECK (staff IN (0, 1)),
    locale              TEXT    NOT NULL,
    time_zone           TEXT    NOT NULL,
    created_at          INTEGER NOT NULL,
    version             INTEGER NOT NULL DEFAULT 1,
    CHECK (state = 'erased' OR (email IS NOT NULL AND email_index IS NOT NULL AND name IS NOT NULL))
);
CREATE UNIQUE INDEX persons_email_index ON persons (email_index);

-- An authenticator counts for nothing until confirmed_at is set, which its first use does.
-- last_step is the newest step whose code was accepted: only later ones ever are.
CREATE TABLE factors (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id    BLOB    NOT NULL REFERENCES persons (id),
    kind         TEXT    NOT NULL CHECK (kind <> ''),
    name         BLOB    NOT NULL CHECK (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301'),
    secret       BLOB    NOT NULL CHECK (typeof(secret) = 'blob' AND substr(secret, 1, 4) = x'00677301'),
    confirmed_at INTEGER,
    last_step    INTEGER NOT NULL DEFAULT 0,
    added_at     INTEGER NOT NULL,
    last_used_at INTEGER
);
CREATE INDEX factors_person ON factors (person_id, added_at);

-- One signed-in browser. proved_at is when any factor was last proved in it, factor_at when a second one was.
CREATE TABLE sessions (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id  BLOB    NOT NULL REFERENCES persons (id),
    token_hash BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    proved_at  INTEGER NOT NULL,
    factor_at  INTEGER,
    factor     TEXT    NOT NULL CHECK (factor <> ''),
    address    BLOB    CHECK (address IS NULL OR (typeof(address) = 'blob' AND substr(address, 1, 4) = x'00677301')),
    device     BLOB    CHECK (device IS NULL OR (typeof(device) = 'blob' AND substr(device, 1, 4) = x'00677301')),
    ended_at   INTEGER
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_person ON sessions (person_id, created_at);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- The half-signed-in state: the password was right, the second step is still to come. Good for that and nothing else.
CREATE TABLE challenges (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id  BLOB    NOT NULL REFERENCES persons (id),
    token_hash BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    tries      INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
);
CREATE UNIQUE INDEX challenges_token ON challenges (token_hash);
CREATE INDEX challenges_person ON challenges (person_id);
CREATE INDEX challenges_expiry ON challenges (expires_at);

-- Failures in a row, per way in (kind) and canonical subject: the blind index of the address as typed, whoever it
-- belongs to, or of the person. Written before the check that it counts, in a transaction of its own.
CREATE TABLE signin_counters (
    kind           TEXT    NOT NULL CHECK (kind <> ''),
    subject        BLOB    NOT NULL CHECK (typeof(subject) = 'blob' AND length(subject) = 32),
    failures       INTEGER NOT NULL DEFAULT 0,
    waits_until    INTEGER NOT NULL DEFAULT 0,
    last_failed_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX signin_counters_age ON signin_counters (last_failed_at);
