-- +goose Up
-- A service that somebody broke into: what was found, what its people are to do, and once it runs again what was done
-- against it.
CREATE TABLE service_breaches (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    service_id BINARY(16) NOT NULL,
    evidence   VARBINARY(8200) NOT NULL CHECK (evidence IS NULL OR LEFT(evidence, 4) = x'00677301'),
    todo       VARBINARY(8200) NOT NULL CHECK (todo IS NULL OR LEFT(todo, 4) = x'00677301'),
    remedy     VARBINARY(8200) CHECK (remedy IS NULL OR LEFT(remedy, 4) = x'00677301'),
    found_at   BIGINT NOT NULL,
    ended_at   BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (service_id) REFERENCES services (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX service_breaches_service ON service_breaches (account_id, service_id, ended_at);
