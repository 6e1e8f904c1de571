-- +goose Up
-- What a service used on a day, by the server's own count: bytes on disk, bytes transferred on that day, mailboxes. month
-- is what had been transferred in the calendar month by then.
CREATE TABLE service_days (
    service_id BINARY(16) NOT NULL,
    account_id BINARY(16) NOT NULL,
    day        BIGINT NOT NULL,
    disk       BIGINT NOT NULL,
    transfer   BIGINT NOT NULL,
    month      BIGINT NOT NULL,
    mailboxes  BIGINT NOT NULL,
    PRIMARY KEY (service_id, day),
    FOREIGN KEY (service_id) REFERENCES services (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX service_days_day ON service_days (day);

-- What a service uses by the last count, in bytes; a limit of 0 is none. Where there is no row, services has what was
-- known when it was set up. moved is what was transferred in thirty days.
CREATE TABLE service_usage (
    service_id      BINARY(16) NOT NULL PRIMARY KEY,
    account_id      BINARY(16) NOT NULL,
    disk            BIGINT NOT NULL,
    disk_most       BIGINT NOT NULL,
    moved           BIGINT NOT NULL,
    moved_most      BIGINT NOT NULL,
    mailboxes       BIGINT NOT NULL,
    mailboxes_most  BIGINT NOT NULL,
    counted_at      BIGINT NOT NULL,
    FOREIGN KEY (service_id) REFERENCES services (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
