-- +goose Up

-- A link for a new password, mailed to its owner. It works once: used_at leaves NULL by a conditional UPDATE. A newer one
-- ends the older ones.
CREATE TABLE password_resets (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id  BLOB    NOT NULL REFERENCES persons (id),
    token_hash BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
);
CREATE UNIQUE INDEX password_resets_token ON password_resets (token_hash);
CREATE INDEX password_resets_person ON password_resets (person_id, used_at);
CREATE INDEX password_resets_expiry ON password_resets (expires_at);

-- An address that a person wants to be known by. It is theirs once the link that was mailed to it was used: state leaves
-- 'open' by a conditional UPDATE.
CREATE TABLE email_changes (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id   BLOB    NOT NULL REFERENCES persons (id),
    email       BLOB    NOT NULL CHECK (typeof(email) = 'blob' AND substr(email, 1, 4) = x'00677301'),
    email_index BLOB    NOT NULL CHECK (typeof(email_index) = 'blob' AND length(email_index) = 32),
    token_hash  BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    state       TEXT    NOT NULL CHECK (state IN ('open', 'done', 'stopped', 'replaced')),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    settled_at  INTEGER,
    CHECK ((state = 'open') = (settled_at IS NULL))
);
CREATE UNIQUE INDEX email_changes_token ON email_changes (token_hash);
CREATE INDEX email_changes_person ON email_changes (person_id, state);
CREATE INDEX email_changes_expiry ON email_changes (expires_at);

-- Somebody who has none of their factors any more asks to be let in. token is of the link that proves the mailbox and
-- shows how things stand, link of the one that begins the enrolment of new factors, step of the browser in which that
-- was begun. password_since says since when the password that was given is the person's; it is NULL where the operator
-- asked for them.
CREATE TABLE recoveries (
    id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    person_id      BLOB    NOT NULL REFERENCES persons (id),
    state          TEXT    NOT NULL CHECK (state IN
                   ('asked', 'waiting', 'ready', 'enrolling', 'done', 'cancelled', 'declined', 'expired', 'replaced')),
    password_since INTEGER,
    device         BLOB    CHECK (device IS NULL OR (typeof(device) = 'blob' AND substr(device, 1, 4) = x'00677301')),
    address        BLOB    CHECK (address IS NULL OR (typeof(address) = 'blob' AND substr(address, 1, 4) = x'00677301')),
    token_hash     BLOB    NOT NULL CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    asked_at       INTEGER NOT NULL,
    asked_until    INTEGER NOT NULL,
    proved_at      INTEGER,
    waits_until    INTEGER,
    link_hash      BLOB    CHECK (link_hash IS NULL OR (typeof(link_hash) = 'blob' AND length(link_hash) = 32)),
    link_until     INTEGER,
    step_hash      BLOB    CHECK (step_hash IS NULL OR (typeof(step_hash) = 'blob' AND length(step_hash) = 32)),
    step_until     INTEGER,
    secret         BLOB    CHECK (secret IS NULL OR (typeof(secret) = 'blob' AND substr(secret, 1, 4) = x'00677301')),
    settled_at     INTEGER,
    CHECK ((state IN ('asked', 'waiting', 'ready', 'enrolling')) = (settled_at IS NULL)),
    CHECK (state <> 'waiting' OR waits_until IS NOT NULL),
    CHECK (state <> 'ready' OR (link_hash IS NOT NULL AND link_until IS NOT NULL)),
    CHECK (state <> 'enrolling' OR (step_hash IS NOT NULL AND step_until IS NOT NULL AND secret IS NOT NULL))
);
CREATE UNIQUE INDEX recoveries_token ON recoveries (token_hash);
CREATE UNIQUE INDEX recoveries_link ON recoveries (link_hash);
CREATE UNIQUE INDEX recoveries_step ON recoveries (step_hash);
CREATE INDEX recoveries_person ON recoveries (person_id, state);
CREATE INDEX recoveries_queue ON recoveries (state, asked_at, id);

-- What was decided about a recovery, and by whom. place makes everybody count once: it is the account that an owner
-- decided for, the member of staff who decided, or the recovery itself where the operator did.
CREATE TABLE recovery_decisions (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    recovery_id BLOB    NOT NULL REFERENCES recoveries (id),
    person_id   BLOB    NOT NULL REFERENCES persons (id),
    account_id  BLOB    REFERENCES accounts (account_id),
    decided_as  TEXT    NOT NULL CHECK (decided_as IN ('owner', 'staff', 'operator')),
    decided_by  BLOB,
    place       BLOB    NOT NULL CHECK (length(place) = 16),
    name        BLOB    NOT NULL CHECK (typeof(name) = 'blob' AND substr(name, 1, 4) = x'00677301'),
    approved    INTEGER NOT NULL CHECK (approved IN (0, 1)),
    decided_at  INTEGER NOT NULL,
    CHECK ((decided_as = 'owner') = (account_id IS NOT NULL)),
    CHECK ((decided_as = 'operator') = (decided_by IS NULL))
);
CREATE UNIQUE INDEX recovery_decisions_place ON recovery_decisions (recovery_id, place);
CREATE INDEX recovery_decisions_account ON recovery_decisions (account_id, person_id);

-- Access that is suspended because its holder came back by a recovery that nobody has approved for it.
ALTER TABLE memberships ADD COLUMN recovery_id BLOB CHECK (recovery_id IS NULL OR length(recovery_id) = 16);
ALTER TABLE staff_members ADD COLUMN recovery_id BLOB CHECK (recovery_id IS NULL OR length(recovery_id) = 16);
