-- +goose Up
-- When somebody last came to a service of an account, to the day: what a review of access goes by where it suggests to
-- limit somebody to the services that they open.
CREATE TABLE service_uses (
    account_id BINARY(16) NOT NULL,
    person_id  BINARY(16) NOT NULL,
    service_id BINARY(16) NOT NULL,
    last_at    BIGINT     NOT NULL,
    PRIMARY KEY (account_id, person_id, service_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
