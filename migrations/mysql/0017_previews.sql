-- +goose Up

-- A session that looks at an account with the eyes of one of its contacts, until ends_at at the latest.
CREATE TABLE previews (
    session_id    BINARY(16) NOT NULL PRIMARY KEY,
    account_id    BINARY(16) NOT NULL,
    membership_id BINARY(16) NOT NULL,
    started_at    BIGINT NOT NULL,
    ends_at       BIGINT NOT NULL,
    FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
