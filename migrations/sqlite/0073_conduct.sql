-- +goose Up

-- The versions of the policies that staff acknowledge before anything of the provider's opens to them. A version is
-- never changed; a newer one takes its place on its day.
CREATE TABLE conduct_documents (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind         TEXT    NOT NULL CHECK (kind IN ('security', 'privacy')),
    version      INTEGER NOT NULL CHECK (version > 0),
    title        TEXT    NOT NULL CHECK (title <> ''),
    body         TEXT    NOT NULL CHECK (body <> ''),
    effective_at INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    published_by BLOB    REFERENCES persons (id)
);
CREATE UNIQUE INDEX conduct_documents_version ON conduct_documents (kind, version);

-- Who acknowledged which version, and when. A later version covers the ones before it.
CREATE TABLE conduct_acks (
    member_id BLOB    NOT NULL REFERENCES persons (id),
    kind      TEXT    NOT NULL CHECK (kind IN ('security', 'privacy')),
    version   INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (member_id, kind, version)
);

-- Trainings of staff. A record that is taken away stays, for the register of that time.
CREATE TABLE conduct_trainings (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    member_id   BLOB    NOT NULL REFERENCES persons (id),
    name        BLOB    NOT NULL CHECK (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301'),
    done_at     INTEGER NOT NULL,
    expires_at  INTEGER CHECK (expires_at IS NULL OR expires_at > done_at),
    reminded_at INTEGER,
    recorded_at INTEGER NOT NULL,
    removed_at  INTEGER
);
CREATE INDEX conduct_trainings_member ON conduct_trainings (member_id, done_at);
CREATE INDEX conduct_trainings_ends ON conduct_trainings (expires_at, reminded_at);
