-- +goose Up

-- Files of clients, contacts, services or open invoices that the provider brings over from another system. asked_by is
-- NULL where the operator does it at the command line. How the session of whoever asked had proved itself is kept, since
-- a job acts in their name later. A job holds an import while it works on it (holder, leased_to).
CREATE TABLE imports (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind        TEXT    NOT NULL CHECK (kind IN ('clients', 'contacts', 'services', 'invoices')),
    source      TEXT    NOT NULL CHECK (source <> ''),
    file_name   BLOB    NOT NULL CHECK (typeof(file_name) = 'blob' AND substr(file_name, 1, 4) = x'00677301'),
    state       TEXT    NOT NULL CHECK (state IN ('read', 'running', 'stopped', 'done')),
    inviting    TEXT    NOT NULL CHECK (inviting IN ('never', 'later', 'running', 'done')),
    asked_by    BLOB    REFERENCES persons (id),
    factor      TEXT    NOT NULL DEFAULT '',
    factor_at   INTEGER,
    total       INTEGER NOT NULL,
    fresh       INTEGER NOT NULL,
    same        INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    bad         INTEGER NOT NULL,
    made        INTEGER NOT NULL DEFAULT 0,
    failed      INTEGER NOT NULL DEFAULT 0,
    invited     INTEGER NOT NULL DEFAULT 0,
    upto        INTEGER NOT NULL DEFAULT 0,
    trouble     TEXT    NOT NULL DEFAULT '',
    holder      BLOB,
    leased_to   INTEGER,
    created_at  INTEGER NOT NULL,
    finished_at INTEGER
);
CREATE INDEX imports_work ON imports (state, inviting);

-- The lines of such a file, with what is to be done with each and what came of it.
CREATE TABLE import_rows (
    import_id BLOB    NOT NULL CHECK (length(import_id) = 16),
    n         INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('new', 'same', 'changed', 'bad', 'made', 'waiting', 'invited', 'failed')),
    key_index BLOB    CHECK (key_index IS NULL OR length(key_index) = 32),
    content   BLOB    CHECK (content IS NULL OR (typeof(content) = 'blob' AND substr(content, 1, 4) = x'00677301')),
    remarks   BLOB    CHECK (remarks IS NULL OR (typeof(remarks) = 'blob' AND substr(remarks, 1, 4) = x'00677301')),
    PRIMARY KEY (import_id, n)
) WITHOUT ROWID;
CREATE INDEX import_rows_state ON import_rows (import_id, state, n);

-- What was brought over, by the id that it had in the other system. The row is written before what it stands for is
-- made, so that whoever tries again makes it under the same id, which exists once.
CREATE TABLE import_keys (
    key_index BLOB    NOT NULL PRIMARY KEY CHECK (length(key_index) = 32),
    kind      TEXT    NOT NULL CHECK (kind IN ('clients', 'contacts', 'services', 'invoices')),
    target_id BLOB    NOT NULL CHECK (length(target_id) = 16),
    client_id BLOB    NOT NULL CHECK (length(client_id) = 16),
    print     BLOB    NOT NULL CHECK (length(print) = 32),
    import_id BLOB    NOT NULL,
    made_at   INTEGER
) WITHOUT ROWID;
