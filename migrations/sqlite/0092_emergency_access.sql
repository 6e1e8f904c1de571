-- +goose Up

-- What another department may read of a client, opened in an emergency for the time of a look. NULL: an ordinary look.
ALTER TABLE looks ADD COLUMN opened TEXT CHECK (opened IS NULL OR opened <> '');

-- Each time in which somebody of the staff opened another department's data of a client. It has the id of its look.
-- Somebody else closes it, once, and says what they found.
CREATE TABLE emergencies (
    id           BLOB    NOT NULL PRIMARY KEY REFERENCES looks (id),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    staff_id     BLOB    NOT NULL REFERENCES persons (id),
    department   TEXT    NOT NULL CHECK (department <> ''),
    opened       TEXT    NOT NULL CHECK (opened <> ''),
    code         TEXT    NOT NULL CHECK (code IN ('outage', 'attack', 'harm', 'law')),
    reason       BLOB    NOT NULL CHECK (typeof(reason) = 'blob' AND substr(reason, 1, 4) = x'00677301'),
    started_at   INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL CHECK (ends_at > started_at),
    state        TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    reminded     INTEGER NOT NULL DEFAULT 0,
    finding      TEXT    CHECK (finding IS NULL OR finding IN ('needed', 'unneeded', 'misused')),
    finding_text BLOB    CHECK (finding_text IS NULL OR (typeof(finding_text) = 'blob' AND substr(finding_text, 1, 4) = x'00677301')),
    closed_by    BLOB    REFERENCES persons (id),
    closed_at    INTEGER,
    CHECK ((state = 'closed') = (closed_by IS NOT NULL AND finding IS NOT NULL AND finding_text IS NOT NULL)),
    CHECK (closed_by IS NULL OR closed_by <> staff_id)
);
CREATE INDEX emergencies_state ON emergencies (state, started_at);
CREATE INDEX emergencies_account ON emergencies (account_id, started_at);
