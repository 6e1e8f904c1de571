-- +goose Up
-- How often names have changed that lists keep in memory, so that a list need not look at each of its names to know
-- whether one of them has.
CREATE TABLE name_changes (
    whose   TEXT    NOT NULL PRIMARY KEY CHECK (whose IN ('accounts', 'people')),
    changes INTEGER NOT NULL
);
INSERT INTO name_changes (whose, changes) VALUES ('accounts', 0), ('people', 0);

-- They were for that, and SQLite passed them by.
DROP INDEX persons_version;
DROP INDEX accounts_version;
