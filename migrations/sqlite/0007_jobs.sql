-- +goose Up
-- What runs again and again, on one node at a time. The fence counts the turns: a holder whose lease ran out is told
-- from the next by it.
CREATE TABLE jobs (
    name        TEXT    NOT NULL PRIMARY KEY,
    holder      BLOB    CHECK (holder IS NULL OR length(holder) = 16),
    fence       INTEGER NOT NULL,
    leased_to   INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    started_at  INTEGER,
    done_at     INTEGER,
    failed_at   INTEGER,
    failures    INTEGER NOT NULL
) WITHOUT ROWID;
