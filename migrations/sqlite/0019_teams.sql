-- +goose Up

-- People of one account (an agency) who work in the accounts of others. code is what the agency tells a client, who
-- offers access by it; it is no secret, and not guessable. A team that was dissolved is kept for its name in the past.
CREATE TABLE teams (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    name       BLOB    NOT NULL CHECK (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301'),
    code       TEXT    NOT NULL CHECK (length(code) = 16),
    created_at INTEGER NOT NULL,
    dissolved_at INTEGER
);
CREATE UNIQUE INDEX teams_code ON teams (code);
CREATE INDEX teams_account ON teams (account_id, id);

-- Who is in a team: by their place in the agency's account. Where that ends, so does this, and all that it opened.
CREATE TABLE team_members (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    team_id    BLOB    NOT NULL REFERENCES teams (id),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    contact_id BLOB    NOT NULL REFERENCES memberships (id) ON DELETE CASCADE,
    person_id  BLOB    NOT NULL REFERENCES persons (id),
    leads      INTEGER NOT NULL DEFAULT 0 CHECK (leads IN (0, 1)),
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX team_members_place ON team_members (team_id, contact_id);
CREATE INDEX team_members_person ON team_members (person_id, team_id);
CREATE INDEX team_members_contact ON team_members (contact_id);

-- What an account gives a whole team, as a membership gives one person. It is offered until the agency accepts, and
-- never makes an owner. offered_by is asked for their right again when it is accepted.
CREATE TABLE team_access (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id       BLOB    NOT NULL REFERENCES accounts (account_id),
    team_id          BLOB    NOT NULL REFERENCES teams (id),
    role             TEXT    NOT NULL CHECK (role NOT IN ('', 'owner')),
    custom_role_id   BLOB    REFERENCES custom_roles (id),
    services_limited INTEGER NOT NULL DEFAULT 0 CHECK (services_limited IN (0, 1)),
    services         BLOB    CHECK (services IS NULL OR (typeof(services) = 'blob' AND length(services) % 16 = 0)),
    ends_at          INTEGER,
    suspended        INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    state            TEXT    NOT NULL CHECK (state IN ('offered', 'active')),
    offered_by       BLOB    NOT NULL REFERENCES persons (id),
    created_at       INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    version          INTEGER NOT NULL DEFAULT 1,
    CHECK ((role = 'custom') = (custom_role_id IS NOT NULL))
);
CREATE UNIQUE INDEX team_access_place ON team_access (account_id, team_id);
CREATE INDEX team_access_team ON team_access (team_id, state);
