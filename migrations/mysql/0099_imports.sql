-- +goose Up

-- Files of clients, contacts, services or open invoices that the provider brings over from another system. asked_by is
-- NULL where the operator does it at the command line. How the session of whoever asked had proved itself is kept, since
-- a job acts in their name later. A job holds an import while it works on it (holder, leased_to).
CREATE TABLE imports (
    id          BINARY(16)     NOT NULL PRIMARY KEY,
    kind        VARCHAR(16)    NOT NULL CHECK (kind IN ('clients', 'contacts', 'services', 'invoices')),
    source      VARCHAR(60)    NOT NULL CHECK (source <> ''),
    file_name   VARBINARY(1000) NOT NULL CHECK (LEFT(file_name, 4) = x'00677301'),
    state       VARCHAR(16)    NOT NULL CHECK (state IN ('read', 'running', 'stopped', 'done')),
    inviting    VARCHAR(16)    NOT NULL CHECK (inviting IN ('never', 'later', 'running', 'done')),
    asked_by    BINARY(16),
    factor      VARCHAR(60)    NOT NULL DEFAULT '',
    factor_at   BIGINT,
    total       BIGINT         NOT NULL,
    fresh       BIGINT         NOT NULL,
    same        BIGINT         NOT NULL,
    changed     BIGINT         NOT NULL,
    bad         BIGINT         NOT NULL,
    made        BIGINT         NOT NULL DEFAULT 0,
    failed      BIGINT         NOT NULL DEFAULT 0,
    invited     BIGINT         NOT NULL DEFAULT 0,
    upto        BIGINT         NOT NULL DEFAULT 0,
    trouble     VARCHAR(250)   NOT NULL DEFAULT '',
    holder      BINARY(16),
    leased_to   BIGINT,
    created_at  BIGINT         NOT NULL,
    finished_at BIGINT,
    FOREIGN KEY (asked_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX imports_work ON imports (state, inviting);

-- The lines of such a file, with what is to be done with each and what came of it.
CREATE TABLE import_rows (
    import_id BINARY(16)  NOT NULL,
    n         BIGINT      NOT NULL,
    line      BIGINT      NOT NULL,
    state     VARCHAR(16) NOT NULL CHECK (state IN ('new', 'same', 'changed', 'bad', 'made', 'waiting', 'invited', 'failed')),
    key_index BINARY(32),
    content   MEDIUMBLOB  CHECK (content IS NULL OR LEFT(content, 4) = x'00677301'),
    remarks   MEDIUMBLOB  CHECK (remarks IS NULL OR LEFT(remarks, 4) = x'00677301'),
    PRIMARY KEY (import_id, n)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX import_rows_state ON import_rows (import_id, state, n);

-- What was brought over, by the id that it had in the other system. The row is written before what it stands for is
-- made, so that whoever tries again makes it under the same id, which exists once.
CREATE TABLE import_keys (
    key_index BINARY(32)  NOT NULL PRIMARY KEY,
    kind      VARCHAR(16) NOT NULL CHECK (kind IN ('clients', 'contacts', 'services', 'invoices')),
    target_id BINARY(16)  NOT NULL,
    client_id BINARY(16)  NOT NULL,
    print     BINARY(32)  NOT NULL,
    import_id BINARY(16)  NOT NULL,
    made_at   BIGINT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
