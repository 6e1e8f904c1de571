-- +goose Up
-- The log. Entries are only ever added; what they say of people stands sealed beside them.
CREATE TABLE heads (
    chain       BINARY(16)     NOT NULL PRIMARY KEY,
    kind        VARCHAR(10)    NOT NULL CHECK (kind IN ('account', 'person', 'provider')),
    seq         BIGINT         NOT NULL,
    hash        BINARY(32)     NOT NULL,
    mac         VARBINARY(64)  NOT NULL,
    locks       BIGINT         NOT NULL DEFAULT 0,
    changed_at  BIGINT         NOT NULL,
    noted_seq   BIGINT         NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE entries (
    chain       BINARY(16)     NOT NULL,
    seq         BIGINT         NOT NULL,
    action      VARCHAR(60)    NOT NULL,
    category    VARCHAR(30)    NOT NULL,
    outcome     VARCHAR(20)    NOT NULL,
    actor_kind  VARCHAR(20)    NOT NULL,
    actor_id    BINARY(16),
    service_id  BINARY(16),
    target_id   BINARY(16),
    writes      TINYINT        NOT NULL,
    occurred_at BIGINT         NOT NULL,
    recorded_at BIGINT         NOT NULL,
    body        BLOB           NOT NULL,
    prev_hash   BINARY(32)     NOT NULL,
    hash        BINARY(32)     NOT NULL,
    mac         VARBINARY(64)  NOT NULL,
    PRIMARY KEY (chain, seq),
    KEY entries_actor (chain, actor_id, seq),
    KEY entries_action (chain, action, seq),
    KEY entries_category (chain, category, seq),
    KEY entries_outcome (chain, outcome, seq),
    KEY entries_service (chain, service_id, seq),
    KEY entries_occurred (chain, occurred_at, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE entry_personal (
    chain  BINARY(16)      NOT NULL,
    seq    BIGINT          NOT NULL,
    field  VARCHAR(20)     NOT NULL,
    sealed MEDIUMBLOB      NOT NULL CHECK (LEFT(sealed, 4) = x'00677301'),
    PRIMARY KEY (chain, seq, field)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What happens often is counted here first and written to a chain in batches, so that nobody can flood a log.
CREATE TABLE tallies (
    chain        BINARY(16)  NOT NULL,
    digest       BINARY(32)  NOT NULL,
    window_start BIGINT      NOT NULL,
    tally        BIGINT      NOT NULL,
    written      BIGINT      NOT NULL DEFAULT 0,
    first_at     BIGINT      NOT NULL,
    last_at      BIGINT      NOT NULL,
    sealed       BLOB        NOT NULL CHECK (LEFT(sealed, 4) = x'00677301'),
    PRIMARY KEY (chain, digest, window_start),
    KEY tallies_window (window_start)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose StatementBegin
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries are never changed';
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries are never deleted';
-- +goose StatementEnd
