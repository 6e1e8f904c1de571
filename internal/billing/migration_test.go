package billing_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/migrations"
)

// before is the schema as it was before a migration.
type before struct {
	fs.FS

	name string
}

// ReadDir leaves out what came later.
func (b before) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(b.FS, name)
	var out []fs.DirEntry
	for _, entry := range all {
		if entry.IsDir() || entry.Name() < b.name {
			out = append(out, entry)
		}
	}
	return out, err
}

// P8: what was posted and billed before there were kinds and taxes by rate is carried over, and adds up.
func TestWhatWasBilledBeforeIsCarriedOver(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		cfg := db.Config{Dialect: db.SQLite, Path: filepath.Join(t.TempDir(), "old.db"), Relaxed: true}
		carryOver(t, cfg)
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		server := testkit.MariaDBDatabase(t)
		cfg := db.Config{Dialect: db.MySQL, Write: server.Migrate, Read: server.Migrate, Migrate: server.Migrate}
		carryOver(t, cfg)
	})
}

func carryOver(t *testing.T, cfg db.Config) {
	t.Helper()
	if _, err := db.Migrate(t.Context(), cfg, before{migrations.Files(), "0035"}); err != nil {
		t.Fatal(err)
	}
	account, invoice, payment := id.New[id.AccountKind](), id.New[id.InvoiceKind](), id.New[id.PaymentKind]()
	hex := func(b []byte) string { return "x'" + hexOf(b) + "'" }
	line := func(position, net, rate string) string {
		return "INSERT INTO invoice_lines (id, account_id, invoice_id, position, text, quantity_milli, unit_minor, " +
			"rate_bp, net_minor) VALUES (" + hex(id.New[id.LineKind]().Bytes()) + ", " + hex(account.Bytes()) + ", " +
			hex(invoice.Bytes()) + ", " + position + ", x'0067730100', 1000, " + net + ", " + rate + ", " + net + ")"
	}
	post := func(document []byte, n, book, amount string) string {
		return "INSERT INTO ledger_entries (document_id, line, account_id, invoice_id, book, amount_minor, currency, " +
			"posted_at) VALUES (" + hex(document) + ", " + n + ", " + hex(account.Bytes()) + ", " + hex(invoice.Bytes()) +
			", '" + book + "', " + amount + ", 'GBP', 5)"
	}
	older(t, cfg, []string{
		"INSERT INTO accounts (account_id, name, line1, city, postcode, country, currency, state, created_at) VALUES (" +
			hex(account.Bytes()) + ", x'0067730100', x'0067730100', x'0067730100', x'0067730100', x'0067730100', 'GBP', " +
			"'active', 1)",
		"INSERT INTO invoice_series (name, last_number) VALUES ('2026', 1)",
		"INSERT INTO invoices (id, account_id, series, ordinal, state, currency, net_minor, vat_minor, total_minor, " +
			"paid_minor, issued_at, due_at, about, billed_to) VALUES (" + hex(invoice.Bytes()) + ", " + hex(account.Bytes()) +
			", '2026', 1, 'part-paid', 'GBP', 1200, 236, 1436, 300, 1000, 2000, x'0067730100', x'0067730100')",
		line("1", "1234", "2000"), line("2", "-55", "2000"), line("3", "21", "0"),
		"INSERT INTO payments (id, account_id, invoice_id, gateway, reference, amount_minor, surplus_minor, currency, " +
			"received_at) VALUES (" + hex(payment.Bytes()) + ", " + hex(account.Bytes()) + ", " + hex(invoice.Bytes()) +
			", 'sandbox', 'pay_1', 500, 200, 'GBP', 1500)",
		post(invoice.Bytes(), "1", "receivable", "1436"), post(invoice.Bytes(), "2", "sales", "-1200"),
		post(invoice.Bytes(), "3", "vat", "-236"), post(payment.Bytes(), "1", "cash", "500"),
		post(payment.Bytes(), "2", "receivable", "-300"), post(payment.Bytes(), "3", "credit", "-200"),
	})
	if _, err := db.Migrate(t.Context(), cfg, migrations.Files()); err != nil {
		t.Fatal(err)
	}
	r := newRig(t, testkit.Open(t, cfg, ""))
	r.audited(t)
	if n := r.Count(t, "invoice_lines", "treatment = CASE WHEN rate_bp = 0 THEN 'zero' ELSE 'standard' END"); n != 3 {
		t.Errorf("%d lines kept their reason", n)
	}
	if n := r.Count(t, "vat_totals", "vat_minor = 236 AND net_minor = 1179 AND treatment = 'standard'"); n != 1 {
		t.Error("the tax by rate was not carried over")
	}
	err := r.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return db.Across(tx.DB, "a test goes round billing").Exec("UPDATE invoice_lines SET treatment = 'outside'").Error
	})
	if err == nil || !strings.Contains(err.Error(), "never change") {
		t.Errorf("changing a line after the migration: %v", err)
	}
	err = r.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return db.Across(tx.DB, "a test goes round billing").Exec("UPDATE ledger_entries SET amount_minor = 1").Error
	})
	if err == nil || !strings.Contains(err.Error(), "never changed") {
		t.Errorf("changing the ledger after the migration: %v", err)
	}
}

// older makes rows by statements of an older version. The log of this version does not fit its tables yet.
func older(t *testing.T, cfg db.Config, statements []string) {
	t.Helper()
	cfg.Offset, cfg.Logger = &clock.Offset{}, slog.New(slog.DiscardHandler)
	writer, reader, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = writer.Do(t.Context(), func(tx *db.Tx) error {
		for _, s := range statements {
			if err := db.Across(tx.DB, "a test makes rows of an older version").Exec(s).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err = errors.Join(err, writer.Close(), reader.Close()); err != nil {
		t.Fatal(err)
	}
}
