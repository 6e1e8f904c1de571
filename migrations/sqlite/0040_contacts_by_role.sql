-- +goose Up
-- Who has which role, and how many, without looking at each place of an account.
CREATE INDEX memberships_role ON memberships (account_id, role, custom_role_id, id);
