-- +goose Up

-- Why staff look at a client: given in one session, for which it holds until ends_at. The client reads it.
CREATE TABLE looks (
    id         BINARY(16)  NOT NULL PRIMARY KEY,
    account_id BINARY(16)  NOT NULL,
    session_id BINARY(16),
    staff_id   BINARY(16)  NOT NULL,
    department VARCHAR(64) NOT NULL,
    code       VARCHAR(16) NOT NULL CHECK (code IN ('asked', 'case', 'fault', 'other')),
    reason     BLOB        NOT NULL CHECK (LEFT(reason, 4) = x'00677301'),
    case_id    BINARY(16),
    started_at BIGINT      NOT NULL,
    ends_at    BIGINT      NOT NULL,
    CHECK (ends_at > started_at),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE SET NULL,
    FOREIGN KEY (staff_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX looks_account ON looks (account_id, started_at);
CREATE INDEX looks_session ON looks (session_id, ends_at);
