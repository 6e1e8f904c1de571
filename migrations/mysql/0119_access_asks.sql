-- +goose Up

-- What somebody who was refused has asked the owners of the account for, and when last. Permissions have the names that
-- the program gives them.
CREATE TABLE access_asks (
    account_id BINARY(16)  NOT NULL,
    person_id  BINARY(16)  NOT NULL,
    permission VARCHAR(64) NOT NULL CHECK (permission <> ''),
    asked_at   BIGINT      NOT NULL,
    PRIMARY KEY (account_id, person_id, permission)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
