-- +goose Up

-- An owner offers ownership to a contact, who takes it or declines. state leaves 'open' once, by a conditional UPDATE.
-- then_role is what the one who offers becomes when it is taken; NULL: they stay an owner. contact_id is the place
-- in the account that becomes the owner's: somebody who was removed and invited again has another one.
CREATE TABLE ownership_offers (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    offered_by BINARY(16) NOT NULL,
    offered_to BINARY(16) NOT NULL,
    contact_id BINARY(16) NOT NULL,
    then_role  VARCHAR(32) CHECK (then_role IS NULL OR then_role NOT IN ('', 'owner', 'custom')),
    state      VARCHAR(16) NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    settled_at BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (offered_by) REFERENCES persons (id),
    FOREIGN KEY (offered_to) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX ownership_offers_account ON ownership_offers (account_id, state, id);

-- What an owner asks the provider to change: what the account is legally called, or who speaks for it. Staff decide,
-- once.
CREATE TABLE account_requests (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    kind       VARCHAR(16) NOT NULL CHECK (kind IN ('name', 'primary')),
    wanted     VARBINARY(900) CHECK (wanted IS NULL OR LEFT(wanted, 4) = x'00677301'),
    contact_id BINARY(16),
    reason     VARBINARY(3000) NOT NULL CHECK (LEFT(reason, 4) = x'00677301'),
    asked_by   BINARY(16) NOT NULL,
    state      VARCHAR(16) NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'withdrawn')),
    answer     VARBINARY(3000) CHECK (answer IS NULL OR LEFT(answer, 4) = x'00677301'),
    decided_by BINARY(16),
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    CHECK ((kind = 'name') = (wanted IS NOT NULL)),
    CHECK ((kind = 'primary') = (contact_id IS NOT NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (asked_by) REFERENCES persons (id),
    FOREIGN KEY (decided_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX account_requests_state ON account_requests (state, id);
CREATE INDEX account_requests_account ON account_requests (account_id, id);

-- The contact who speaks for the account with the provider. NULL, and a contact who is gone: the owner who is there the
-- longest.
ALTER TABLE accounts ADD COLUMN primary_contact BINARY(16);
