-- +goose Up

-- An owner offers ownership to a contact, who takes it or declines. state leaves 'open' once, by a conditional UPDATE.
-- then_role is what the one who offers becomes when it is taken; NULL: they stay an owner. contact_id is the place
-- in the account that becomes the owner's: somebody who was removed and invited again has another one.
CREATE TABLE ownership_offers (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    offered_by BLOB    NOT NULL REFERENCES persons (id),
    offered_to BLOB    NOT NULL REFERENCES persons (id),
    contact_id BLOB    NOT NULL CHECK (length(contact_id) = 16),
    then_role  TEXT    CHECK (then_role IS NULL OR then_role NOT IN ('', 'owner', 'custom')),
    state      TEXT    NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    settled_at INTEGER
);
CREATE INDEX ownership_offers_account ON ownership_offers (account_id, state, id);

-- What an owner asks the provider to change: what the account is legally called, or who speaks for it. Staff decide,
-- once.
CREATE TABLE account_requests (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    kind       TEXT    NOT NULL CHECK (kind IN ('name', 'primary')),
    wanted     BLOB    CHECK (wanted IS NULL OR (typeof(wanted) = 'blob' AND substr(wanted, 1, 4) = x'00677301')),
    contact_id BLOB    CHECK (contact_id IS NULL OR length(contact_id) = 16),
    reason     BLOB    NOT NULL CHECK (typeof(reason) = 'blob' AND substr(reason, 1, 4) = x'00677301'),
    asked_by   BLOB    NOT NULL REFERENCES persons (id),
    state      TEXT    NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'withdrawn')),
    answer     BLOB    CHECK (answer IS NULL OR (typeof(answer) = 'blob' AND substr(answer, 1, 4) = x'00677301')),
    decided_by BLOB    REFERENCES persons (id),
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    CHECK ((kind = 'name') = (wanted IS NOT NULL)),
    CHECK ((kind = 'primary') = (contact_id IS NOT NULL))
);
CREATE INDEX account_requests_state ON account_requests (state, id);
CREATE INDEX account_requests_account ON account_requests (account_id, id);

-- The contact who speaks for the account with the provider. NULL, and a contact who is gone: the owner who is there the
-- longest.
ALTER TABLE accounts ADD COLUMN primary_contact BLOB CHECK (primary_contact IS NULL OR length(primary_contact) = 16);
