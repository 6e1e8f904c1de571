-- +goose Up

-- The recovery codes of a person, one set at a time. They are shown once; confirmed_at is when their owner proved that
-- they are kept. The salt goes into the hash of each code.
CREATE TABLE recovery_sets (
    person_id    BLOB    NOT NULL PRIMARY KEY CHECK (length(person_id) = 16) REFERENCES persons (id),
    salt         BLOB    NOT NULL CHECK (typeof(salt) = 'blob' AND length(salt) = 16),
    made_at      INTEGER NOT NULL,
    confirmed_at INTEGER
);

-- code_hash is keyed: the key is kept outside the database. A code is used once, then used_at is set.
CREATE TABLE recovery_codes (
    person_id BLOB    NOT NULL REFERENCES persons (id),
    code_hash BLOB    NOT NULL CHECK (typeof(code_hash) = 'blob' AND length(code_hash) = 32),
    used_at   INTEGER,
    PRIMARY KEY (person_id, code_hash)
);

-- A browser that a person signed in with, known by the token in its cookie. One browser has one token, whoever signs in
-- with it. Until trusted_until it stands in for the second step, once for each token.
CREATE TABLE devices (
    id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id     BLOB    NOT NULL REFERENCES persons (id),
    token_hash    BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    name          BLOB    CHECK (name IS NULL OR (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301')),
    first_seen    INTEGER NOT NULL,
    last_seen     INTEGER NOT NULL,
    trusted_at    INTEGER,
    trusted_until INTEGER
);
CREATE UNIQUE INDEX devices_person_token ON devices (person_id, token_hash);
CREATE INDEX devices_token ON devices (token_hash);
