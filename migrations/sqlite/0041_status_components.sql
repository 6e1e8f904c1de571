-- +goose Up
-- What the status page shows: a server, or another part that people know by a name. kind says how it is looked at, address
-- where; a part of kind none is not measured.
CREATE TABLE status_components (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name       TEXT NOT NULL CHECK (name <> ''),
    about      TEXT NOT NULL DEFAULT '',
    server_id  BLOB,
    kind       TEXT NOT NULL CHECK (kind IN ('http', 'tcp', 'tls', 'none')),
    address    TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    retired_at INTEGER,
    FOREIGN KEY (server_id) REFERENCES servers (id)
);
CREATE INDEX status_components_name ON status_components (name);

-- How a part was when it was last looked at. fence is the turn of the job that looked: an older turn changes nothing.
-- failures and slows are counted in a row; expires_at is until when the certificate is good.
CREATE TABLE status_checks (
    component_id BLOB NOT NULL PRIMARY KEY,
    fence        INTEGER NOT NULL DEFAULT 0,
    state        TEXT NOT NULL CHECK (state IN ('unknown', 'up', 'slow', 'down')),
    failures     INTEGER NOT NULL DEFAULT 0,
    slows        INTEGER NOT NULL DEFAULT 0,
    latency      INTEGER NOT NULL DEFAULT 0,
    trouble      TEXT NOT NULL DEFAULT '',
    checked_at   INTEGER,
    changed_at   INTEGER,
    expires_at   INTEGER,
    FOREIGN KEY (component_id) REFERENCES status_components (id)
);

-- A day of a part, by the provider's calendar: seconds for which it was looked at, down and slow; answers, and how many
-- milliseconds they took together. Single checks are not kept.
CREATE TABLE status_days (
    component_id BLOB NOT NULL,
    day          INTEGER NOT NULL,
    watched      INTEGER NOT NULL DEFAULT 0,
    down         INTEGER NOT NULL DEFAULT 0,
    slow         INTEGER NOT NULL DEFAULT 0,
    answers      INTEGER NOT NULL DEFAULT 0,
    latency      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (component_id, day),
    FOREIGN KEY (component_id) REFERENCES status_components (id)
) WITHOUT ROWID;
CREATE INDEX status_days_day ON status_days (day);
