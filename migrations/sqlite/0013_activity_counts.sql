-- +goose Up
-- How many entries a log has of each day, kept with the entries: actor_id is the zero id in the rows that count
-- everybody. mark says what the calendar shows besides: a sign-in with a second factor or by a password alone, a failed
-- one, a look by staff. last_seq is the newest entry that was counted.
CREATE TABLE activity_counts (
    chain    BLOB    NOT NULL,
    actor_id BLOB    NOT NULL,
    day      INTEGER NOT NULL,
    category TEXT    NOT NULL,
    outcome  TEXT    NOT NULL,
    mark     TEXT    NOT NULL,
    entries  INTEGER NOT NULL,
    times    INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    PRIMARY KEY (chain, actor_id, day, category, outcome, mark)
) WITHOUT ROWID;
CREATE INDEX activity_counts_day ON activity_counts (chain, day, mark);

-- Up to which entry a log was counted. An older program that writes entries beside this one leaves it where it is.
ALTER TABLE heads ADD COLUMN counted_seq INTEGER NOT NULL DEFAULT 0;

-- Whoever looks for an address finds the entries from it, without the address standing here.
ALTER TABLE entry_personal ADD COLUMN address_index BLOB;
CREATE INDEX entry_personal_address ON entry_personal (chain, address_index, seq);

-- The filters of a page are read from the index alone when several are combined.
DROP INDEX entries_actor;
CREATE INDEX entries_actor ON entries (chain, actor_id, seq, outcome, category, action, service_id, actor_kind, writes);
DROP INDEX entries_service;
CREATE INDEX entries_service ON entries (chain, service_id, seq, outcome, category, action, actor_kind, writes);
DROP INDEX entries_action;
CREATE INDEX entries_action ON entries (chain, action, seq, outcome, category, actor_kind, writes);
DROP INDEX entries_category;
CREATE INDEX entries_category ON entries (chain, category, seq, outcome, actor_kind, writes);
DROP INDEX entries_outcome;
CREATE INDEX entries_outcome ON entries (chain, outcome, seq, actor_kind, writes);
CREATE INDEX entries_kind ON entries (chain, actor_kind, seq, writes);
CREATE INDEX entries_target ON entries (chain, target_id, seq, actor_id, outcome, category, action, service_id, actor_kind,
    writes);
