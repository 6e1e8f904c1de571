-- +goose Up

-- The log as a file, for an account (account_id) or for somebody's own sign-in (person_id). filter holds what was asked
-- for. A long one is made by a job, part by part, and goes after expires_at.
CREATE TABLE activity_exports (
    id         BINARY(16)  NOT NULL PRIMARY KEY,
    account_id BINARY(16),
    person_id  BINARY(16),
    asked_by   BINARY(16)  NOT NULL,
    format     VARCHAR(10) NOT NULL CHECK (format IN ('csv', 'jsonl', 'ocsf')),
    state      VARCHAR(10) NOT NULL CHECK (state IN ('sent', 'waiting', 'ready', 'failed')),
    filter     BLOB        NOT NULL CHECK (LEFT(filter, 4) = x'00677301'),
    up_to      BIGINT      NOT NULL,
    entries    BIGINT      NOT NULL DEFAULT 0,
    tries      BIGINT      NOT NULL DEFAULT 0,
    created_at BIGINT      NOT NULL,
    expires_at BIGINT,
    CHECK ((account_id IS NULL) <> (person_id IS NULL)),
    KEY activity_exports_account (account_id, created_at, id),
    KEY activity_exports_person (person_id, created_at, id),
    KEY activity_exports_state (state, created_at, id),
    KEY activity_exports_expiry (expires_at),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (person_id) REFERENCES persons (id),
    FOREIGN KEY (asked_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The parts of such a file, packed and sealed. Each tells how far the export had got with it, so that it goes on there
-- after a crash; the primary key lets each part be written once.
CREATE TABLE activity_export_parts (
    export_id BINARY(16) NOT NULL,
    n         BIGINT     NOT NULL,
    after_seq BIGINT     NOT NULL,
    entries   BIGINT     NOT NULL,
    last_seq  BIGINT     NOT NULL,
    hash      BINARY(32) NOT NULL,
    sum       BINARY(32) NOT NULL,
    complete  TINYINT    NOT NULL CHECK (complete IN (0, 1)),
    content   MEDIUMBLOB NOT NULL CHECK (LEFT(content, 4) = x'00677301'),
    PRIMARY KEY (export_id, n),
    FOREIGN KEY (export_id) REFERENCES activity_exports (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which owners were mailed the signed end of their account's log, in which month (months since the year 0).
CREATE TABLE activity_mailings (
    chain BINARY(16) NOT NULL,
    month BIGINT     NOT NULL,
    PRIMARY KEY (chain, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
