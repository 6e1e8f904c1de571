-- +goose Up

-- What somebody who was refused has asked the owners of the account for, and when last. Permissions have the names that
-- the program gives them.
CREATE TABLE access_asks (
    account_id BLOB    NOT NULL CHECK (length(account_id) = 16),
    person_id  BLOB    NOT NULL CHECK (length(person_id) = 16),
    permission TEXT    NOT NULL CHECK (permission <> ''),
    asked_at   INTEGER NOT NULL,
    PRIMARY KEY (account_id, person_id, permission)
) WITHOUT ROWID;
