-- +goose Up

-- What an authenticator knows a person by: 64 random bytes that say nothing of them. Made with their first key.
ALTER TABLE persons ADD COLUMN user_handle BLOB
    CHECK (user_handle IS NULL OR (typeof(user_handle) = 'blob' AND length(user_handle) = 64));

-- Security keys and passkeys stand beside the code apps. Their column secret is the sealed credential: id, public key,
-- transports and model of the device. It is no secret, but sealed nobody who writes to the database can put their own
-- public key into it, and a stolen copy does not say whose key fits where. The blind index of the credential's id is
-- what finds it, and what keeps an id from being registered twice.
ALTER TABLE factors ADD COLUMN credential_index BLOB
    CHECK (credential_index IS NULL OR (typeof(credential_index) = 'blob' AND length(credential_index) = 32))
    CHECK (kind IN ('totp', 'key', 'passkey') AND (kind = 'totp') = (credential_index IS NULL));
ALTER TABLE factors ADD COLUMN sign_count INTEGER NOT NULL DEFAULT 0 CHECK (sign_count >= 0);
ALTER TABLE factors ADD COLUMN user_verified INTEGER NOT NULL DEFAULT 0 CHECK (user_verified IN (0, 1));
ALTER TABLE factors ADD COLUMN backup_eligible INTEGER NOT NULL DEFAULT 0 CHECK (backup_eligible IN (0, 1));
ALTER TABLE factors ADD COLUMN backed_up INTEGER NOT NULL DEFAULT 0 CHECK (backed_up IN (0, 1));
-- Set when the counter of a key went back: it may have been copied, and opens nothing any more.
ALTER TABLE factors ADD COLUMN suspect_at INTEGER;
CREATE UNIQUE INDEX factors_credential ON factors (credential_index);

-- What was given to a browser to be signed: once, for five minutes, for one purpose, and for whoever holds the session,
-- the half session or the browser that it was given to (holder is a hash of that). user_handle is what a person without
-- one will have once their first key is registered.
CREATE TABLE ceremonies (
    challenge   BLOB    NOT NULL PRIMARY KEY CHECK (typeof(challenge) = 'blob' AND length(challenge) = 32),
    purpose     TEXT    NOT NULL CHECK (purpose <> ''),
    holder      BLOB    NOT NULL CHECK (typeof(holder) = 'blob' AND length(holder) = 32),
    user_handle BLOB   CHECK (user_handle IS NULL OR (typeof(user_handle) = 'blob' AND length(user_handle) = 64)),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER
);
CREATE INDEX ceremonies_expiry ON ceremonies (expires_at);
