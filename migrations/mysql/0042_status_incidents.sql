-- +goose Up
-- Something that customers notice, or work that is planned. Everybody may read all of it: nothing here is about a person.
CREATE TABLE status_incidents (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    kind        VARCHAR(16) NOT NULL CHECK (kind IN ('incident', 'maintenance')),
    title       VARCHAR(120) NOT NULL CHECK (title <> ''),
    who         VARCHAR(500) NOT NULL DEFAULT '',
    todo        VARCHAR(500) NOT NULL DEFAULT '',
    impact      VARCHAR(8) NOT NULL CHECK (impact IN ('slow', 'down')),
    starts_at   BIGINT NOT NULL,
    ends_at     BIGINT,
    over_at     BIGINT,
    dropped     BIGINT NOT NULL DEFAULT 0 CHECK (dropped IN (0, 1)),
    created_at  BIGINT NOT NULL,
    CHECK (kind <> 'maintenance' OR ends_at > starts_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX status_incidents_start ON status_incidents (starts_at);

-- The parts that an incident touches.
CREATE TABLE status_incident_components (
    incident_id  BINARY(16) NOT NULL,
    component_id BINARY(16) NOT NULL,
    PRIMARY KEY (incident_id, component_id),
    FOREIGN KEY (incident_id) REFERENCES status_incidents (id),
    FOREIGN KEY (component_id) REFERENCES status_components (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What was said about an incident, and how far it was then.
CREATE TABLE status_updates (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    incident_id BINARY(16) NOT NULL,
    phase       VARCHAR(16) NOT NULL CHECK (phase IN ('looking', 'found', 'watching', 'over', 'planned', 'dropped')),
    text        VARCHAR(2000) NOT NULL CHECK (text <> ''),
    said_at     BIGINT NOT NULL,
    FOREIGN KEY (incident_id) REFERENCES status_incidents (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX status_updates_incident ON status_updates (incident_id, said_at);
