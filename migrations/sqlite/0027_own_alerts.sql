-- +goose Up
-- What somebody wants to be told of their own sign-in, where they said other than what is usual.
CREATE TABLE own_alert_choices (
    person_id BLOB NOT NULL CHECK (length(person_id) = 16) REFERENCES persons (id),
    rule      TEXT NOT NULL CHECK (rule <> ''),
    delivery  TEXT NOT NULL CHECK (delivery IN ('once', 'daily', 'never')),
    PRIMARY KEY (person_id, rule)
) WITHOUT ROWID;

-- What somebody was told of lately, and the daily mail, which is one for all of their accounts.
CREATE INDEX alert_hits_person ON alert_hits (person_id, hit_at);
DROP INDEX alert_hits_due;
CREATE INDEX alert_hits_due ON alert_hits (due_at, person_id);
