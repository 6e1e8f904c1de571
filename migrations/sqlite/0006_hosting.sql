-- +goose Up

-- A machine of the provider that carries services. panel says which adapter speaks to it, host where: links into a
-- panel lead to that host and to no other.
CREATE TABLE servers (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT    NOT NULL CHECK (name <> ''),
    panel       TEXT    NOT NULL CHECK (panel <> ''),
    host        TEXT    NOT NULL CHECK (host <> ''),
    address     TEXT    NOT NULL DEFAULT '',
    location    TEXT    NOT NULL DEFAULT '',
    state       TEXT    NOT NULL CHECK (state IN ('active', 'retired')),
    credentials BLOB    CHECK (credentials IS NULL OR (typeof(credentials) = 'blob' AND substr(credentials, 1, 4) = x'00677301')),
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX servers_name ON servers (name);

-- What an account holds. panel_user is the name under which the panel knows it. Sizes are bytes; a limit of 0 is none.
-- version tells a stale form from a fresh one.
CREATE TABLE services (
    id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id      BLOB    NOT NULL REFERENCES accounts (account_id),
    server_id       BLOB    NOT NULL REFERENCES servers (id),
    plan            TEXT    NOT NULL CHECK (plan <> ''),
    domain          BLOB    CHECK (domain IS NULL OR (typeof(domain) = 'blob' AND substr(domain, 1, 4) = x'00677301')),
    domain_index    BLOB    CHECK (domain_index IS NULL OR (typeof(domain_index) = 'blob' AND length(domain_index) = 32)),
    panel_user      BLOB    CHECK (panel_user IS NULL OR (typeof(panel_user) = 'blob' AND substr(panel_user, 1, 4) = x'00677301')),
    state           TEXT    NOT NULL CHECK (state IN ('active', 'suspended', 'cancelled')),
    state_reason    BLOB    CHECK (state_reason IS NULL OR (typeof(state_reason) = 'blob' AND substr(state_reason, 1, 4) = x'00677301')),
    price_minor     INTEGER NOT NULL CHECK (price_minor >= 0),
    currency        TEXT    NOT NULL CHECK (length(currency) = 3),
    period          TEXT    NOT NULL CHECK (period IN ('month', 'year')),
    renews_at       INTEGER,
    disk_used       INTEGER NOT NULL DEFAULT 0,
    disk_limit      INTEGER NOT NULL DEFAULT 0,
    bandwidth_used  INTEGER NOT NULL DEFAULT 0,
    bandwidth_limit INTEGER NOT NULL DEFAULT 0,
    measured_at     INTEGER,
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    CHECK (state <> 'suspended' OR state_reason IS NOT NULL)
);
CREATE INDEX services_page ON services (account_id, id);
CREATE INDEX services_server ON services (server_id, id);
CREATE INDEX services_domain ON services (domain_index);

-- One opening of a hosting panel. The token is kept hashed and works once, for the session that asked, until
-- expires_at, and only once the outcome says that the panel was opened.
CREATE TABLE panel_logins (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    service_id BLOB    NOT NULL REFERENCES services (id),
    person_id  BLOB    NOT NULL REFERENCES persons (id),
    session_id BLOB    NOT NULL,
    token_hash BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    role       TEXT    NOT NULL CHECK (role <> ''),
    outcome    TEXT    NOT NULL CHECK (outcome IN ('asked', 'opened', 'failed')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
);
CREATE UNIQUE INDEX panel_logins_token ON panel_logins (token_hash);
CREATE INDEX panel_logins_service ON panel_logins (account_id, service_id, person_id, created_at);
