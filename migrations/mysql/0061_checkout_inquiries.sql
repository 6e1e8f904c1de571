-- +goose Up
-- When a gateway was last asked what became of a checkout of which no notice came.
CREATE TABLE checkout_inquiries (
    checkout_id BINARY(16) NOT NULL PRIMARY KEY,
    asked_at    BIGINT     NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
