-- +goose Up

-- An account is a customer of the provider. Its key is called account_id, as in every table that belongs to an account,
-- so that statements on it are confined to one account like all others. version tells a stale form from a fresh one.
CREATE TABLE accounts (
    account_id       BINARY(16) NOT NULL PRIMARY KEY,
    name             VARBINARY(900) CHECK (name IS NULL OR LEFT(name, 4) = x'00677301'),
    line1            VARBINARY(900) CHECK (line1 IS NULL OR LEFT(line1, 4) = x'00677301'),
    line2            VARBINARY(900) CHECK (line2 IS NULL OR LEFT(line2, 4) = x'00677301'),
    city             VARBINARY(500) CHECK (city IS NULL OR LEFT(city, 4) = x'00677301'),
    postcode         VARBINARY(120) CHECK (postcode IS NULL OR LEFT(postcode, 4) = x'00677301'),
    country          VARBINARY(60) CHECK (country IS NULL OR LEFT(country, 4) = x'00677301'),
    tax_id           VARBINARY(120) CHECK (tax_id IS NULL OR LEFT(tax_id, 4) = x'00677301'),
    currency         CHAR(3) NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    state            VARCHAR(16) NOT NULL CHECK (state IN ('active', 'closed')),
    created_at       BIGINT NOT NULL,
    version          BIGINT NOT NULL DEFAULT 1
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A role that an account made for itself: the permissions stand in verbs, with a space between them. version moves with
-- every change, and what is kept in memory of a role goes by it.
CREATE TABLE custom_roles (
    id               BINARY(16) NOT NULL PRIMARY KEY,
    account_id       BINARY(16) NOT NULL,
    name             VARBINARY(900) NOT NULL CHECK (LEFT(name, 4) = x'00677301'),
    verbs            TEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    version          BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX custom_roles_account ON custom_roles (account_id, id);

-- A person's place in an account. services holds ids of sixteen bytes, one behind the other; they count where
-- services_limited is set, and an empty list then means none. An owner is never limited and never ends.
CREATE TABLE memberships (
    id               BINARY(16) NOT NULL PRIMARY KEY,
    account_id       BINARY(16) NOT NULL,
    person_id        BINARY(16) NOT NULL,
    role             VARCHAR(32) NOT NULL CHECK (role <> ''),
    custom_role_id   BINARY(16),
    services_limited TINYINT NOT NULL DEFAULT 0 CHECK (services_limited IN (0, 1)),
    services         BLOB CHECK (services IS NULL OR LENGTH(services) % 16 = 0),
    ends_at          BIGINT,
    suspended        TINYINT NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    created_at       BIGINT NOT NULL,
    last_seen_at     BIGINT,
    version          BIGINT NOT NULL DEFAULT 1,
    CHECK ((role = 'custom') = (custom_role_id IS NOT NULL)),
    CHECK (role <> 'owner' OR (services_limited = 0 AND ends_at IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (person_id) REFERENCES persons (id),
    FOREIGN KEY (custom_role_id) REFERENCES custom_roles (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX memberships_place ON memberships (account_id, person_id);
CREATE INDEX memberships_page ON memberships (account_id, id);
CREATE INDEX memberships_person ON memberships (person_id);

-- A seat among the provider's staff.
CREATE TABLE staff_members (
    person_id        BINARY(16) NOT NULL PRIMARY KEY,
    department       VARCHAR(32) NOT NULL CHECK (department <> ''),
    suspended        TINYINT NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    created_at       BIGINT NOT NULL,
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- An invitation into an account. The token is kept hashed and works once: state leaves 'open' by a conditional UPDATE.
-- invited_as says by which right it was given, because that right is asked for again when it is accepted.
CREATE TABLE invitations (
    id               BINARY(16) NOT NULL PRIMARY KEY,
    account_id       BINARY(16) NOT NULL,
    email            VARBINARY(400) NOT NULL CHECK (LEFT(email, 4) = x'00677301'),
    email_index      BINARY(32) NOT NULL,
    role             VARCHAR(32) NOT NULL CHECK (role <> ''),
    custom_role_id   BINARY(16),
    services_limited TINYINT NOT NULL DEFAULT 0 CHECK (services_limited IN (0, 1)),
    services         BLOB CHECK (services IS NULL OR LENGTH(services) % 16 = 0),
    ends_at          BIGINT,
    token_hash       BINARY(32) NOT NULL,
    invited_by       BINARY(16),
    invited_as       VARCHAR(16) NOT NULL CHECK (invited_as IN ('contact', 'staff', 'operator')),
    state            VARCHAR(16) NOT NULL CHECK (state IN ('open', 'accepted', 'withdrawn')),
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    settled_at       BIGINT,
    CHECK ((role = 'custom') = (custom_role_id IS NOT NULL)),
    CHECK ((invited_as = 'operator') = (invited_by IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (custom_role_id) REFERENCES custom_roles (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_page ON invitations (account_id, state, id);
CREATE INDEX invitations_email ON invitations (email_index);
