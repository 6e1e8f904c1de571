-- +goose Up
-- Something that customers notice, or work that is planned. Everybody may read all of it: nothing here is about a person.
CREATE TABLE status_incidents (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind        TEXT NOT NULL CHECK (kind IN ('incident', 'maintenance')),
    title       TEXT NOT NULL CHECK (title <> ''),
    who         TEXT NOT NULL DEFAULT '',
    todo        TEXT NOT NULL DEFAULT '',
    impact      TEXT NOT NULL CHECK (impact IN ('slow', 'down')),
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER,
    over_at     INTEGER,
    dropped     INTEGER NOT NULL DEFAULT 0 CHECK (dropped IN (0, 1)),
    created_at  INTEGER NOT NULL,
    CHECK (kind <> 'maintenance' OR ends_at > starts_at)
);
CREATE INDEX status_incidents_start ON status_incidents (starts_at);

-- The parts that an incident touches.
CREATE TABLE status_incident_components (
    incident_id  BLOB NOT NULL,
    component_id BLOB NOT NULL,
    PRIMARY KEY (incident_id, component_id),
    FOREIGN KEY (incident_id) REFERENCES status_incidents (id),
    FOREIGN KEY (component_id) REFERENCES status_components (id)
) WITHOUT ROWID;

-- What was said about an incident, and how far it was then.
CREATE TABLE status_updates (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    incident_id BLOB NOT NULL,
    phase       TEXT NOT NULL CHECK (phase IN ('looking', 'found', 'watching', 'over', 'planned', 'dropped')),
    text        TEXT NOT NULL CHECK (text <> ''),
    said_at     INTEGER NOT NULL,
    FOREIGN KEY (incident_id) REFERENCES status_incidents (id)
);
CREATE INDEX status_updates_incident ON status_updates (incident_id, said_at);
