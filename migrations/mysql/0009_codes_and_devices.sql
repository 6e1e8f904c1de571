-- +goose Up

-- The recovery codes of a person, one set at a time. They are shown once; confirmed_at is when their owner proved that
-- they are kept. The salt goes into the hash of each code.
CREATE TABLE recovery_sets (
    person_id    BINARY(16) NOT NULL PRIMARY KEY,
    salt         BINARY(16) NOT NULL,
    made_at      BIGINT     NOT NULL,
    confirmed_at BIGINT,
    FOREIGN KEY (person_id) REFERENCES persons (id)
);

-- code_hash is keyed: the key is kept outside the database. A code is used once, then used_at is set.
CREATE TABLE recovery_codes (
    person_id BINARY(16) NOT NULL,
    code_hash BINARY(32) NOT NULL,
    used_at   BIGINT,
    PRIMARY KEY (person_id, code_hash),
    FOREIGN KEY (person_id) REFERENCES persons (id)
);

-- A browser that a person signed in with, known by the token in its cookie. One browser has one token, whoever signs in
-- with it. Until trusted_until it stands in for the second step, once for each token.
CREATE TABLE devices (
    id            BINARY(16) NOT NULL PRIMARY KEY,
    person_id     BINARY(16) NOT NULL,
    token_hash    BINARY(32) NOT NULL,
    name          VARBINARY(500) CHECK (name IS NULL OR LEFT(name, 4) = x'00677301'),
    first_seen    BIGINT     NOT NULL,
    last_seen     BIGINT     NOT NULL,
    trusted_at    BIGINT,
    trusted_until BIGINT,
    FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE UNIQUE INDEX devices_person_token ON devices (person_id, token_hash);
CREATE INDEX devices_token ON devices (token_hash);
