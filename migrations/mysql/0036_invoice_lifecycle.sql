-- +goose Up

-- A draft has lines and no number yet. paid_minor is what has been settled of an invoice: by payments, by the account's
-- credit, and by credit notes as far as they took away something that was still to be paid (noted_minor).
-- credited_minor is what all its credit notes come to. rounding is how the tax of each rate was rounded.
ALTER TABLE invoices
    ADD COLUMN billing_reference VARBINARY(400) CHECK (billing_reference IS NULL OR LEFT(billing_reference, 4) = x'00677301'),
    ADD COLUMN rounding          VARCHAR(16)    NOT NULL DEFAULT 'half-up' CHECK (rounding IN ('half-up', 'down')),
    ADD COLUMN noted_minor       BIGINT         NOT NULL DEFAULT 0 CHECK (noted_minor >= 0),
    ADD COLUMN credited_minor    BIGINT         NOT NULL DEFAULT 0 CHECK (credited_minor >= 0);
CREATE INDEX invoices_open ON invoices (state, due_at, id);

-- Why a line has its rate.
ALTER TABLE invoice_lines ADD COLUMN treatment VARCHAR(16) NOT NULL DEFAULT 'standard' CHECK (treatment IN
    ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt'));
UPDATE invoice_lines SET treatment = CASE WHEN rate_bp = 0 THEN 'zero' WHEN rate_bp >= 1500 THEN 'standard' ELSE 'reduced' END;

-- A series follows the rules of a country.
ALTER TABLE invoice_series ADD COLUMN country CHAR(2) NOT NULL DEFAULT 'GB' CHECK (CHAR_LENGTH(country) = 2);

-- The tax of each document by rate and reason; a credit note's is negative.
CREATE TABLE vat_totals (
    document_id BINARY(16)  NOT NULL,
    treatment   VARCHAR(16) NOT NULL CHECK (treatment IN ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt')),
    rate_bp     INT         NOT NULL CHECK (rate_bp >= 0 AND rate_bp <= 10000),
    account_id  BINARY(16)  NOT NULL,
    invoice_id  BINARY(16)  NOT NULL,
    currency    CHAR(3)     NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    net_minor   BIGINT      NOT NULL,
    vat_minor   BIGINT      NOT NULL,
    tax_at      BIGINT      NOT NULL,
    PRIMARY KEY (document_id, treatment, rate_bp),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX vat_totals_period ON vat_totals (tax_at);
INSERT INTO vat_totals
    SELECT i.id, l.treatment, l.rate_bp, i.account_id, i.id, i.currency, SUM(l.net_minor),
        CASE WHEN SUM(l.net_minor) >= 0 THEN (SUM(l.net_minor) * l.rate_bp * 2 + 10000) DIV 20000
            ELSE -((-SUM(l.net_minor) * l.rate_bp * 2 + 10000) DIV 20000) END, i.issued_at
    FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id
    WHERE i.state <> 'draft' GROUP BY i.id, l.treatment, l.rate_bp;

-- A credit note takes back an invoice or a part of it. settled_minor is what it took from what was still to be paid; the
-- rest had been paid, and became credit.
CREATE TABLE credit_notes (
    id            BINARY(16)  NOT NULL PRIMARY KEY,
    account_id    BINARY(16)  NOT NULL,
    invoice_id    BINARY(16)  NOT NULL,
    series        VARCHAR(40) NOT NULL,
    ordinal       BIGINT      NOT NULL,
    currency      CHAR(3)     NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    net_minor     BIGINT      NOT NULL,
    vat_minor     BIGINT      NOT NULL,
    total_minor   BIGINT      NOT NULL CHECK (total_minor > 0),
    settled_minor BIGINT      NOT NULL CHECK (settled_minor >= 0),
    reason        BLOB        NOT NULL CHECK (LEFT(reason, 4) = x'00677301'),
    issued_at     BIGINT      NOT NULL,
    CHECK (total_minor = net_minor + vat_minor),
    CHECK (settled_minor <= total_minor),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX credit_notes_number ON credit_notes (series, ordinal);
CREATE INDEX credit_notes_invoice ON credit_notes (account_id, invoice_id, issued_at);

CREATE TABLE credit_note_lines (
    note_id    BINARY(16) NOT NULL,
    line_id    BINARY(16) NOT NULL,
    account_id BINARY(16) NOT NULL,
    net_minor  BIGINT     NOT NULL CHECK (net_minor <> 0),
    PRIMARY KEY (note_id, line_id),
    FOREIGN KEY (note_id) REFERENCES credit_notes (id),
    FOREIGN KEY (line_id) REFERENCES invoice_lines (id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What moves money without any coming in: credit used for an invoice, an invoice written off, credit paid back.
CREATE TABLE adjustments (
    id           BINARY(16)  NOT NULL PRIMARY KEY,
    account_id   BINARY(16)  NOT NULL,
    kind         VARCHAR(16) NOT NULL CHECK (kind IN ('credit-used', 'write-off', 'refund')),
    invoice_id   BINARY(16),
    amount_minor BIGINT      NOT NULL CHECK (amount_minor > 0),
    currency     CHAR(3)     NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    detail       BLOB        CHECK (detail IS NULL OR LEFT(detail, 4) = x'00677301'),
    made_at      BIGINT      NOT NULL,
    CHECK ((kind = 'refund') = (invoice_id IS NULL)),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX adjustments_invoice ON adjustments (account_id, invoice_id, made_at);

-- What whoever recorded a payment wrote about it.
ALTER TABLE payments ADD COLUMN detail BLOB CHECK (detail IS NULL OR LEFT(detail, 4) = x'00677301');

-- What was issued stays: neither amounts nor numbers change, and nothing is deleted. A draft may change and go.
-- +goose StatementBegin
CREATE TRIGGER invoices_never_change BEFORE UPDATE ON invoices FOR EACH ROW
    IF OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id
        OR NEW.series <> OLD.series OR NEW.ordinal <> OLD.ordinal OR NEW.currency <> OLD.currency
        OR NEW.net_minor <> OLD.net_minor OR NEW.vat_minor <> OLD.vat_minor OR NEW.total_minor <> OLD.total_minor
        OR NEW.issued_at <> OLD.issued_at) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an issued invoice never changes';
    END IF
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoices_never_go BEFORE DELETE ON invoices FOR EACH ROW
    IF OLD.state <> 'draft' THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an issued invoice is never deleted';
    END IF
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoice_lines_never_come BEFORE INSERT ON invoice_lines FOR EACH ROW
    IF (SELECT state FROM invoices WHERE id = NEW.invoice_id) <> 'draft' THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an issued invoice gets no more lines';
    END IF
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoice_lines_never_change BEFORE UPDATE ON invoice_lines FOR EACH ROW
    IF (SELECT state FROM invoices WHERE id = OLD.invoice_id) <> 'draft' AND (NEW.id <> OLD.id
        OR NEW.invoice_id <> OLD.invoice_id OR NEW.position <> OLD.position
        OR NEW.quantity_milli <> OLD.quantity_milli OR NEW.unit_minor <> OLD.unit_minor OR NEW.rate_bp <> OLD.rate_bp
        OR NEW.treatment <> OLD.treatment OR NEW.net_minor <> OLD.net_minor) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'lines of an issued invoice never change';
    END IF
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoice_lines_never_go BEFORE DELETE ON invoice_lines FOR EACH ROW
    IF (SELECT state FROM invoices WHERE id = OLD.invoice_id) <> 'draft' THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'lines of an issued invoice are never deleted';
    END IF
-- +goose StatementEnd
