-- +goose Up
-- What can be ordered. panel_plan is what a panel calls what it may use; an order of a product with a server is set up by
-- itself, any other by staff. Prices are for one period, without tax.
CREATE TABLE products (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT NOT NULL CHECK (name <> ''),
    about       TEXT NOT NULL DEFAULT '',
    next_steps  TEXT NOT NULL DEFAULT '',
    panel_plan  TEXT NOT NULL DEFAULT '',
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    currency    TEXT NOT NULL,
    period      TEXT NOT NULL CHECK (period IN ('month', 'year')),
    server_id   BLOB,
    created_at  INTEGER NOT NULL,
    retired_at  INTEGER,
    FOREIGN KEY (server_id) REFERENCES servers (id)
);
CREATE INDEX products_name ON products (name);

-- What can be had with a product, each for so much more a period.
CREATE TABLE product_options (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    product_id  BLOB NOT NULL,
    name        TEXT NOT NULL CHECK (name <> ''),
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    FOREIGN KEY (product_id) REFERENCES products (id)
);
CREATE INDEX product_options_product ON product_options (product_id, id);

-- What somebody asked for, and what came of it. What is wanted is kept as it was when they asked: plan, options, price.
-- A service that is ordered has the id of its request.
CREATE TABLE service_requests (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id  BLOB NOT NULL,
    person_id   BLOB NOT NULL,
    service_id  BLOB,
    product_id  BLOB,
    server_id   BLOB,
    kind        TEXT NOT NULL CHECK (kind IN ('order', 'change', 'cancel')),
    state       TEXT NOT NULL CHECK (state IN ('asked', 'working', 'planned', 'done', 'declined', 'withdrawn')),
    plan        TEXT NOT NULL DEFAULT '',
    panel_plan  TEXT NOT NULL DEFAULT '',
    options     TEXT NOT NULL DEFAULT '',
    price_minor INTEGER NOT NULL DEFAULT 0,
    currency    TEXT NOT NULL DEFAULT '',
    period      TEXT NOT NULL DEFAULT '',
    domain      BLOB CHECK (domain IS NULL OR (typeof(domain) = 'blob' AND substr(domain, 1, 4) = x'00677301')),
    words       BLOB CHECK (words IS NULL OR (typeof(words) = 'blob' AND substr(words, 1, 4) = x'00677301')),
    answer      BLOB CHECK (answer IS NULL OR (typeof(answer) = 'blob' AND substr(answer, 1, 4) = x'00677301')),
    ends_at     INTEGER,
    asked_at    INTEGER NOT NULL,
    settled_at  INTEGER,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE INDEX service_requests_account ON service_requests (account_id, id);
CREATE INDEX service_requests_state ON service_requests (state, asked_at);
