-- +goose Up
-- A registered name of an account, as its registrar last said it stands. reminded counts the reminders before expires_at;
-- the next one is due at remind_at. version tells a stale form from a fresh one.
CREATE TABLE domains (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    service_id  BLOB    REFERENCES services (id),
    registrar   TEXT    NOT NULL CHECK (registrar <> ''),
    name        BLOB    NOT NULL CHECK (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301'),
    name_index  BLOB    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('active', 'expired', 'redemption', 'gone')),
    expires_at  INTEGER NOT NULL,
    locked      INTEGER NOT NULL CHECK (locked IN (0, 1)),
    auto_renew  INTEGER NOT NULL CHECK (auto_renew IN (0, 1)),
    nameservers BLOB    CHECK (nameservers IS NULL
                               OR (typeof(nameservers) = 'blob' AND substr(nameservers, 1, 4) = x'00677301')),
    added_at    INTEGER NOT NULL,
    reminded    INTEGER NOT NULL DEFAULT 0 CHECK (reminded >= 0),
    remind_at   INTEGER,
    version     INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX domains_name ON domains (name_index);
CREATE INDEX domains_page ON domains (account_id, expires_at, id);
CREATE INDEX domains_service ON domains (service_id);
CREATE INDEX domains_remind ON domains (remind_at);

-- What a registrar is asked to change. waiting: it was not told yet; taken: it took it, and the registry does not show it
-- yet. A domain has one open change at most. The id is the key by which a registrar knows a second try.
CREATE TABLE domain_changes (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    domain_id  BLOB    NOT NULL REFERENCES domains (id),
    person_id  BLOB    REFERENCES persons (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('nameservers', 'renewal', 'lock')),
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'taken', 'done', 'failed')),
    was        BLOB    CHECK (was IS NULL OR (typeof(was) = 'blob' AND substr(was, 1, 4) = x'00677301')),
    wants      BLOB    NOT NULL CHECK (typeof(wants) = 'blob' AND substr(wants, 1, 4) = x'00677301'),
    trouble    BLOB    CHECK (trouble IS NULL OR (typeof(trouble) = 'blob' AND substr(trouble, 1, 4) = x'00677301')),
    tries      INTEGER NOT NULL DEFAULT 1,
    asked_at   INTEGER NOT NULL,
    taken_at   INTEGER,
    settled_at INTEGER
);
CREATE INDEX domain_changes_domain ON domain_changes (domain_id, id);

-- When a registrar was last asked about a domain, when it is asked next, and what went wrong the last time.
CREATE TABLE domain_looks (
    domain_id  BLOB    NOT NULL PRIMARY KEY REFERENCES domains (id),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    looked_at  INTEGER,
    due_at     INTEGER NOT NULL,
    trouble    TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX domain_looks_due ON domain_looks (due_at);
