-- +goose Up
-- Which mails of an account somebody does not want. A kind without a row is wanted by whoever's role it fits.
CREATE TABLE notification_choices (
    account_id BLOB    NOT NULL CHECK (length(account_id) = 16),
    person_id  BLOB    NOT NULL CHECK (length(person_id) = 16),
    kind       TEXT    NOT NULL CHECK (kind <> ''),
    chosen_at  INTEGER NOT NULL,
    PRIMARY KEY (account_id, person_id, kind)
) WITHOUT ROWID;
CREATE INDEX notification_choices_person ON notification_choices (person_id, account_id);
