-- +goose Up

-- A line can be outside the scope of VAT: its service is supplied where the client is, beyond the provider's VAT area.
ALTER TABLE invoice_lines MODIFY treatment VARCHAR(16) NOT NULL DEFAULT 'standard' CHECK (treatment IN
    ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt', 'outside'));
ALTER TABLE charges MODIFY treatment VARCHAR(16) NOT NULL CHECK (treatment IN
    ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt', 'outside'));
ALTER TABLE vat_totals MODIFY treatment VARCHAR(16) NOT NULL CHECK (treatment IN
    ('standard', 'reduced', 'zero', 'reverse-charge', 'exempt', 'outside'));
