-- +goose Up

-- A case can be handed over to other departments, which is a line of its history.
CREATE TABLE case_messages_new (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    case_id    BLOB    NOT NULL REFERENCES cases (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('opened', 'replied', 'taken', 'closed', 'handed-over')),
    author_id  BLOB,
    author     BLOB    NOT NULL CHECK (typeof(author) = 'blob' AND substr(author, 1, 4) = x'00677301'),
    by_staff   INTEGER NOT NULL CHECK (by_staff IN (0, 1)),
    body       BLOB    CHECK (body IS NULL OR (typeof(body) = 'blob' AND substr(body, 1, 4) = x'00677301')),
    created_at INTEGER NOT NULL
);
INSERT INTO case_messages_new SELECT id, case_id, kind, author_id, author, by_staff, body, created_at FROM case_messages;
DROP TABLE case_messages;
ALTER TABLE case_messages_new RENAME TO case_messages;
CREATE INDEX case_messages_case ON case_messages (case_id, created_at, id);
