-- +goose Up
-- What one person of the provider moved by hand and alone: several amounts below the limit count as one above it.
CREATE TABLE hand_moves (
    id           BINARY(16) NOT NULL PRIMARY KEY,
    account_id   BINARY(16) NOT NULL,
    moved_by     BINARY(16) NOT NULL,
    amount_minor BIGINT     NOT NULL CHECK (amount_minor > 0),
    currency     CHAR(3)    NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    moved_at     BIGINT     NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX hand_moves_day ON hand_moves (account_id, moved_by, moved_at);
