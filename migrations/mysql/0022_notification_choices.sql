-- +goose Up
-- Which mails of an account somebody does not want. A kind without a row is wanted by whoever's role it fits.
CREATE TABLE notification_choices (
    account_id BINARY(16) NOT NULL,
    person_id  BINARY(16) NOT NULL,
    kind       VARCHAR(32) NOT NULL CHECK (kind <> ''),
    chosen_at  BIGINT NOT NULL,
    PRIMARY KEY (account_id, person_id, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX notification_choices_person ON notification_choices (person_id, account_id);
