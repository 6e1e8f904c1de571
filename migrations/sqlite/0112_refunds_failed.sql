-- +goose Up
-- The refunds that failed lately, for the figures of the billing department and its list of clients.
CREATE INDEX refunds_done ON refunds (state, done_at);
