-- +goose Up

-- What staff pin to a client for each other. department says who reads it; empty: all who see the client.
CREATE TABLE client_notes (
    id         BINARY(16)  NOT NULL PRIMARY KEY,
    account_id BINARY(16)  NOT NULL,
    department VARCHAR(64) NOT NULL,
    version    BIGINT      NOT NULL,
    created_at BIGINT      NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX client_notes_account ON client_notes (account_id, id);

-- Each text that a note had, the current one included. Whoever removes a note removes them all.
CREATE TABLE client_note_texts (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    note_id    BINARY(16) NOT NULL,
    version    BIGINT     NOT NULL,
    body       BLOB       NOT NULL CHECK (LEFT(body, 4) = x'00677301'),
    author_id  BINARY(16) NOT NULL,
    written_at BIGINT     NOT NULL,
    UNIQUE (note_id, version),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (note_id) REFERENCES client_notes (id),
    FOREIGN KEY (author_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX client_note_texts_account ON client_note_texts (account_id, note_id);
