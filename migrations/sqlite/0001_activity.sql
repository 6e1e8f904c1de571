-- +goose Up
-- The log. Entries are only ever added; what they say of people stands sealed beside them.
CREATE TABLE heads (
    chain       BLOB    NOT NULL PRIMARY KEY CHECK (length(chain) = 16),
    kind        TEXT    NOT NULL CHECK (kind IN ('account', 'person', 'provider')),
    seq         INTEGER NOT NULL,
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    mac         BLOB    NOT NULL,
    locks       INTEGER NOT NULL DEFAULT 0,
    changed_at  INTEGER NOT NULL,
    noted_seq   INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE entries (
    chain       BLOB    NOT NULL,
    seq         INTEGER NOT NULL,
    action      TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    actor_kind  TEXT    NOT NULL,
    actor_id    BLOB,
    service_id  BLOB,
    target_id   BLOB,
    writes      INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    prev_hash   BLOB    NOT NULL CHECK (length(prev_hash) = 32),
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    mac         BLOB    NOT NULL,
    PRIMARY KEY (chain, seq)
) WITHOUT ROWID;
CREATE INDEX entries_actor ON entries (chain, actor_id, seq);
CREATE INDEX entries_action ON entries (chain, action, seq);
CREATE INDEX entries_category ON entries (chain, category, seq);
CREATE INDEX entries_outcome ON entries (chain, outcome, seq);
CREATE INDEX entries_service ON entries (chain, service_id, seq);
CREATE INDEX entries_occurred ON entries (chain, occurred_at, seq);

CREATE TABLE entry_personal (
    chain  BLOB    NOT NULL,
    seq    INTEGER NOT NULL,
    field  TEXT    NOT NULL,
    sealed BLOB    NOT NULL CHECK (typeof(sealed) = 'blob' AND substr(sealed, 1, 4) = x'00677301'),
    PRIMARY KEY (chain, seq, field)
) WITHOUT ROWID;

-- What happens often is counted here first and written to a chain in batches, so that nobody can flood a log.
CREATE TABLE tallies (
    chain        BLOB    NOT NULL,
    digest       BLOB    NOT NULL CHECK (length(digest) = 32),
    window_start INTEGER NOT NULL,
    tally        INTEGER NOT NULL,
    written      INTEGER NOT NULL DEFAULT 0,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    sealed       BLOB    NOT NULL CHECK (typeof(sealed) = 'blob' AND substr(sealed, 1, 4) = x'00677301'),
    PRIMARY KEY (chain, digest, window_start)
) WITHOUT ROWID;
CREATE INDEX tallies_window ON tallies (window_start);

-- +goose StatementBegin
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries BEGIN
    SELECT RAISE(ABORT, 'entries are never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries BEGIN
    SELECT RAISE(ABORT, 'entries are never deleted');
END;
-- +goose StatementEnd
-- REPLACE deletes without asking the trigger above.
-- +goose StatementBegin
CREATE TRIGGER entries_never_replaced BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE chain = NEW.chain AND seq = NEW.seq) BEGIN
    SELECT RAISE(ABORT, 'entries are never replaced');
END;
-- +goose StatementEnd
