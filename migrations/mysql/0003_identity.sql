-- +goose Up

-- A person is one identity with one e-mail address, however many accounts they have a place in.
-- The personal columns are NULL only once the person has been erased.
CREATE TABLE persons (
    id                  BINARY(16)     NOT NULL PRIMARY KEY,
    email               VARBINARY(400) CHECK (email IS NULL OR LEFT(email, 4) = x'00677301'),
    email_index         BINARY(32),
    name                VARBINARY(900) CHECK (name IS NULL OR LEFT(name, 4) = x'00677301'),
    password_hash       VARBINARY(300) CHECK (password_hash IS NULL OR LEFT(password_hash, 4) = x'00677301'),
    password_changed_at BIGINT,
    state               VARCHAR(16)    NOT NULL CHECK (state IN ('active', 'disabled', 'erased')),
    staff               TINYINT        NOT NULL DEFAULT 0 CHECK (staff IN (0, 1)),
    locale              VARCHAR(35)    NOT NULL,
    time_zone           VARCHAR(64)    NOT NULL,
    created_at          BIGINT         NOT NULL,
    version             BIGINT         NOT NULL DEFAULT 1,
    CHECK (state = 'erased' OR (email IS NOT NULL AND email_index IS NOT NULL AND name IS NOT NULL))
);
CREATE UNIQUE INDEX persons_email_index ON persons (email_index);

-- An authenticator counts for nothing until confirmed_at is set, which its first use does.
-- last_step is the newest step whose code was accepted: only later ones ever are.
CREATE TABLE factors (
    id           BINARY(16)     NOT NULL PRIMARY KEY,
    person_id    BINARY(16)     NOT NULL,
    kind         VARCHAR(16)    NOT NULL CHECK (kind <> ''),
    name         VARBINARY(500) NOT NULL CHECK (LEFT(name, 4) = x'00677301'),
    secret       VARBINARY(300) NOT NULL CHECK (LEFT(secret, 4) = x'00677301'),
    confirmed_at BIGINT,
    last_step    BIGINT         NOT NULL DEFAULT 0,
    added_at     BIGINT         NOT NULL,
    last_used_at BIGINT,
    FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE INDEX factors_person ON factors (person_id, added_at);

-- One signed-in browser. proved_at is when any factor was last proved in it, factor_at when a second one was.
CREATE TABLE sessions (
    id         BINARY(16)     NOT NULL PRIMARY KEY,
    person_id  BINARY(16)     NOT NULL,
    token_hash BINARY(32)     NOT NULL,
    created_at BIGINT         NOT NULL,
    seen_at    BIGINT         NOT NULL,
    proved_at  BIGINT         NOT NULL,
    factor_at  BIGINT,
    factor     VARCHAR(40)    NOT NULL CHECK (factor <> ''),
    address    VARBINARY(120) CHECK (address IS NULL OR LEFT(address, 4) = x'00677301'),
    device     VARBINARY(500) CHECK (device IS NULL OR LEFT(device, 4) = x'00677301'),
    ended_at   BIGINT,
    FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_person ON sessions (person_id, created_at);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- The half-signed-in state: the password was right, the second step is still to come. Good for that and nothing else.
CREATE TABLE challenges (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    person_id  BINARY(16) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    tries      INT        NOT NULL DEFAULT 0,
    created_at BIGINT     NOT NULL,
    expires_at BIGINT     NOT NULL,
    used_at    BIGINT,
    FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE UNIQUE INDEX challenges_token ON challenges (token_hash);
CREATE INDEX challenges_person ON challenges (person_id);
CREATE INDEX challenges_expiry ON challenges (expires_at);

-- Failures in a row, per way in (kind) and canonical subject: the blind index of the address as typed, whoever it
-- belongs to, or of the person. Written before the check that it counts, in a transaction of its own.
CREATE TABLE signin_counters (
    kind           VARCHAR(16) NOT NULL CHECK (kind <> ''),
    subject        BINARY(32)  NOT NULL,
    failures       INT         NOT NULL DEFAULT 0,
    waits_until    BIGINT      NOT NULL DEFAULT 0,
    last_failed_at BIGINT      NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX signin_counters_age ON signin_counters (last_failed_at);
