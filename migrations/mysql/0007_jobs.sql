-- +goose Up
-- What runs again and again, on one node at a time. The fence counts the turns: a holder whose lease ran out is told
-- from the next by it.
CREATE TABLE jobs (
    name        VARCHAR(60) NOT NULL PRIMARY KEY,
    holder      BINARY(16),
    fence       BIGINT      NOT NULL,
    leased_to   BIGINT      NOT NULL,
    due_at      BIGINT      NOT NULL,
    started_at  BIGINT,
    done_at     BIGINT,
    failed_at   BIGINT,
    failures    BIGINT      NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
