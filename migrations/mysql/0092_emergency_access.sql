-- +goose Up

-- What another department may read of a client, opened in an emergency for the time of a look. NULL: an ordinary look.
ALTER TABLE looks ADD COLUMN opened VARCHAR(64) CHECK (opened IS NULL OR opened <> '');

-- Each time in which somebody of the staff opened another department's data of a client. It has the id of its look.
-- Somebody else closes it, once, and says what they found.
CREATE TABLE emergencies (
    id           BINARY(16)  NOT NULL PRIMARY KEY,
    account_id   BINARY(16)  NOT NULL,
    staff_id     BINARY(16)  NOT NULL,
    department   VARCHAR(64) NOT NULL CHECK (department <> ''),
    opened       VARCHAR(64) NOT NULL CHECK (opened <> ''),
    code         VARCHAR(16) NOT NULL CHECK (code IN ('outage', 'attack', 'harm', 'law')),
    reason       BLOB        NOT NULL CHECK (LEFT(reason, 4) = x'00677301'),
    started_at   BIGINT      NOT NULL,
    ends_at      BIGINT      NOT NULL,
    state        VARCHAR(16) NOT NULL CHECK (state IN ('open', 'closed')),
    reminded     INT         NOT NULL DEFAULT 0,
    finding      VARCHAR(16) CHECK (finding IS NULL OR finding IN ('needed', 'unneeded', 'misused')),
    finding_text BLOB        CHECK (finding_text IS NULL OR LEFT(finding_text, 4) = x'00677301'),
    closed_by    BINARY(16),
    closed_at    BIGINT,
    CHECK (ends_at > started_at),
    CHECK ((state = 'closed') = (closed_by IS NOT NULL AND finding IS NOT NULL AND finding_text IS NOT NULL)),
    CHECK (closed_by IS NULL OR closed_by <> staff_id),
    FOREIGN KEY (id) REFERENCES looks (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (staff_id) REFERENCES persons (id),
    FOREIGN KEY (closed_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX emergencies_state ON emergencies (state, started_at);
CREATE INDEX emergencies_account ON emergencies (account_id, started_at);
