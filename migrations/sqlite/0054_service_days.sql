-- +goose Up
-- What a service used on a day, by the server's own count: bytes on disk, bytes transferred on that day, mailboxes. month
-- is what had been transferred in the calendar month by then.
CREATE TABLE service_days (
    service_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    day        INTEGER NOT NULL,
    disk       INTEGER NOT NULL,
    transfer   INTEGER NOT NULL,
    month      INTEGER NOT NULL,
    mailboxes  INTEGER NOT NULL,
    PRIMARY KEY (service_id, day),
    FOREIGN KEY (service_id) REFERENCES services (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) WITHOUT ROWID;
CREATE INDEX service_days_day ON service_days (day);

-- What a service uses by the last count, in bytes; a limit of 0 is none. Where there is no row, services has what was
-- known when it was set up. moved is what was transferred in thirty days.
CREATE TABLE service_usage (
    service_id      BLOB NOT NULL PRIMARY KEY,
    account_id      BLOB NOT NULL,
    disk            INTEGER NOT NULL,
    disk_most       INTEGER NOT NULL,
    moved           INTEGER NOT NULL,
    moved_most      INTEGER NOT NULL,
    mailboxes       INTEGER NOT NULL,
    mailboxes_most  INTEGER NOT NULL,
    counted_at      INTEGER NOT NULL,
    FOREIGN KEY (service_id) REFERENCES services (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);
