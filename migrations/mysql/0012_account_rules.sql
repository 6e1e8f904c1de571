-- +goose Up

-- How an account wants everybody in it to sign in. level is the least that a session must be: 0 anything, 2 a second
-- factor, 3 a security key or a passkey; from binds_from on it is insisted on, before it is level_before, what was
-- insisted on already. reminded_at is when the second mail about it was left for those who were not there yet.
CREATE TABLE account_rules (
    account_id   BINARY(16) NOT NULL PRIMARY KEY,
    level        TINYINT NOT NULL CHECK (level IN (0, 2, 3)),
    binds_from   BIGINT NOT NULL,
    level_before TINYINT NOT NULL DEFAULT 0 CHECK (level_before IN (0, 2, 3)),
    no_remember  TINYINT NOT NULL DEFAULT 0 CHECK (no_remember IN (0, 1)),
    set_at       BIGINT NOT NULL,
    reminded_at  BIGINT,
    version      BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX account_rules_remind ON account_rules (reminded_at, binds_from);

-- The secret with which somebody of the staff may add their first security key, once, in the session in which it was
-- shown. It is kept hashed.
CREATE TABLE staff_starts (
    person_id  BINARY(16) NOT NULL PRIMARY KEY,
    token_hash BINARY(32) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    session_id BINARY(16),
    used_at    BIGINT,
    CHECK ((session_id IS NULL) = (used_at IS NULL)),
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
