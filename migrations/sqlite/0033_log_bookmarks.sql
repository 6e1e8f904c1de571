-- +goose Up
-- The views of a log that somebody saved: the filters of its address, under a name of theirs.
CREATE TABLE log_bookmarks (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id  BLOB    NOT NULL CHECK (length(person_id) = 16) REFERENCES persons (id),
    chain      BLOB    NOT NULL CHECK (length(chain) = 16),
    name       BLOB    NOT NULL CHECK (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301'),
    view       BLOB    NOT NULL CHECK (typeof(view) = 'blob' AND substr(view, 1, 4) = x'00677301'),
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX log_bookmarks_person ON log_bookmarks (person_id, chain);
