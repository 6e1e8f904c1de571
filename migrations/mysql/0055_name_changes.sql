-- +goose Up
-- How often names have changed that lists keep in memory, so that a list need not look at each of its names to know
-- whether one of them has.
CREATE TABLE name_changes (
    whose   VARCHAR(20) NOT NULL PRIMARY KEY,
    changes BIGINT      NOT NULL,
    CHECK (whose IN ('accounts', 'people'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO name_changes (whose, changes) VALUES ('accounts', 0), ('people', 0);

-- They were for that, and SQLite passed them by.
DROP INDEX persons_version ON persons;
DROP INDEX accounts_version ON accounts;
