-- +goose Up

-- People of one account (an agency) who work in the accounts of others. code is what the agency tells a client, who
-- offers access by it; it is no secret, and not guessable. A team that was dissolved is kept for its name in the past.
CREATE TABLE teams (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    name       VARBINARY(900) NOT NULL CHECK (LEFT(name, 4) = x'00677301'),
    code       VARCHAR(16) NOT NULL CHECK (LENGTH(code) = 16),
    created_at BIGINT NOT NULL,
    dissolved_at BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX teams_code ON teams (code);
CREATE INDEX teams_account ON teams (account_id, id);

-- Who is in a team: by their place in the agency's account. Where that ends, so does this, and all that it opened.
CREATE TABLE team_members (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    team_id    BINARY(16) NOT NULL,
    account_id BINARY(16) NOT NULL,
    contact_id BINARY(16) NOT NULL,
    person_id  BINARY(16) NOT NULL,
    leads      TINYINT NOT NULL DEFAULT 0 CHECK (leads IN (0, 1)),
    created_at BIGINT NOT NULL,
    FOREIGN KEY (team_id) REFERENCES teams (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (contact_id) REFERENCES memberships (id) ON DELETE CASCADE,
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX team_members_place ON team_members (team_id, contact_id);
CREATE INDEX team_members_person ON team_members (person_id, team_id);
CREATE INDEX team_members_contact ON team_members (contact_id);

-- What an account gives a whole team, as a membership gives one person. It is offered until the agency accepts, and
-- never makes an owner. offered_by is asked for their right again when it is accepted.
CREATE TABLE team_access (
    id               BINARY(16) NOT NULL PRIMARY KEY,
    account_id       BINARY(16) NOT NULL,
    team_id          BINARY(16) NOT NULL,
    role             VARCHAR(32) NOT NULL CHECK (role NOT IN ('', 'owner')),
    custom_role_id   BINARY(16),
    services_limited TINYINT NOT NULL DEFAULT 0 CHECK (services_limited IN (0, 1)),
    services         BLOB CHECK (services IS NULL OR LENGTH(services) % 16 = 0),
    ends_at          BIGINT,
    suspended        TINYINT NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    state            VARCHAR(16) NOT NULL CHECK (state IN ('offered', 'active')),
    offered_by       BINARY(16) NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    version          BIGINT NOT NULL DEFAULT 1,
    CHECK ((role = 'custom') = (custom_role_id IS NOT NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (team_id) REFERENCES teams (id),
    FOREIGN KEY (custom_role_id) REFERENCES custom_roles (id),
    FOREIGN KEY (offered_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX team_access_place ON team_access (account_id, team_id);
CREATE INDEX team_access_team ON team_access (team_id, state);
