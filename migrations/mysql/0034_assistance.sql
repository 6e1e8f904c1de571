-- +goose Up

-- Staff who act on behalf of a client's contact, in one session, until ends_at at the latest. A session does so once at
-- a time; how it was over is staff (ended it), client (forbade it), time, or left (signed out).
CREATE TABLE assists (
    id         BINARY(16)  NOT NULL PRIMARY KEY,
    account_id BINARY(16)  NOT NULL,
    session_id BINARY(16)  UNIQUE,
    staff_id   BINARY(16)  NOT NULL,
    for_id     BINARY(16)  NOT NULL,
    contact_id BINARY(16)  NOT NULL,
    code       VARCHAR(16) NOT NULL CHECK (code IN ('asked', 'case', 'fault', 'other')),
    reason     BLOB        NOT NULL CHECK (LEFT(reason, 4) = x'00677301'),
    case_id    BINARY(16),
    started_at BIGINT      NOT NULL,
    ends_at    BIGINT      NOT NULL,
    ended_at   BIGINT,
    ended_how  VARCHAR(16) CHECK (ended_how IN ('staff', 'client', 'time', 'left')),
    CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE SET NULL,
    FOREIGN KEY (staff_id) REFERENCES persons (id),
    FOREIGN KEY (for_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX assists_account ON assists (account_id, started_at);
CREATE INDEX assists_running ON assists (ended_at, ends_at);

-- Whether an account lets staff act on behalf of its people. No row: it does.
CREATE TABLE assist_rules (
    account_id BINARY(16) NOT NULL PRIMARY KEY,
    allowed    TINYINT    NOT NULL CHECK (allowed IN (0, 1)),
    set_at     BIGINT     NOT NULL,
    version    BIGINT     NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What staff ask of an account that does not let them: to do it once.
CREATE TABLE assist_requests (
    id           BINARY(16)  NOT NULL PRIMARY KEY,
    account_id   BINARY(16)  NOT NULL,
    staff_id     BINARY(16)  NOT NULL,
    contact_id   BINARY(16)  NOT NULL,
    code         VARCHAR(16) NOT NULL CHECK (code IN ('asked', 'case', 'fault', 'other')),
    reason       BLOB        NOT NULL CHECK (LEFT(reason, 4) = x'00677301'),
    state        VARCHAR(16) NOT NULL CHECK (state IN ('waiting', 'allowed', 'declined', 'used')),
    asked_at     BIGINT      NOT NULL,
    expires_at   BIGINT      NOT NULL,
    answered_by  BINARY(16),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (staff_id) REFERENCES persons (id),
    FOREIGN KEY (answered_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX assist_requests_account ON assist_requests (account_id, state, expires_at);
