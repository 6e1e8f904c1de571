-- +goose Up
-- What was taken out of a log because its time was up, and lies in an archive outside the database since: the files, and
-- the places in the chain that they leave. The mac vouches for a gap: it joins what stands before it to what stands
-- behind, and names the file that has the rest.
CREATE TABLE archive_segments (
    chain     BINARY(16)   NOT NULL,
    number    BIGINT       NOT NULL,
    first_seq BIGINT       NOT NULL,
    last_seq  BIGINT       NOT NULL,
    entries   BIGINT       NOT NULL,
    file      VARCHAR(200) NOT NULL,
    digest    BINARY(32)   NOT NULL,
    made_at   BIGINT       NOT NULL,
    PRIMARY KEY (chain, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE archive_gaps (
    chain       BINARY(16)    NOT NULL,
    first_seq   BIGINT        NOT NULL,
    last_seq    BIGINT        NOT NULL,
    hash_before BINARY(32)    NOT NULL,
    hash_after  BINARY(32)    NOT NULL,
    number      BIGINT        NOT NULL,
    mac         VARBINARY(64) NOT NULL,
    PRIMARY KEY (chain, first_seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- An entry goes only where a gap says that it lies in the archive, and only for a user who may delete entries, which the
-- portal's may not.
DROP TRIGGER entries_never_go;
-- +goose StatementBegin
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries FOR EACH ROW
    IF NOT EXISTS (SELECT 1 FROM archive_gaps g WHERE g.chain = OLD.chain AND g.first_seq <= OLD.seq
        AND g.last_seq >= OLD.seq) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries are never deleted';
    END IF;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_segments_never_change BEFORE UPDATE ON archive_segments FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was archived is never changed';
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_segments_never_go BEFORE DELETE ON archive_segments FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was archived is never forgotten';
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_gaps_never_change BEFORE UPDATE ON archive_gaps FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was archived is never changed';
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_gaps_never_go BEFORE DELETE ON archive_gaps FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was archived is never forgotten';
-- +goose StatementEnd
