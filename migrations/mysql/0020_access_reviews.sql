-- +goose Up
-- When somebody last used permissions of an area of an account, to the day: what a review of access goes by, without
-- reading the log.
CREATE TABLE permission_uses (
    account_id BINARY(16) NOT NULL,
    person_id  BINARY(16) NOT NULL,
    area       VARCHAR(32) NOT NULL CHECK (area <> ''),
    last_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, person_id, area)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How often an account reviews who has access, and when it last did. every_months 0: only when somebody starts one.
-- grace_days is how long after the due date those without a decision are suspended.
CREATE TABLE review_schedules (
    account_id       BINARY(16) NOT NULL PRIMARY KEY,
    every_months     TINYINT NOT NULL CHECK (every_months IN (0, 1, 3, 6, 12)),
    grace_days       TINYINT NOT NULL CHECK (grace_days BETWEEN 7 AND 60),
    next_at          BIGINT,
    last_finished_at BIGINT,
    version          BIGINT NOT NULL DEFAULT 1,
    CHECK ((every_months = 0) = (next_at IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX review_schedules_next ON review_schedules (next_at);

-- One review of everybody's access. open_for holds the account while it is open, so that there is one at a time. told
-- counts the mails of it that were left. record is the signed record, made when it closes.
CREATE TABLE reviews (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    open_for   BINARY(16),
    state      VARCHAR(16) NOT NULL CHECK (state IN ('open', 'finished', 'lapsed')),
    started_by BINARY(16),
    started_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    closes_at  BIGINT NOT NULL,
    told       TINYINT NOT NULL DEFAULT 0,
    next_word  BIGINT,
    closed_by  BINARY(16),
    closed_at  BIGINT,
    record     MEDIUMBLOB CHECK (record IS NULL OR LEFT(record, 4) = x'00677301'),
    CHECK ((state = 'open') = (open_for IS NOT NULL)),
    CHECK (open_for IS NULL OR open_for = account_id),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'open') = (record IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX reviews_open ON reviews (open_for);
CREATE INDEX reviews_page ON reviews (account_id, id);
CREATE INDEX reviews_word ON reviews (state, next_word);
CREATE INDEX reviews_closes ON reviews (state, closes_at);

-- What a review asks about. shown is what the reviewer saw of it; an answer counts for the version that it saw.
CREATE TABLE review_rows (
    review_id    BINARY(16) NOT NULL,
    subject_id   BINARY(16) NOT NULL,
    account_id   BINARY(16) NOT NULL,
    kind         VARCHAR(16) NOT NULL CHECK (kind <> ''),
    person_id    BINARY(16),
    shown        BLOB NOT NULL CHECK (LEFT(shown, 4) = x'00677301'),
    answer       VARCHAR(16) CHECK (answer IS NULL OR answer IN ('keep', 'change', 'remove')),
    wanted       TEXT,
    seen_version BIGINT NOT NULL DEFAULT 0,
    answered_by  BINARY(16),
    answered_at  BIGINT,
    outcome      VARCHAR(16),
    version      BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (review_id, subject_id),
    CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CHECK ((answer IS NULL) = (answered_by IS NULL)),
    FOREIGN KEY (review_id) REFERENCES reviews (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX review_rows_account ON review_rows (account_id, review_id);
