-- +goose Up
-- What can be ordered. panel_plan is what a panel calls what it may use; an order of a product with a server is set up by
-- itself, any other by staff. Prices are for one period, without tax.
CREATE TABLE products (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    name        VARCHAR(120) NOT NULL CHECK (name <> ''),
    about       VARCHAR(500) NOT NULL DEFAULT '',
    next_steps  VARCHAR(500) NOT NULL DEFAULT '',
    panel_plan  VARCHAR(120) NOT NULL DEFAULT '',
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    currency    VARCHAR(3) NOT NULL,
    period      VARCHAR(8) NOT NULL CHECK (period IN ('month', 'year')),
    server_id   BINARY(16),
    created_at  BIGINT NOT NULL,
    retired_at  BIGINT,
    FOREIGN KEY (server_id) REFERENCES servers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX products_name ON products (name);

-- What can be had with a product, each for so much more a period.
CREATE TABLE product_options (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    product_id  BINARY(16) NOT NULL,
    name        VARCHAR(120) NOT NULL CHECK (name <> ''),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    FOREIGN KEY (product_id) REFERENCES products (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX product_options_product ON product_options (product_id, id);

-- What somebody asked for, and what came of it. What is wanted is kept as it was when they asked: plan, options, price.
-- A service that is ordered has the id of its request.
CREATE TABLE service_requests (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    account_id  BINARY(16) NOT NULL,
    person_id   BINARY(16) NOT NULL,
    service_id  BINARY(16),
    product_id  BINARY(16),
    server_id   BINARY(16),
    kind        VARCHAR(8) NOT NULL CHECK (kind IN ('order', 'change', 'cancel')),
    state       VARCHAR(12) NOT NULL CHECK (state IN ('asked', 'working', 'planned', 'done', 'declined', 'withdrawn')),
    plan        VARCHAR(120) NOT NULL DEFAULT '',
    panel_plan  VARCHAR(120) NOT NULL DEFAULT '',
    options     VARCHAR(500) NOT NULL DEFAULT '',
    price_minor BIGINT NOT NULL DEFAULT 0,
    currency    VARCHAR(3) NOT NULL DEFAULT '',
    period      VARCHAR(8) NOT NULL DEFAULT '',
    domain      VARBINARY(400) CHECK (domain IS NULL OR LEFT(domain, 4) = x'00677301'),
    words       VARBINARY(2100) CHECK (words IS NULL OR LEFT(words, 4) = x'00677301'),
    answer      VARBINARY(2100) CHECK (answer IS NULL OR LEFT(answer, 4) = x'00677301'),
    ends_at     BIGINT,
    asked_at    BIGINT NOT NULL,
    settled_at  BIGINT,
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (person_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX service_requests_account ON service_requests (account_id, id);
CREATE INDEX service_requests_state ON service_requests (state, asked_at);
