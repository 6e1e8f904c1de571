-- +goose Up
-- When somebody last came to a service of an account, to the day: what a review of access goes by where it suggests to
-- limit somebody to the services that they open.
CREATE TABLE service_uses (
    account_id BLOB    NOT NULL CHECK (length(account_id) = 16),
    person_id  BLOB    NOT NULL CHECK (length(person_id) = 16),
    service_id BLOB    NOT NULL CHECK (length(service_id) = 16),
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, person_id, service_id)
) WITHOUT ROWID;
