-- +goose Up
-- Who had which access when: a row for each stretch of time in which it stayed the same, written in the change that
-- begins it. until_at is empty as long as it lasts; an end date ends it without a row.
CREATE TABLE membership_history (
    id               BINARY(16) NOT NULL PRIMARY KEY,
    account_id       BINARY(16) NOT NULL,
    membership_id    BINARY(16) NOT NULL,
    person_id        BINARY(16) NOT NULL,
    role             VARCHAR(32) NOT NULL CHECK (role <> ''),
    custom_role_id   BINARY(16),
    services_limited TINYINT NOT NULL DEFAULT 0,
    services         BLOB,
    ends_at          BIGINT,
    suspended        TINYINT NOT NULL DEFAULT 0,
    from_at          BIGINT NOT NULL,
    until_at         BIGINT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX membership_history_day ON membership_history (account_id, from_at, until_at);
CREATE INDEX membership_history_place ON membership_history (account_id, membership_id, until_at);
INSERT INTO membership_history (id, account_id, membership_id, person_id, role, custom_role_id, services_limited, services,
    ends_at, suspended, from_at)
SELECT id, account_id, id, person_id, role, custom_role_id, services_limited, services, ends_at, suspended, created_at
FROM memberships;
