-- +goose Up

-- An account is a customer of the provider. Its key is called account_id, as in every table that belongs to an account,
-- so that statements on it are confined to one account like all others. version tells a stale form from a fresh one.
CREATE TABLE accounts (
    account_id BLOB    NOT NULL PRIMARY KEY CHECK (length(account_id) = 16),
    name       BLOB    CHECK (name IS NULL OR (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301')),
    line1      BLOB    CHECK (line1 IS NULL OR (typeof(line1) = 'blob' AND substr(line1, 1, 4) = x'00677301')),
    line2      BLOB    CHECK (line2 IS NULL OR (typeof(line2) = 'blob' AND substr(line2, 1, 4) = x'00677301')),
    city       BLOB    CHECK (city IS NULL OR (typeof(city) = 'blob' AND substr(city, 1, 4) = x'00677301')),
    postcode   BLOB    CHECK (postcode IS NULL OR (typeof(postcode) = 'blob' AND substr(postcode, 1, 4) = x'00677301')),
    country    BLOB    CHECK (country IS NULL OR (typeof(country) = 'blob' AND substr(country, 1, 4) = x'00677301')),
    tax_id     BLOB    CHECK (tax_id IS NULL OR (typeof(tax_id) = 'blob' AND substr(tax_id, 1, 4) = x'00677301')),
    currency   TEXT    NOT NULL CHECK (length(currency) = 3),
    state      TEXT    NOT NULL CHECK (state IN ('active', 'closed')),
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
);

-- A role that an account made for itself: the permissions stand in verbs, with a space between them. version moves with
-- every change, and what is kept in memory of a role goes by it.
CREATE TABLE custom_roles (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    name       BLOB    NOT NULL CHECK (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301'),
    verbs      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX custom_roles_account ON custom_roles (account_id, id);

-- A person's place in an account. services holds ids of sixteen bytes, one behind the other; they count where
-- services_limited is set, and an empty list then means none. An owner is never limited and never ends.
CREATE TABLE memberships (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id       BLOB    NOT NULL REFERENCES accounts (account_id),
    person_id        BLOB    NOT NULL REFERENCES persons (id),
    role             TEXT    NOT NULL CHECK (role <> ''),
    custom_role_id   BLOB    REFERENCES custom_roles (id),
    services_limited INTEGER NOT NULL DEFAULT 0 CHECK (services_limited IN (0, 1)),
    services         BLOB    CHECK (services IS NULL OR (typeof(services) = 'blob' AND length(services) % 16 = 0)),
    ends_at          INTEGER,
    suspended        INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    created_at       INTEGER NOT NULL,
    last_seen_at     INTEGER,
    version          INTEGER NOT NULL DEFAULT 1,
    CHECK ((role = 'custom') = (custom_role_id IS NOT NULL)),
    CHECK (role <> 'owner' OR (services_limited = 0 AND ends_at IS NULL))
);
CREATE UNIQUE INDEX memberships_place ON memberships (account_id, person_id);
CREATE INDEX memberships_page ON memberships (account_id, id);
CREATE INDEX memberships_person ON memberships (person_id);

-- A seat among the provider's staff.
CREATE TABLE staff_members (
    person_id  BLOB    NOT NULL PRIMARY KEY REFERENCES persons (id),
    department TEXT    NOT NULL CHECK (department <> ''),
    suspended  INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    created_at INTEGER NOT NULL
);

-- An invitation into an account. The token is kept hashed and works once: state leaves 'open' by a conditional UPDATE.
-- invited_as says by which right it was given, because that right is asked for again when it is accepted.
CREATE TABLE invitations (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id       BLOB    NOT NULL REFERENCES accounts (account_id),
    email            BLOB    NOT NULL CHECK (typeof(email) = 'blob' AND substr(email, 1, 4) = x'00677301'),
    email_index      BLOB    NOT NULL CHECK (typeof(email_index) = 'blob' AND length(email_index) = 32),
    role             TEXT    NOT NULL CHECK (role <> ''),
    custom_role_id   BLOB    REFERENCES custom_roles (id),
    services_limited INTEGER NOT NULL DEFAULT 0 CHECK (services_limited IN (0, 1)),
    services         BLOB    CHECK (services IS NULL OR (typeof(services) = 'blob' AND length(services) % 16 = 0)),
    ends_at          INTEGER,
    token_hash       BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    invited_by       BLOB,
    invited_as       TEXT    NOT NULL CHECK (invited_as IN ('contact', 'staff', 'operator')),
    state            TEXT    NOT NULL CHECK (state IN ('open', 'accepted', 'withdrawn')),
    created_at       INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    settled_at       INTEGER,
    CHECK ((role = 'custom') = (custom_role_id IS NOT NULL)),
    CHECK ((invited_as = 'operator') = (invited_by IS NULL))
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_page ON invitations (account_id, state, id);
CREATE INDEX invitations_email ON invitations (email_index);
