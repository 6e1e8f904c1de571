-- +goose Up
-- How many entries a log has of each day, kept with the entries: actor_id is the zero id in the rows that count
-- everybody. mark says what the calendar shows besides: a sign-in with a second factor or by a password alone, a failed
-- one, a look by staff. last_seq is the newest entry that was counted.
CREATE TABLE activity_counts (
    chain    BINARY(16)  NOT NULL,
    actor_id BINARY(16)  NOT NULL,
    day      BIGINT      NOT NULL,
    category VARCHAR(30) NOT NULL,
    outcome  VARCHAR(20) NOT NULL,
    mark     VARCHAR(10) NOT NULL,
    entries  BIGINT      NOT NULL,
    times    BIGINT      NOT NULL,
    last_seq BIGINT      NOT NULL,
    PRIMARY KEY (chain, actor_id, day, category, outcome, mark),
    KEY activity_counts_day (chain, day, mark)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Up to which entry a log was counted. An older program that writes entries beside this one leaves it where it is.
ALTER TABLE heads ADD COLUMN counted_seq BIGINT NOT NULL DEFAULT 0;

-- Whoever looks for an address finds the entries from it, without the address standing here.
ALTER TABLE entry_personal ADD COLUMN address_index BINARY(32),
    ADD KEY entry_personal_address (chain, address_index, seq);

-- The filters of a page are read from the index alone when several are combined. An index never lacks meanwhile.
ALTER TABLE entries
    DROP KEY entries_actor,
    ADD KEY entries_actor (chain, actor_id, seq, outcome, category, action, service_id, actor_kind, writes),
    DROP KEY entries_service,
    ADD KEY entries_service (chain, service_id, seq, outcome, category, action, actor_kind, writes),
    DROP KEY entries_action,
    ADD KEY entries_action (chain, action, seq, outcome, category, actor_kind, writes),
    DROP KEY entries_category,
    ADD KEY entries_category (chain, category, seq, outcome, actor_kind, writes),
    DROP KEY entries_outcome,
    ADD KEY entries_outcome (chain, outcome, seq, actor_kind, writes),
    ADD KEY entries_kind (chain, actor_kind, seq, writes),
    ADD KEY entries_target (chain, target_id, seq, actor_id, outcome, category, action, service_id, actor_kind, writes);
