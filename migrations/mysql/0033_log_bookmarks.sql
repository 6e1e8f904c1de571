-- +goose Up
-- The views of a log that somebody saved: the filters of its address, under a name of theirs.
CREATE TABLE log_bookmarks (
    id         BINARY(16)     NOT NULL PRIMARY KEY,
    person_id  BINARY(16)     NOT NULL,
    chain      BINARY(16)     NOT NULL,
    name       VARBINARY(512) NOT NULL CHECK (LEFT(name, 4) = x'00677301'),
    view       BLOB           NOT NULL CHECK (LEFT(view, 4) = x'00677301'),
    created_at BIGINT         NOT NULL,
    FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE INDEX log_bookmarks_person ON log_bookmarks (person_id, chain);
