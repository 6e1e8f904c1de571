-- +goose Up
-- Reads and writes, and the changes of one category, are each found by walking an index of their own.
ALTER TABLE entries
    ADD KEY entries_writes (chain, writes, seq),
    ADD KEY entries_changes (chain, category, writes, seq);
