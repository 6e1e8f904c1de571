-- +goose Up
-- When somebody last used permissions of an area of an account, to the day: what a review of access goes by, without
-- reading the log.
CREATE TABLE permission_uses (
    account_id BLOB    NOT NULL CHECK (length(account_id) = 16),
    person_id  BLOB    NOT NULL CHECK (length(person_id) = 16),
    area       TEXT    NOT NULL CHECK (area <> ''),
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, person_id, area)
) WITHOUT ROWID;

-- How often an account reviews who has access, and when it last did. every_months 0: only when somebody starts one.
-- grace_days is how long after the due date those without a decision are suspended.
CREATE TABLE review_schedules (
    account_id       BLOB    NOT NULL PRIMARY KEY CHECK (length(account_id) = 16) REFERENCES accounts (account_id),
    every_months     INTEGER NOT NULL CHECK (every_months IN (0, 1, 3, 6, 12)),
    grace_days       INTEGER NOT NULL CHECK (grace_days BETWEEN 7 AND 60),
    next_at          INTEGER,
    last_finished_at INTEGER,
    version          INTEGER NOT NULL DEFAULT 1,
    CHECK ((every_months = 0) = (next_at IS NULL))
);
CREATE INDEX review_schedules_next ON review_schedules (next_at);

-- One review of everybody's access. open_for holds the account while it is open, so that there is one at a time. told
-- counts the mails of it that were left. record is the signed record, made when it closes.
CREATE TABLE reviews (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    open_for   BLOB,
    state      TEXT    NOT NULL CHECK (state IN ('open', 'finished', 'lapsed')),
    started_by BLOB,
    started_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    closes_at  INTEGER NOT NULL,
    told       INTEGER NOT NULL DEFAULT 0,
    next_word  INTEGER,
    closed_by  BLOB,
    closed_at  INTEGER,
    record     BLOB    CHECK (record IS NULL OR (typeof(record) = 'blob' AND substr(record, 1, 4) = x'00677301')),
    CHECK ((state = 'open') = (open_for IS NOT NULL)),
    CHECK (open_for IS NULL OR open_for = account_id),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'open') = (record IS NULL))
);
CREATE UNIQUE INDEX reviews_open ON reviews (open_for);
CREATE INDEX reviews_page ON reviews (account_id, id);
CREATE INDEX reviews_word ON reviews (state, next_word);
CREATE INDEX reviews_closes ON reviews (state, closes_at);

-- What a review asks about. shown is what the reviewer saw of it; an answer counts for the version that it saw.
CREATE TABLE review_rows (
    review_id    BLOB    NOT NULL REFERENCES reviews (id),
    subject_id   BLOB    NOT NULL CHECK (length(subject_id) = 16),
    account_id   BLOB    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind <> ''),
    person_id    BLOB,
    shown        BLOB    NOT NULL CHECK (typeof(shown) = 'blob' AND substr(shown, 1, 4) = x'00677301'),
    answer       TEXT    CHECK (answer IS NULL OR answer IN ('keep', 'change', 'remove')),
    wanted       TEXT,
    seen_version INTEGER NOT NULL DEFAULT 0,
    answered_by  BLOB,
    answered_at  INTEGER,
    outcome      TEXT,
    version      INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (review_id, subject_id),
    CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CHECK ((answer IS NULL) = (answered_by IS NULL))
) WITHOUT ROWID;
CREATE INDEX review_rows_account ON review_rows (account_id, review_id);
