-- +goose Up

-- A line can be outside the scope of VAT: its service is supplied where the client is, beyond the provider's VAT area.
DROP TRIGGER invoice_lines_never_change;
ALTER TABLE invoice_lines ADD COLUMN reason TEXT NOT NULL DEFAULT 'standard' CHECK (reason IN
    ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt', 'outside'));
UPDATE invoice_lines SET reason = treatment;
ALTER TABLE invoice_lines DROP COLUMN treatment;
ALTER TABLE invoice_lines RENAME COLUMN reason TO treatment;
-- +goose StatementBegin
CREATE TRIGGER invoice_lines_never_change BEFORE UPDATE ON invoice_lines
    WHEN (SELECT state FROM invoices WHERE id = OLD.invoice_id) <> 'draft' AND (NEW.id <> OLD.id
    OR NEW.invoice_id <> OLD.invoice_id OR NEW.position <> OLD.position OR NEW.quantity_milli <> OLD.quantity_milli
    OR NEW.unit_minor <> OLD.unit_minor OR NEW.rate_bp <> OLD.rate_bp OR NEW.treatment <> OLD.treatment
    OR NEW.net_minor <> OLD.net_minor) BEGIN
    SELECT RAISE(ABORT, 'lines of an issued invoice never change');
END;
-- +goose StatementEnd

ALTER TABLE charges ADD COLUMN reason TEXT NOT NULL DEFAULT 'standard' CHECK (reason IN
    ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt', 'outside'));
UPDATE charges SET reason = treatment;
ALTER TABLE charges DROP COLUMN treatment;
ALTER TABLE charges RENAME COLUMN reason TO treatment;

CREATE TABLE vat_totals_next (
    document_id BLOB    NOT NULL CHECK (length(document_id) = 16),
    treatment   TEXT    NOT NULL CHECK (treatment IN
        ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt', 'outside')),
    rate_bp     INTEGER NOT NULL CHECK (rate_bp >= 0 AND rate_bp <= 10000),
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id  BLOB    NOT NULL REFERENCES invoices (id),
    currency    TEXT    NOT NULL CHECK (length(currency) = 3),
    net_minor   INTEGER NOT NULL,
    vat_minor   INTEGER NOT NULL,
    tax_at      INTEGER NOT NULL,
    PRIMARY KEY (document_id, treatment, rate_bp)
);
INSERT INTO vat_totals_next SELECT document_id, treatment, rate_bp, account_id, invoice_id, currency, net_minor,
    vat_minor, tax_at FROM vat_totals;
DROP TABLE vat_totals;
ALTER TABLE vat_totals_next RENAME TO vat_totals;
CREATE INDEX vat_totals_invoice ON vat_totals (invoice_id);
CREATE INDEX vat_totals_period ON vat_totals (tax_at);
