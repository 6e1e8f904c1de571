-- +goose Up
-- What is to be sent, or done elsewhere, once a change is committed.
CREATE TABLE outbox (
    id          BINARY(16)   NOT NULL PRIMARY KEY,
    kind        VARCHAR(60)  NOT NULL,
    digest      BINARY(32)   NOT NULL UNIQUE,
    payload     MEDIUMBLOB   NOT NULL CHECK (LEFT(payload, 4) = x'00677301'),
    created_at  BIGINT       NOT NULL,
    due_at      BIGINT       NOT NULL,
    attempts    BIGINT       NOT NULL DEFAULT 0,
    holder      BINARY(16),
    done_at     BIGINT,
    failed_at   BIGINT,
    last_error  VARCHAR(500),
    KEY outbox_due (done_at, failed_at, due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
