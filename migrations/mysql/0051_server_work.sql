-- +goose Up
-- How many accounts a server is to carry at most; 0: nobody said.
ALTER TABLE servers ADD COLUMN capacity BIGINT NOT NULL DEFAULT 0 CHECK (capacity >= 0);

-- What the panel calls what a service may use; empty: as the panel has it.
ALTER TABLE services ADD COLUMN panel_plan VARCHAR(120) NOT NULL DEFAULT '';

-- How a server was when it was last looked at. trouble is empty where it answered; load_milli is in thousandths, holdings
-- holdings are the accounts that its panel keeps.
CREATE TABLE server_looks (
    server_id  BINARY(16) NOT NULL PRIMARY KEY,
    looked_at  BIGINT NOT NULL,
    trouble    VARCHAR(300) NOT NULL DEFAULT '',
    panel      VARCHAR(64) NOT NULL DEFAULT '',
    load_milli BIGINT NOT NULL DEFAULT 0,
    holdings   BIGINT NOT NULL DEFAULT 0,
    FOREIGN KEY (server_id) REFERENCES servers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a server does not do yet as our record has it. make says that the account may be made where it is missing.
-- A row goes when the server has come to it.
CREATE TABLE service_work (
    service_id BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    make       TINYINT(1) NOT NULL DEFAULT 0 CHECK (make IN (0, 1)),
    state      VARCHAR(16) NOT NULL CHECK (state IN ('waiting', 'failed')),
    tries      BIGINT NOT NULL DEFAULT 0,
    trouble    VARCHAR(300) NOT NULL DEFAULT '',
    asked_at   BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    FOREIGN KEY (service_id) REFERENCES services (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX service_work_due ON service_work (state, due_at);

-- When what an opening of a panel left behind was ended, and whether the panel could: ended, lasts.
ALTER TABLE panel_logins ADD COLUMN closed_at BIGINT;
ALTER TABLE panel_logins ADD COLUMN closing VARCHAR(8) NOT NULL DEFAULT '' CHECK (closing IN ('', 'ended', 'lasts'));
CREATE INDEX panel_logins_open ON panel_logins (closed_at, created_at);
