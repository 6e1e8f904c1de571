-- +goose Up
-- Who has which role, and how many, without looking at each place of an account.
CREATE INDEX memberships_role ON memberships (account_id, role, custom_role_id, id);

-- Whether a list of names has changed since it was read, from indexes alone.
CREATE INDEX memberships_since ON memberships (account_id, person_id, created_at);
CREATE INDEX team_access_since ON team_access (team_id, state, account_id, created_at);
CREATE INDEX persons_version ON persons (id, version);
CREATE INDEX accounts_version ON accounts (account_id, version);
