-- +goose Up
-- Why a factor is in doubt. suspect_at alone: it is younger than what its owner said was not them, and they may say that
-- it is theirs. copied_at: the counter of a key went back, so that somebody may hold a copy of it. It never opens
-- anything again, whoever says so; a key that was in doubt before this column is taken for such a one.
ALTER TABLE factors ADD COLUMN copied_at INTEGER;
UPDATE factors SET copied_at = suspect_at WHERE kind <> 'totp' AND suspect_at IS NOT NULL;
