-- +goose Up

-- What the provider decided in the console. A setting without a row has the operator's value, or the one that comes with
-- Gatehouse. The version is that of the head at its last change.
CREATE TABLE provider_settings (
    name       VARCHAR(64) NOT NULL PRIMARY KEY CHECK (name <> ''),
    value      TEXT        NOT NULL,
    version    BIGINT      NOT NULL CHECK (version > 0),
    changed_at BIGINT      NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row, which every change writes: nodes look at it to learn that something changed.
CREATE TABLE provider_settings_head (
    id      INT    NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO provider_settings_head (id, version) VALUES (1, 0);

-- Every change, for good: before it and after it, NULL where nothing was set.
CREATE TABLE provider_setting_changes (
    id           BINARY(16)  NOT NULL PRIMARY KEY,
    name         VARCHAR(64) NOT NULL,
    version      BIGINT      NOT NULL,
    before_value TEXT,
    after_value  TEXT,
    changed_at   BIGINT      NOT NULL,
    changed_by   BINARY(16),
    undoes       BINARY(16),
    FOREIGN KEY (undoes) REFERENCES provider_setting_changes (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX provider_setting_changes_name ON provider_setting_changes (name, version);
CREATE INDEX provider_setting_changes_version ON provider_setting_changes (version, name);

-- Logos, by what is in them: one that was replaced stays, for whoever takes the change back.
CREATE TABLE provider_logos (
    hash    CHAR(64)   NOT NULL PRIMARY KEY,
    content MEDIUMBLOB NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
