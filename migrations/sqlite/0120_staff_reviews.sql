-- +goose Up

-- A review of everybody's seat among the provider's staff. open_one is 1 while it is open: there is one at a time. told
-- says that the mail went out by which it is due. The record is signed and sealed, and stays.
CREATE TABLE staff_reviews (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    open_one   INTEGER UNIQUE CHECK (open_one IS NULL OR open_one = 1),
    started_by BLOB    REFERENCES persons (id),
    started_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    told       INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
    closed_by  BLOB    REFERENCES persons (id),
    closed_at  INTEGER,
    record     BLOB    CHECK (record IS NULL OR (typeof(record) = 'blob' AND substr(record, 1, 4) = x'00677301')),
    CHECK ((open_one IS NULL) = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (record IS NULL))
);

-- What was decided about somebody's seat. Whoever has none here is not decided about. seat is the department that they
-- had when it was decided: with another one they are decided about anew. wanted is the department instead.
CREATE TABLE staff_review_answers (
    review_id   BLOB    NOT NULL REFERENCES staff_reviews (id),
    member_id   BLOB    NOT NULL REFERENCES persons (id),
    answer      TEXT    NOT NULL CHECK (answer IN ('keep', 'change', 'remove')),
    wanted      TEXT    NOT NULL DEFAULT '',
    seat        TEXT    NOT NULL CHECK (seat <> ''),
    answered_by BLOB    NOT NULL REFERENCES persons (id),
    answered_at INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    PRIMARY KEY (review_id, member_id),
    CHECK ((answer = 'change') = (wanted <> ''))
);
