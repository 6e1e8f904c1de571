-- +goose Up

-- A machine of the provider that carries services. panel says which adapter speaks to it, host where: links into a
-- panel lead to that host and to no other.
CREATE TABLE servers (
    id              BINARY(16) NOT NULL PRIMARY KEY,
    name            VARCHAR(64) NOT NULL CHECK (name <> ''),
    panel           VARCHAR(32) NOT NULL CHECK (panel <> ''),
    host            VARCHAR(253) NOT NULL CHECK (host <> ''),
    address         VARCHAR(64) NOT NULL DEFAULT '',
    location        VARCHAR(64) NOT NULL DEFAULT '',
    state           VARCHAR(16) NOT NULL CHECK (state IN ('active', 'retired')),
    credentials     VARBINARY(4100) CHECK (credentials IS NULL OR LEFT(credentials, 4) = x'00677301'),
    created_at      BIGINT NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX servers_name ON servers (name);

-- What an account holds. panel_user is the name under which the panel knows it. Sizes are bytes; a limit of 0 is none.
-- version tells a stale form from a fresh one.
CREATE TABLE services (
    id              BINARY(16) NOT NULL PRIMARY KEY,
    account_id      BINARY(16) NOT NULL,
    server_id       BINARY(16) NOT NULL,
    plan            VARCHAR(120) NOT NULL CHECK (plan <> ''),
    domain          VARBINARY(400) CHECK (domain IS NULL OR LEFT(domain, 4) = x'00677301'),
    domain_index    BINARY(32),
    panel_user      VARBINARY(200) CHECK (panel_user IS NULL OR LEFT(panel_user, 4) = x'00677301'),
    state           VARCHAR(16) NOT NULL CHECK (state IN ('active', 'suspended', 'cancelled')),
    state_reason    VARBINARY(2100) CHECK (state_reason IS NULL OR LEFT(state_reason, 4) = x'00677301'),
    price_minor     BIGINT NOT NULL CHECK (price_minor >= 0),
    currency        CHAR(3) NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    period          VARCHAR(8) NOT NULL CHECK (period IN ('month', 'year')),
    renews_at       BIGINT,
    disk_used       BIGINT NOT NULL DEFAULT 0,
    disk_limit      BIGINT NOT NULL DEFAULT 0,
    bandwidth_used  BIGINT NOT NULL DEFAULT 0,
    bandwidth_limit BIGINT NOT NULL DEFAULT 0,
    measured_at     BIGINT,
    created_at      BIGINT NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    CHECK (state <> 'suspended' OR state_reason IS NOT NULL),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (server_id) REFERENCES servers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX services_page ON services (account_id, id);
CREATE INDEX services_server ON services (server_id, id);
CREATE INDEX services_domain ON services (domain_index);

-- One opening of a hosting panel. The token is kept hashed and works once, for the session that asked, until
-- expires_at, and only once the outcome says that the panel was opened.
CREATE TABLE panel_logins (
    id              BINARY(16) NOT NULL PRIMARY KEY,
    account_id      BINARY(16) NOT NULL,
    service_id      BINARY(16) NOT NULL,
    person_id       BINARY(16) NOT NULL,
    session_id      BINARY(16) NOT NULL,
    token_hash      BINARY(32) NOT NULL,
    role            VARCHAR(32) NOT NULL CHECK (role <> ''),
    outcome         VARCHAR(16) NOT NULL CHECK (outcome IN ('asked', 'opened', 'failed')),
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    used_at         BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (service_id) REFERENCES services (id),
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX panel_logins_token ON panel_logins (token_hash);
CREATE INDEX panel_logins_service ON panel_logins (account_id, service_id, person_id, created_at);
