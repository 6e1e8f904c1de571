-- +goose Up

-- What an administrator wants somebody to be given among the provider's staff: a seat by invitation, another
-- department, or a sign-in that was disabled. Where there is a second administrator it waits for one. An invitation is
-- in the same row: its token is kept hashed and works once. alone says that nobody else could have been asked.
CREATE TABLE staff_requests (
    id          BINARY(16)  NOT NULL PRIMARY KEY,
    kind        VARCHAR(16) NOT NULL CHECK (kind IN ('invite', 'department', 'enable')),
    member_id   BINARY(16),
    email       BLOB        CHECK (email IS NULL OR LEFT(email, 4) = x'00677301'),
    email_index BINARY(32),
    department  VARCHAR(64) NOT NULL CHECK (department <> ''),
    reason      BLOB        NOT NULL CHECK (LEFT(reason, 4) = x'00677301'),
    answer      BLOB        CHECK (answer IS NULL OR LEFT(answer, 4) = x'00677301'),
    asked_by    BINARY(16)  NOT NULL,
    asked_at    BIGINT      NOT NULL,
    state       VARCHAR(16) NOT NULL CHECK (state IN ('waiting', 'declined', 'withdrawn', 'given', 'invited', 'accepted')),
    alone       TINYINT     NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),
    decided_by  BINARY(16),
    decided_at  BIGINT,
    token_hash  BINARY(32),
    sent_at     BIGINT,
    expires_at  BIGINT,
    CHECK ((kind = 'invite') = (member_id IS NULL) OR state = 'accepted'),
    CHECK ((kind = 'invite') = (email IS NOT NULL)),
    CHECK ((state IN ('invited', 'accepted')) = (token_hash IS NOT NULL) OR state = 'withdrawn'),
    FOREIGN KEY (member_id) REFERENCES persons (id),
    FOREIGN KEY (asked_by) REFERENCES persons (id),
    FOREIGN KEY (decided_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX staff_requests_state ON staff_requests (state, asked_at);
CREATE UNIQUE INDEX staff_requests_token ON staff_requests (token_hash);

-- When a member of staff last signed in, or was let in again, and how often they were warned since that their sign-in
-- is about to be disabled. No row: not since they got their seat.
CREATE TABLE staff_uses (
    member_id BINARY(16) NOT NULL PRIMARY KEY,
    used_at   BIGINT,
    warned    INT        NOT NULL DEFAULT 0,
    FOREIGN KEY (member_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
