-- +goose Up

-- A link for a new password, mailed to its owner. It works once: used_at leaves NULL by a conditional UPDATE. A newer one
-- ends the older ones.
CREATE TABLE password_resets (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    person_id  BINARY(16) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX password_resets_token ON password_resets (token_hash);
CREATE INDEX password_resets_person ON password_resets (person_id, used_at);
CREATE INDEX password_resets_expiry ON password_resets (expires_at);

-- An address that a person wants to be known by. It is theirs once the link that was mailed to it was used: state leaves
-- 'open' by a conditional UPDATE.
CREATE TABLE email_changes (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    person_id   BINARY(16) NOT NULL,
    email       VARBINARY(600) NOT NULL CHECK (LEFT(email, 4) = x'00677301'),
    email_index BINARY(32) NOT NULL,
    token_hash  BINARY(32) NOT NULL,
    state       VARCHAR(16) NOT NULL CHECK (state IN ('open', 'done', 'stopped', 'replaced')),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    settled_at  BIGINT,
    CHECK ((state = 'open') = (settled_at IS NULL)),
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX email_changes_token ON email_changes (token_hash);
CREATE INDEX email_changes_person ON email_changes (person_id, state);
CREATE INDEX email_changes_expiry ON email_changes (expires_at);

-- Somebody who has none of their factors any more asks to be let in. token is of the link that proves the mailbox and
-- shows how things stand, link of the one that begins the enrolment of new factors, step of the browser in which that
-- was begun. password_since says since when the password that was given is the person's; it is NULL where the operator
-- asked for them.
CREATE TABLE recoveries (
    id             BINARY(16) NOT NULL PRIMARY KEY,
    person_id      BINARY(16) NOT NULL,
    state          VARCHAR(16) NOT NULL CHECK (state IN
                   ('asked', 'waiting', 'ready', 'enrolling', 'done', 'cancelled', 'declined', 'expired', 'replaced')),
    password_since BIGINT,
    device         VARBINARY(600) CHECK (device IS NULL OR LEFT(device, 4) = x'00677301'),
    address        VARBINARY(600) CHECK (address IS NULL OR LEFT(address, 4) = x'00677301'),
    token_hash     BINARY(32) NOT NULL,
    asked_at       BIGINT NOT NULL,
    asked_until    BIGINT NOT NULL,
    proved_at      BIGINT,
    waits_until    BIGINT,
    link_hash      BINARY(32),
    link_until     BIGINT,
    step_hash      BINARY(32),
    step_until     BIGINT,
    secret         VARBINARY(600) CHECK (secret IS NULL OR LEFT(secret, 4) = x'00677301'),
    settled_at     BIGINT,
    CHECK ((state IN ('asked', 'waiting', 'ready', 'enrolling')) = (settled_at IS NULL)),
    CHECK (state <> 'waiting' OR waits_until IS NOT NULL),
    CHECK (state <> 'ready' OR (link_hash IS NOT NULL AND link_until IS NOT NULL)),
    CHECK (state <> 'enrolling' OR (step_hash IS NOT NULL AND step_until IS NOT NULL AND secret IS NOT NULL)),
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX recoveries_token ON recoveries (token_hash);
CREATE UNIQUE INDEX recoveries_link ON recoveries (link_hash);
CREATE UNIQUE INDEX recoveries_step ON recoveries (step_hash);
CREATE INDEX recoveries_person ON recoveries (person_id, state);
CREATE INDEX recoveries_queue ON recoveries (state, asked_at, id);

-- What was decided about a recovery, and by whom. place makes everybody count once: it is the account that an owner
-- decided for, the member of staff who decided, or the recovery itself where the operator did.
CREATE TABLE recovery_decisions (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    recovery_id BINARY(16) NOT NULL,
    person_id   BINARY(16) NOT NULL,
    account_id  BINARY(16),
    decided_as  VARCHAR(16) NOT NULL CHECK (decided_as IN ('owner', 'staff', 'operator')),
    decided_by  BINARY(16),
    place       BINARY(16) NOT NULL,
    name        VARBINARY(600) NOT NULL CHECK (LEFT(name, 4) = x'00677301'),
    approved    TINYINT NOT NULL CHECK (approved IN (0, 1)),
    decided_at  BIGINT NOT NULL,
    CHECK ((decided_as = 'owner') = (account_id IS NOT NULL)),
    CHECK ((decided_as = 'operator') = (decided_by IS NULL)),
    FOREIGN KEY (recovery_id) REFERENCES recoveries (id),
    FOREIGN KEY (person_id) REFERENCES persons (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX recovery_decisions_place ON recovery_decisions (recovery_id, place);
CREATE INDEX recovery_decisions_account ON recovery_decisions (account_id, person_id);

-- Access that is suspended because its holder came back by a recovery that nobody has approved for it.
ALTER TABLE memberships ADD COLUMN recovery_id BINARY(16);
ALTER TABLE staff_members ADD COLUMN recovery_id BINARY(16);
