-- +goose Up

-- When somebody said "this wasn't me": from then on their sign-in opens nothing but their own pages, until they have set
-- a new password and looked at each of their factors.
ALTER TABLE persons ADD COLUMN secured_at INTEGER;

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
