-- +goose Up

-- A review of everybody's seat among the provider's staff. open_one is 1 while it is open: there is one at a time. told
-- says that the mail went out by which it is due. The record is signed and sealed, and stays.
CREATE TABLE staff_reviews (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    open_one   TINYINT    CHECK (open_one IS NULL OR open_one = 1),
    started_by BINARY(16),
    started_at BIGINT     NOT NULL,
    due_at     BIGINT     NOT NULL,
    told       TINYINT    NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
    closed_by  BINARY(16),
    closed_at  BIGINT,
    record     MEDIUMBLOB CHECK (record IS NULL OR LEFT(record, 4) = x'00677301'),
    CHECK ((open_one IS NULL) = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (record IS NULL)),
    FOREIGN KEY (started_by) REFERENCES persons (id),
    FOREIGN KEY (closed_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX staff_reviews_open ON staff_reviews (open_one);

-- What was decided about somebody's seat. Whoever has none here is not decided about. seat is the department that they
-- had when it was decided: with another one they are decided about anew. wanted is the department instead.
CREATE TABLE staff_review_answers (
    review_id   BINARY(16)  NOT NULL,
    member_id   BINARY(16)  NOT NULL,
    answer      VARCHAR(16) NOT NULL CHECK (answer IN ('keep', 'change', 'remove')),
    wanted      VARCHAR(64) NOT NULL DEFAULT '',
    seat        VARCHAR(64) NOT NULL CHECK (seat <> ''),
    answered_by BINARY(16)  NOT NULL,
    answered_at BIGINT      NOT NULL,
    version     BIGINT      NOT NULL,
    PRIMARY KEY (review_id, member_id),
    CHECK ((answer = 'change') = (wanted <> '')),
    FOREIGN KEY (review_id) REFERENCES staff_reviews (id),
    FOREIGN KEY (member_id) REFERENCES persons (id),
    FOREIGN KEY (answered_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
