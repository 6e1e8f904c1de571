-- +goose Up

-- When somebody said "this wasn't me": from then on their sign-in opens nothing but their own pages, until they have set
-- a new password and looked at each of their factors.
ALTER TABLE persons ADD COLUMN secured_at BIGINT;

-- What a person was told of by mail. The link in it says "this wasn't me", once, until expires_at.
-- about is the thing it tells of, such as the name of a factor.
CREATE TABLE alerts (
    id         BINARY(16)     NOT NULL PRIMARY KEY,
    person_id  BINARY(16)     NOT NULL,
    kind       VARCHAR(32)    NOT NULL CHECK (kind <> ''),
    token_hash BINARY(32)     NOT NULL,
    about      VARBINARY(700) CHECK (about IS NULL OR LEFT(about, 4) = x'00677301'),
    created_at BIGINT         NOT NULL,
    expires_at BIGINT         NOT NULL,
    used_at    BIGINT,
    FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE UNIQUE INDEX alerts_token ON alerts (token_hash);
CREATE INDEX alerts_person ON alerts (person_id, created_at);
CREATE INDEX alerts_expiry ON alerts (expires_at);
