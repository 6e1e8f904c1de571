-- +goose Up
-- A service that somebody broke into: what was found, what its people are to do, and once it runs again what was done
-- against it.
CREATE TABLE service_breaches (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB NOT NULL,
    service_id BLOB NOT NULL,
    evidence   BLOB NOT NULL CHECK (evidence IS NULL OR (typeof(evidence) = 'blob' AND substr(evidence, 1, 4) = x'00677301')),
    todo       BLOB NOT NULL CHECK (todo IS NULL OR (typeof(todo) = 'blob' AND substr(todo, 1, 4) = x'00677301')),
    remedy     BLOB CHECK (remedy IS NULL OR (typeof(remedy) = 'blob' AND substr(remedy, 1, 4) = x'00677301')),
    found_at   INTEGER NOT NULL,
    ended_at   INTEGER,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (service_id) REFERENCES services (id)
);
CREATE INDEX service_breaches_service ON service_breaches (account_id, service_id, ended_at);
