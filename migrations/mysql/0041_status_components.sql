-- +goose Up
-- What the status page shows: a server, or another part that people know by a name. kind says how it is looked at, address
-- where; a part of kind none is not measured.
CREATE TABLE status_components (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    name       VARCHAR(64) NOT NULL CHECK (name <> ''),
    about      VARCHAR(120) NOT NULL DEFAULT '',
    server_id  BINARY(16),
    kind       VARCHAR(8) NOT NULL CHECK (kind IN ('http', 'tcp', 'tls', 'none')),
    address    VARCHAR(300) NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    retired_at BIGINT,
    FOREIGN KEY (server_id) REFERENCES servers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX status_components_name ON status_components (name);

-- How a part was when it was last looked at. fence is the turn of the job that looked: an older turn changes nothing.
-- failures and slows are counted in a row; expires_at is until when the certificate is good.
CREATE TABLE status_checks (
    component_id BINARY(16) NOT NULL PRIMARY KEY,
    fence        BIGINT NOT NULL DEFAULT 0,
    state        VARCHAR(8) NOT NULL CHECK (state IN ('unknown', 'up', 'slow', 'down')),
    failures     BIGINT NOT NULL DEFAULT 0,
    slows        BIGINT NOT NULL DEFAULT 0,
    latency      BIGINT NOT NULL DEFAULT 0,
    trouble      VARCHAR(16) NOT NULL DEFAULT '',
    checked_at   BIGINT,
    changed_at   BIGINT,
    expires_at   BIGINT,
    FOREIGN KEY (component_id) REFERENCES status_components (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A day of a part, by the provider's calendar: seconds for which it was looked at, down and slow; answers, and how many
-- milliseconds they took together. Single checks are not kept.
CREATE TABLE status_days (
    component_id BINARY(16) NOT NULL,
    day          BIGINT NOT NULL,
    watched      BIGINT NOT NULL DEFAULT 0,
    down         BIGINT NOT NULL DEFAULT 0,
    slow         BIGINT NOT NULL DEFAULT 0,
    answers      BIGINT NOT NULL DEFAULT 0,
    latency      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (component_id, day),
    FOREIGN KEY (component_id) REFERENCES status_components (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX status_days_day ON status_days (day);
