-- +goose Up
-- What a product is charged by: a plan of the list, with its prices. NULL: the plan that has the product's name.
ALTER TABLE products ADD COLUMN plan_id BINARY(16), ADD FOREIGN KEY (plan_id) REFERENCES plans (id);
