-- +goose Up

-- Which team had which access when, as membership_history keeps it for single people.
CREATE TABLE team_access_history (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id       BLOB    NOT NULL,
    access_id        BLOB    NOT NULL,
    team_id          BLOB    NOT NULL,
    role             TEXT    NOT NULL CHECK (role <> ''),
    custom_role_id   BLOB,
    services_limited INTEGER NOT NULL DEFAULT 0,
    services         BLOB,
    ends_at          INTEGER,
    suspended        INTEGER NOT NULL DEFAULT 0,
    from_at          INTEGER NOT NULL,
    until_at         INTEGER
);
CREATE INDEX team_access_history_day ON team_access_history (account_id, from_at, until_at);
CREATE INDEX team_access_history_place ON team_access_history (account_id, access_id, until_at);
INSERT INTO team_access_history (id, account_id, access_id, team_id, role, custom_role_id, services_limited, services,
    ends_at, suspended, from_at)
SELECT id, account_id, id, team_id, role, custom_role_id, services_limited, services, ends_at, suspended, created_at
FROM team_access WHERE state = 'active';

-- Who was in which team when. Somebody's place in the agency is in membership_history.
CREATE TABLE team_member_history (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL,
    member_id  BLOB    NOT NULL,
    team_id    BLOB    NOT NULL,
    contact_id BLOB    NOT NULL,
    person_id  BLOB    NOT NULL,
    from_at    INTEGER NOT NULL,
    until_at   INTEGER
);
CREATE INDEX team_member_history_team ON team_member_history (team_id, from_at, until_at);
CREATE INDEX team_member_history_place ON team_member_history (account_id, member_id, until_at);
INSERT INTO team_member_history (id, account_id, member_id, team_id, contact_id, person_id, from_at)
SELECT id, account_id, id, team_id, contact_id, person_id, created_at FROM team_members;
