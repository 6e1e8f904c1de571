-- +goose Up

-- What staff pin to a client for each other. department says who reads it; empty: all who see the client.
CREATE TABLE client_notes (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    department TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX client_notes_account ON client_notes (account_id, id);

-- Each text that a note had, the current one included. Whoever removes a note removes them all.
CREATE TABLE client_note_texts (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    note_id    BLOB    NOT NULL REFERENCES client_notes (id),
    version    INTEGER NOT NULL,
    body       BLOB    NOT NULL CHECK (typeof(body) = 'blob' AND substr(body, 1, 4) = x'00677301'),
    author_id  BLOB    NOT NULL REFERENCES persons (id),
    written_at INTEGER NOT NULL,
    UNIQUE (note_id, version)
);
CREATE INDEX client_note_texts_account ON client_note_texts (account_id, note_id);
