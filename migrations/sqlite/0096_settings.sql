-- +goose Up

-- What the provider decided in the console. A setting without a row has the operator's value, or the one that comes with
-- Gatehouse. The version is that of the head at its last change.
CREATE TABLE provider_settings (
    name       TEXT    NOT NULL PRIMARY KEY CHECK (name <> ''),
    value      TEXT    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    changed_at INTEGER NOT NULL
);

-- One row, which every change writes: nodes look at it to learn that something changed.
CREATE TABLE provider_settings_head (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
);
INSERT INTO provider_settings_head (id, version) VALUES (1, 0);

-- Every change, for good: before it and after it, NULL where nothing was set.
CREATE TABLE provider_setting_changes (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    before_value TEXT,
    after_value  TEXT,
    changed_at   INTEGER NOT NULL,
    changed_by   BLOB,
    undoes       BLOB    REFERENCES provider_setting_changes (id)
);
CREATE INDEX provider_setting_changes_name ON provider_setting_changes (name, version);
CREATE INDEX provider_setting_changes_version ON provider_setting_changes (version, name);

-- Logos, by what is in them: one that was replaced stays, for whoever takes the change back.
CREATE TABLE provider_logos (
    hash    TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    content BLOB NOT NULL
);
