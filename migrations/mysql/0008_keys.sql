-- +goose Up

-- What an authenticator knows a person by: 64 random bytes that say nothing of them. Made with their first key.
ALTER TABLE persons ADD COLUMN user_handle BINARY(64);

-- Security keys and passkeys stand beside the code apps. Their column secret is the sealed credential: id, public key,
-- transports and model of the device. It is no secret, but sealed nobody who writes to the database can put their own
-- public key into it, and a stolen copy does not say whose key fits where. The blind index of the credential's id is
-- what finds it, and what keeps an id from being registered twice.
-- suspect_at is set when the counter of a key went back: it may have been copied, and opens nothing any more.
ALTER TABLE factors
    MODIFY secret VARBINARY(4000) NOT NULL CHECK (LEFT(secret, 4) = x'00677301'),
    ADD COLUMN credential_index BINARY(32),
    ADD COLUMN sign_count BIGINT NOT NULL DEFAULT 0 CHECK (sign_count >= 0),
    ADD COLUMN user_verified TINYINT NOT NULL DEFAULT 0 CHECK (user_verified IN (0, 1)),
    ADD COLUMN backup_eligible TINYINT NOT NULL DEFAULT 0 CHECK (backup_eligible IN (0, 1)),
    ADD COLUMN backed_up TINYINT NOT NULL DEFAULT 0 CHECK (backed_up IN (0, 1)),
    ADD COLUMN suspect_at BIGINT,
    ADD CONSTRAINT factors_kind CHECK (kind IN ('totp', 'key', 'passkey') AND (kind = 'totp') = (credential_index IS NULL));
CREATE UNIQUE INDEX factors_credential ON factors (credential_index);

-- What was given to a browser to be signed: once, for five minutes, for one purpose, and for whoever holds the session,
-- the half session or the browser that it was given to (holder is a hash of that). user_handle is what a person without
-- one will have once their first key is registered.
CREATE TABLE ceremonies (
    challenge   BINARY(32)  NOT NULL PRIMARY KEY,
    purpose     VARCHAR(16) NOT NULL CHECK (purpose <> ''),
    holder      BINARY(32)  NOT NULL,
    user_handle BINARY(64),
    created_at  BIGINT      NOT NULL,
    expires_at  BIGINT      NOT NULL,
    used_at     BIGINT
);
CREATE INDEX ceremonies_expiry ON ceremonies (expires_at);
