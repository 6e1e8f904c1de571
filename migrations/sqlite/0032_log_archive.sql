-- +goose Up
-- What was taken out of a log because its time was up, and lies in an archive outside the database since: the files, and
-- the places in the chain that they leave. The mac vouches for a gap: it joins what stands before it to what stands
-- behind, and names the file that has the rest.
CREATE TABLE archive_segments (
    chain     BLOB    NOT NULL,
    number    INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    entries   INTEGER NOT NULL,
    file      TEXT    NOT NULL,
    digest    BLOB    NOT NULL CHECK (length(digest) = 32),
    made_at   INTEGER NOT NULL,
    PRIMARY KEY (chain, number)
) WITHOUT ROWID;

CREATE TABLE archive_gaps (
    chain       BLOB    NOT NULL,
    first_seq   INTEGER NOT NULL,
    last_seq    INTEGER NOT NULL,
    hash_before BLOB    NOT NULL CHECK (length(hash_before) = 32),
    hash_after  BLOB    NOT NULL CHECK (length(hash_after) = 32),
    number      INTEGER NOT NULL,
    mac         BLOB    NOT NULL,
    PRIMARY KEY (chain, first_seq)
) WITHOUT ROWID;

-- An entry goes only where a gap says that it lies in the archive.
DROP TRIGGER entries_never_go;
-- +goose StatementBegin
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
WHEN NOT EXISTS (SELECT 1 FROM archive_gaps g WHERE g.chain = OLD.chain AND g.first_seq <= OLD.seq
    AND g.last_seq >= OLD.seq) BEGIN
    SELECT RAISE(ABORT, 'entries are never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_segments_never_change BEFORE UPDATE ON archive_segments BEGIN
    SELECT RAISE(ABORT, 'what was archived is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_segments_never_go BEFORE DELETE ON archive_segments BEGIN
    SELECT RAISE(ABORT, 'what was archived is never forgotten');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_gaps_never_change BEFORE UPDATE ON archive_gaps BEGIN
    SELECT RAISE(ABORT, 'what was archived is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_gaps_never_go BEFORE DELETE ON archive_gaps BEGIN
    SELECT RAISE(ABORT, 'what was archived is never forgotten');
END;
-- +goose StatementEnd
-- REPLACE deletes without asking the triggers above.
-- +goose StatementBegin
CREATE TRIGGER archive_gaps_never_replaced BEFORE INSERT ON archive_gaps
WHEN EXISTS (SELECT 1 FROM archive_gaps WHERE chain = NEW.chain AND first_seq = NEW.first_seq) BEGIN
    SELECT RAISE(ABORT, 'what was archived is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_segments_never_replaced BEFORE INSERT ON archive_segments
WHEN EXISTS (SELECT 1 FROM archive_segments WHERE chain = NEW.chain AND number = NEW.number) BEGIN
    SELECT RAISE(ABORT, 'what was archived is never replaced');
END;
-- +goose StatementEnd
