-- +goose Up
-- Reads and writes, and the changes of one category, are each found by walking an index of their own.
CREATE INDEX entries_writes ON entries (chain, writes, seq);
CREATE INDEX entries_changes ON entries (chain, category, writes, seq);
