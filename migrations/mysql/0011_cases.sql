-- +goose Up

-- When somebody said "this wasn't me": from then on their sign-in opens nothing but their own pages, until they have set
-- a new password and looked at each of their factors.
ALTER TABLE persons ADD COLUMN secured_at BIGINT;

-- Roughly where the address is, in words, where the operator has a file that says so.
ALTER TABLE sessions ADD COLUMN place VARBINARY(500) CHECK (place IS NULL OR LEFT(place, 4) = x'00677301');

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

-- What staff work on for a person or an account. A locked sign-in opens one; tickets are cases as well.
CREATE TABLE cases (
    id         BINARY(16)     NOT NULL PRIMARY KEY,
    person_id  BINARY(16),
    account_id BINARY(16),
    kind       VARCHAR(16)    NOT NULL CHECK (kind <> ''),
    severity   VARCHAR(16)    NOT NULL CHECK (severity IN ('normal', 'urgent')),
    state      VARCHAR(16)    NOT NULL CHECK (state IN ('open', 'waiting', 'closed')),
    owner_id   BINARY(16),
    subject    VARBINARY(900) NOT NULL CHECK (LEFT(subject, 4) = x'00677301'),
    created_at BIGINT         NOT NULL,
    changed_at BIGINT         NOT NULL,
    version    BIGINT         NOT NULL DEFAULT 1,
    CHECK (person_id IS NOT NULL OR account_id IS NOT NULL),
    FOREIGN KEY (person_id) REFERENCES persons (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (owner_id) REFERENCES persons (id)
);
CREATE INDEX cases_changed ON cases (changed_at, id);
CREATE INDEX cases_state ON cases (state, changed_at, id);
CREATE INDEX cases_owner ON cases (owner_id, state, changed_at, id);
CREATE INDEX cases_person ON cases (person_id, changed_at, id);
CREATE INDEX cases_account ON cases (account_id, changed_at, id);

-- What was said and done in a case, in the order of its ids. body is NULL where something was only done.
CREATE TABLE case_messages (
    id         BINARY(16)     NOT NULL PRIMARY KEY,
    case_id    BINARY(16)     NOT NULL,
    kind       VARCHAR(16)    NOT NULL CHECK (kind IN ('opened', 'replied', 'taken', 'closed')),
    author_id  BINARY(16),
    author     VARBINARY(900) NOT NULL CHECK (LEFT(author, 4) = x'00677301'),
    by_staff   TINYINT        NOT NULL CHECK (by_staff IN (0, 1)),
    body       MEDIUMBLOB     CHECK (body IS NULL OR LEFT(body, 4) = x'00677301'),
    created_at BIGINT         NOT NULL,
    FOREIGN KEY (case_id) REFERENCES cases (id)
);
CREATE INDEX case_messages_case ON case_messages (case_id, created_at, id);

-- The entries of the log that a case is about.
CREATE TABLE case_entries (
    case_id BINARY(16) NOT NULL,
    chain   BINARY(16) NOT NULL,
    seq     BIGINT     NOT NULL,
    PRIMARY KEY (case_id, chain, seq),
    FOREIGN KEY (case_id) REFERENCES cases (id)
);
