-- +goose Up
-- A service may be shown while it is being set up. SQLite changes no CHECK: the table is written anew, and the rows that
-- lead to it are looked at when the transaction ends.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE services_kept AS SELECT * FROM services;
DROP TABLE services;
CREATE TABLE services (
    id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id      BLOB    NOT NULL REFERENCES accounts (account_id),
    server_id       BLOB    NOT NULL REFERENCES servers (id),
    plan            TEXT    NOT NULL CHECK (plan <> ''),
    domain          BLOB    CHECK (domain IS NULL OR (typeof(domain) = 'blob' AND substr(domain, 1, 4) = x'00677301')),
    domain_index    BLOB    CHECK (domain_index IS NULL OR (typeof(domain_index) = 'blob' AND length(domain_index) = 32)),
    panel_user      BLOB    CHECK (panel_user IS NULL OR (typeof(panel_user) = 'blob' AND substr(panel_user, 1, 4) = x'00677301')),
    state           TEXT    NOT NULL CHECK (state IN ('pending', 'active', 'suspended', 'cancelled')),
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
INSERT INTO services SELECT * FROM services_kept;
DROP TABLE services_kept;
