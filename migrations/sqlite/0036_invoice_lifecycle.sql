-- +goose Up

-- A draft has lines and no number yet. paid_minor is what has been settled of an invoice: by payments, by the account's
-- credit, and by credit notes as far as they took away something that was still to be paid (noted_minor).
-- credited_minor is what all its credit notes come to. rounding is how the tax of each rate was rounded.
ALTER TABLE invoices ADD COLUMN billing_reference BLOB CHECK (billing_reference IS NULL OR (typeof(billing_reference) = 'blob' AND substr(billing_reference, 1, 4) = x'00677301'));
ALTER TABLE invoices ADD COLUMN rounding TEXT NOT NULL DEFAULT 'half-up' CHECK (rounding IN ('half-up', 'down'));
ALTER TABLE invoices ADD COLUMN noted_minor INTEGER NOT NULL DEFAULT 0 CHECK (noted_minor >= 0);
ALTER TABLE invoices ADD COLUMN credited_minor INTEGER NOT NULL DEFAULT 0 CHECK (credited_minor >= 0);
CREATE INDEX invoices_open ON invoices (state, due_at, id);

-- Why a line has its rate.
ALTER TABLE invoice_lines ADD COLUMN treatment TEXT NOT NULL DEFAULT 'standard' CHECK (treatment IN
    ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt'));
UPDATE invoice_lines SET treatment = CASE WHEN rate_bp = 0 THEN 'zero' WHEN rate_bp >= 1500 THEN 'standard' ELSE 'reduced' END;

-- A series follows the rules of a country.
ALTER TABLE invoice_series ADD COLUMN country TEXT NOT NULL DEFAULT 'GB' CHECK (length(country) = 2);

-- The tax of each document by rate and reason; a credit note's is negative.
CREATE TABLE vat_totals (
    document_id BLOB    NOT NULL CHECK (length(document_id) = 16),
    treatment   TEXT    NOT NULL CHECK (treatment IN ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt')),
    rate_bp     INTEGER NOT NULL CHECK (rate_bp >= 0 AND rate_bp <= 10000),
    account_id  BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id  BLOB    NOT NULL REFERENCES invoices (id),
    currency    TEXT    NOT NULL CHECK (length(currency) = 3),
    net_minor   INTEGER NOT NULL,
    vat_minor   INTEGER NOT NULL,
    tax_at      INTEGER NOT NULL,
    PRIMARY KEY (document_id, treatment, rate_bp)
);
CREATE INDEX vat_totals_invoice ON vat_totals (invoice_id);
CREATE INDEX vat_totals_period ON vat_totals (tax_at);
INSERT INTO vat_totals
    SELECT i.id, l.treatment, l.rate_bp, i.account_id, i.id, i.currency, SUM(l.net_minor),
        CASE WHEN SUM(l.net_minor) >= 0 THEN (SUM(l.net_minor) * l.rate_bp * 2 + 10000) / 20000
            ELSE -((-SUM(l.net_minor) * l.rate_bp * 2 + 10000) / 20000) END, i.issued_at
    FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id
    WHERE i.state <> 'draft' GROUP BY i.id, l.treatment, l.rate_bp;

-- A credit note takes back an invoice or a part of it. settled_minor is what it took from what was still to be paid; the
-- rest had been paid, and became credit.
CREATE TABLE credit_notes (
    id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id    BLOB    NOT NULL REFERENCES accounts (account_id),
    invoice_id    BLOB    NOT NULL REFERENCES invoices (id),
    series        TEXT    NOT NULL,
    ordinal       INTEGER NOT NULL,
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    net_minor     INTEGER NOT NULL,
    vat_minor     INTEGER NOT NULL,
    total_minor   INTEGER NOT NULL CHECK (total_minor > 0),
    settled_minor INTEGER NOT NULL CHECK (settled_minor >= 0),
    reason        BLOB    NOT NULL CHECK (typeof(reason) = 'blob' AND substr(reason, 1, 4) = x'00677301'),
    issued_at     INTEGER NOT NULL,
    CHECK (total_minor = net_minor + vat_minor),
    CHECK (settled_minor <= total_minor)
);
CREATE UNIQUE INDEX credit_notes_number ON credit_notes (series, ordinal);
CREATE INDEX credit_notes_invoice ON credit_notes (account_id, invoice_id, issued_at);

CREATE TABLE credit_note_lines (
    note_id    BLOB    NOT NULL REFERENCES credit_notes (id),
    line_id    BLOB    NOT NULL REFERENCES invoice_lines (id),
    account_id BLOB    NOT NULL REFERENCES accounts (account_id),
    net_minor  INTEGER NOT NULL CHECK (net_minor <> 0),
    PRIMARY KEY (note_id, line_id)
);
CREATE INDEX credit_note_lines_line ON credit_note_lines (line_id);

-- What moves money without any coming in: credit used for an invoice, an invoice written off, credit paid back.
CREATE TABLE adjustments (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL REFERENCES accounts (account_id),
    kind         TEXT    NOT NULL CHECK (kind IN ('credit-used', 'write-off', 'refund')),
    invoice_id   BLOB    REFERENCES invoices (id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT    NOT NULL CHECK (length(currency) = 3),
    detail       BLOB    CHECK (detail IS NULL OR (typeof(detail) = 'blob' AND substr(detail, 1, 4) = x'00677301')),
    made_at      INTEGER NOT NULL,
    CHECK ((kind = 'refund') = (invoice_id IS NULL))
);
CREATE INDEX adjustments_invoice ON adjustments (account_id, invoice_id, made_at);

-- What whoever recorded a payment wrote about it.
ALTER TABLE payments ADD COLUMN detail BLOB CHECK (detail IS NULL OR (typeof(detail) = 'blob' AND substr(detail, 1, 4) = x'00677301'));

-- What was issued stays: neither amounts nor numbers change, and nothing is deleted. A draft may change and go.
-- +goose StatementBegin
CREATE TRIGGER invoices_never_change BEFORE UPDATE ON invoices WHEN OLD.state <> 'draft' AND (NEW.state = 'draft'
    OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.series <> OLD.series OR NEW.ordinal <> OLD.ordinal
    OR NEW.currency <> OLD.currency OR NEW.net_minor <> OLD.net_minor OR NEW.vat_minor <> OLD.vat_minor
    OR NEW.total_minor <> OLD.total_minor OR NEW.issued_at <> OLD.issued_at) BEGIN
    SELECT RAISE(ABORT, 'an issued invoice never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoices_never_go BEFORE DELETE ON invoices WHEN OLD.state <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'an issued invoice is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoice_lines_never_come BEFORE INSERT ON invoice_lines
    WHEN (SELECT state FROM invoices WHERE id = NEW.invoice_id) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'an issued invoice gets no more lines');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoice_lines_never_change BEFORE UPDATE ON invoice_lines
    WHEN (SELECT state FROM invoices WHERE id = OLD.invoice_id) <> 'draft' AND (NEW.id <> OLD.id
    OR NEW.invoice_id <> OLD.invoice_id OR NEW.position <> OLD.position OR NEW.quantity_milli <> OLD.quantity_milli
    OR NEW.unit_minor <> OLD.unit_minor OR NEW.rate_bp <> OLD.rate_bp OR NEW.treatment <> OLD.treatment
    OR NEW.net_minor <> OLD.net_minor) BEGIN
    SELECT RAISE(ABORT, 'lines of an issued invoice never change');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoice_lines_never_go BEFORE DELETE ON invoice_lines
    WHEN (SELECT state FROM invoices WHERE id = OLD.invoice_id) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'lines of an issued invoice are never deleted');
END;
-- +goose StatementEnd
