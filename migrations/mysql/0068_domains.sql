-- +goose Up
-- A registered name of an account, as its registrar last said it stands. reminded counts the reminders before expires_at;
-- the next one is due at remind_at. version tells a stale form from a fresh one.
CREATE TABLE domains (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    account_id  BINARY(16) NOT NULL,
    service_id  BINARY(16),
    registrar   VARCHAR(32) NOT NULL CHECK (registrar <> ''),
    name        VARBINARY(400) NOT NULL CHECK (LEFT(name, 4) = x'00677301'),
    name_index  BINARY(32) NOT NULL,
    state       VARCHAR(12) NOT NULL CHECK (state IN ('active', 'expired', 'redemption', 'gone')),
    expires_at  BIGINT NOT NULL,
    locked      TINYINT(1) NOT NULL CHECK (locked IN (0, 1)),
    auto_renew  TINYINT(1) NOT NULL CHECK (auto_renew IN (0, 1)),
    nameservers VARBINARY(4100) CHECK (nameservers IS NULL OR LEFT(nameservers, 4) = x'00677301'),
    added_at    BIGINT NOT NULL,
    reminded    BIGINT NOT NULL DEFAULT 0 CHECK (reminded >= 0),
    remind_at   BIGINT,
    version     BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (service_id) REFERENCES services (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX domains_name ON domains (name_index);
CREATE INDEX domains_page ON domains (account_id, expires_at, id);
CREATE INDEX domains_service ON domains (service_id);
CREATE INDEX domains_remind ON domains (remind_at);

-- What a registrar is asked to change. waiting: it was not told yet; taken: it took it, and the registry does not show it
-- yet. A domain has one open change at most. The id is the key by which a registrar knows a second try.
CREATE TABLE domain_changes (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    domain_id  BINARY(16) NOT NULL,
    person_id  BINARY(16),
    kind       VARCHAR(12) NOT NULL CHECK (kind IN ('nameservers', 'renewal', 'lock')),
    state      VARCHAR(8) NOT NULL CHECK (state IN ('waiting', 'taken', 'done', 'failed')),
    was        VARBINARY(4100) CHECK (was IS NULL OR LEFT(was, 4) = x'00677301'),
    wants      VARBINARY(4100) NOT NULL CHECK (LEFT(wants, 4) = x'00677301'),
    trouble    VARBINARY(4100) CHECK (trouble IS NULL OR LEFT(trouble, 4) = x'00677301'),
    tries      BIGINT NOT NULL DEFAULT 1,
    asked_at   BIGINT NOT NULL,
    taken_at   BIGINT,
    settled_at BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (domain_id) REFERENCES domains (id),
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX domain_changes_domain ON domain_changes (domain_id, id);

-- When a registrar was last asked about a domain, when it is asked next, and what went wrong the last time.
CREATE TABLE domain_looks (
    domain_id  BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    looked_at  BIGINT,
    due_at     BIGINT NOT NULL,
    trouble    VARCHAR(300) NOT NULL DEFAULT '',
    FOREIGN KEY (domain_id) REFERENCES domains (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX domain_looks_due ON domain_looks (due_at);
