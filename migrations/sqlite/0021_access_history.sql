-- +goose Up
-- Who had which access when: a row for each stretch of time in which it stayed the same, written in the change that
-- begins it. until_at is empty as long as it lasts; an end date ends it without a row.
CREATE TABLE membership_history (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id       BLOB    NOT NULL,
    membership_id    BLOB    NOT NULL,
    person_id        BLOB    NOT NULL,
    role             TEXT    NOT NULL CHECK (role <> ''),
    custom_role_id   BLOB,
    services_limited INTEGER NOT NULL DEFAULT 0,
    services         BLOB,
    ends_at          INTEGER,
    suspended        INTEGER NOT NULL DEFAULT 0,
    from_at          INTEGER NOT NULL,
    until_at         INTEGER
);
CREATE INDEX membership_history_day ON membership_history (account_id, from_at, until_at);
CREATE INDEX membership_history_place ON membership_history (account_id, membership_id, until_at);
INSERT INTO membership_history (id, account_id, membership_id, person_id, role, custom_role_id, services_limited, services,
    ends_at, suspended, from_at)
SELECT id, account_id, id, person_id, role, custom_role_id, services_limited, services, ends_at, suspended, created_at
FROM memberships;
