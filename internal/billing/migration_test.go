package billing_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
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
	old := testkit.Open(t, cfg, "")
	r := newRig(t, old)
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
	open(t, r, account, []string{
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
	r.audited(t)
	if n := r.Count(t, "vat_totals", "vat_minor = 236 AND net_minor = 1179 AND treatment = 'standard'"); n != 1 {
		t.Error("the tax by rate was not carried over")
	}
	if err := r.behind(t, account, "UPDATE ledger_entries SET amount_minor = 1"); err == nil {
		t.Error("the ledger can be changed after the migration")
	}
}

// open makes an account by statements of an older version.
func open(t *testing.T, r *rig, account id.Account, statements []string) {
	t.Helper()
	err := r.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			for _, s := range statements {
				if err := db.Across(tx.DB, "a test makes rows of an older version").Exec(s).Error; err != nil {
					return gate.Entry{}, err
				}
			}
			e, err := r.Gate.Open(tx, g, id.AccountScope(account), "Northwind")
			return e.And(g.Entry(activity.InvoiceIssued, activity.Details{})), err
		})
	if err != nil {
		t.Fatal(err)
	}
}
