-- +goose Up
-- How many accounts a server is to carry at most; 0: nobody said.
ALTER TABLE servers ADD COLUMN capacity INTEGER NOT NULL DEFAULT 0 CHECK (capacity >= 0);

-- What the panel calls what a service may use; empty: as the panel has it.
ALTER TABLE services ADD COLUMN panel_plan TEXT NOT NULL DEFAULT '';

-- How a server was when it was last looked at. trouble is empty where it answered; load_milli is in thousandths, holdings
-- holdings are the accounts that its panel keeps.
CREATE TABLE server_looks (
    server_id BLOB    NOT NULL PRIMARY KEY REFERENCES servers (id),
    looked_at INTEGER NOT NULL,
    trouble   TEXT    NOT NULL DEFAULT '',
    panel     TEXT    NOT NULL DEFAULT '',
    load_milli INTEGER NOT NULL DEFAULT 0,
    holdings  INTEGER NOT NULL DEFAULT 0
);

-- What a server does not do yet as our record has it. make says that the account may be made where it is missing.
-- A row goes when the server has come to it.
CREATE TABLE service_work (
    service_id BLOB    NOT NULL PRIMARY KEY REFERENCES services (id),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    make       INTEGER NOT NULL DEFAULT 0 CHECK (make IN (0, 1)),
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'failed')),
    tries      INTEGER NOT NULL DEFAULT 0,
    trouble    TEXT    NOT NULL DEFAULT '',
    asked_at   INTEGER NOT NULL,
    due_at     INTEGER NOT NULL
);
CREATE INDEX service_work_due ON service_work (state, due_at);

-- When what an opening of a panel left behind was ended, and whether the panel could: ended, lasts.
ALTER TABLE panel_logins ADD COLUMN closed_at INTEGER;
ALTER TABLE panel_logins ADD COLUMN closing TEXT NOT NULL DEFAULT '' CHECK (closing IN ('', 'ended', 'lasts'));
CREATE INDEX panel_logins_open ON panel_logins (closed_at, created_at);
