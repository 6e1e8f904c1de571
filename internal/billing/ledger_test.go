package billing_test

import (
	"database/sql"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// behind runs statements behind billing's back, as the portal's own database user.
func (r *rig) behind(t *testing.T, account id.Account, statements ...string) error {
	t.Helper()
	return r.Gate.Change(t.Context(), actor.NewSystem("test"), verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			for _, statement := range statements {
				if err := db.Across(tx.DB, "a test goes round billing").Exec(statement).Error; err != nil {
					return gate.Entry{}, err
				}
			}
			return g.Entry(activity.InvoiceIssued, activity.Details{}), nil
		})
}

// asAdministrator is whoever administers the database, and may take its triggers away.
func (r *rig) asAdministrator(t *testing.T) func(statement string) {
	t.Helper()
	driver, dsn := "sqlite", "file:"+r.Config.Path+"?_pragma=busy_timeout(5000)"
	if r.OnMySQL {
		driver, dsn = "mysql", r.Server.Admin
	}
	pool, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return func(statement string) {
		t.Helper()
		if _, err := pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// P8: whatever is changed by hand in the ledger or in what it tells of is found, even where it still sums to zero.
func TestWhatIsChangedByHandIsFound(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		other := r.newPlace(t, "Carl", "owner")
		invoice := r.issue(t, ben.account, 10000)
		r.decide(t, r.begin(t, ben, invoice, 12000), billing.OutcomePaid)
		r.make(t, bea, ben, move(ledger.CreditNote, invoice, 0))
		next := r.issue(t, ben.account, 1000)
		r.audited(t)
		unguard := "DROP TRIGGER ledger_entries_never_change; DROP TRIGGER ledger_entries_never_go;" +
			"DROP TRIGGER invoices_never_change; DROP TRIGGER invoice_lines_never_change"
		run := r.asAdministrator(t)
		for statement := range strings.SplitSeq(unguard, ";") {
			run(statement)
		}
		invoiceHex, hex := "x'"+hexOf(invoice.Bytes())+"'", "x'"+hexOf(next.Bytes())+"'"
		for name, x := range tampered(invoiceHex, hex, ben.account, other.account) {
			run(x[0])
			if found, err := r.billing.Audit(t.Context()); err != nil || len(found) == 0 {
				t.Errorf("%s: the audit finds %q, %v", name, found, err)
			}
			if err := r.billing.AuditNightly(t.Context()); err == nil {
				t.Errorf("%s: the nightly audit says nothing", name)
			}
			run(x[1])
			r.audited(t)
		}
		run("DELETE FROM ledger_entries WHERE document_id = " + hex)
		if found, err := r.billing.Audit(t.Context()); err != nil || !strings.Contains(strings.Join(found, " "), "differ") {
			t.Errorf("a whole document gone: %q, %v", found, err)
		}
	})
}

// tampered are things that somebody could do to the rows by hand, each with how it is undone.
func tampered(invoiceHex, hex string, own, other id.Account) map[string][2]string {
	return map[string][2]string{
		"VAT taken for sales": {
			"UPDATE ledger_entries SET amount_minor = amount_minor + " +
				"CASE book WHEN 'vat' THEN 5 WHEN 'sales' THEN -5 ELSE 0 END" +
				" WHERE document_id = " + hex,
			"UPDATE ledger_entries SET amount_minor = amount_minor + " +
				"CASE book WHEN 'vat' THEN -5 WHEN 'sales' THEN 5 ELSE 0 END" +
				" WHERE document_id = " + hex,
		},
		"moved to another day": {
			"UPDATE ledger_entries SET posted_at = posted_at + 86400000 WHERE document_id = " + hex,
			"UPDATE ledger_entries SET posted_at = posted_at - 86400000 WHERE document_id = " + hex,
		},
		"moved to another account": {
			"UPDATE ledger_entries SET account_id = x'" + hexOf(other.Bytes()) + "' WHERE document_id = " + hex,
			"UPDATE ledger_entries SET account_id = x'" + hexOf(own.Bytes()) + "' WHERE document_id = " + hex,
		},
		"taken for something else": {
			"UPDATE ledger_entries SET kind = 'refund' WHERE document_id = " + hex,
			"UPDATE ledger_entries SET kind = 'invoice' WHERE document_id = " + hex,
		},
		"an invoice made dearer": {
			"UPDATE invoices SET net_minor = net_minor + 1, total_minor = total_minor + 1 WHERE id = " + hex,
			"UPDATE invoices SET net_minor = net_minor - 1, total_minor = total_minor - 1 WHERE id = " + hex,
		},
		"a line made dearer": {
			"UPDATE invoice_lines SET net_minor = net_minor + 1 WHERE invoice_id = " + hex,
			"UPDATE invoice_lines SET net_minor = net_minor - 1 WHERE invoice_id = " + hex,
		},
		"a payment made larger": {
			"UPDATE payments SET amount_minor = amount_minor + 1", "UPDATE payments SET amount_minor = amount_minor - 1",
		},
		"a credit note made smaller": {
			"UPDATE credit_notes SET net_minor = net_minor - 1, total_minor = total_minor - 1",
			"UPDATE credit_notes SET net_minor = net_minor + 1, total_minor = total_minor + 1",
		},
		"tax put to another rate": {
			"UPDATE vat_totals SET vat_minor = vat_minor - 1 WHERE document_id = " + hex,
			"UPDATE vat_totals SET vat_minor = vat_minor + 1 WHERE document_id = " + hex,
		},
		"a state that does not follow": {
			"UPDATE invoices SET state = 'due' WHERE id = " + invoiceHex,
			"UPDATE invoices SET state = 'credited' WHERE id = " + invoiceHex,
		},
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

func TestTheNightlyAuditIsInTheProvidersLog(t *testing.T) { // P8
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		r.issue(t, ben.account, 10000)
		if err := r.billing.AuditNightly(t.Context()); err != nil {
			t.Fatal(err)
		}
		page, err := r.Log.Page(t.Context(), id.ProviderScope(), activity.Filter{Limit: 1})
		if err != nil || page.Entries[0].Action != activity.LedgerAudited || page.Entries[0].Outcome != activity.Success {
			t.Errorf("the log says %+v, %v", page.Entries, err)
		}
	})
}

// P8: the database refuses to change what was issued, whoever asks; a draft may change.
func TestWhatWasIssuedNeverChanges(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		r.issue(t, ben.account, 10000)
		for _, statement := range []string{
			"UPDATE invoices SET vat_minor = vat_minor + 1, total_minor = total_minor + 1",
			"UPDATE invoices SET ordinal = 9", "UPDATE invoices SET series = '1999'", "UPDATE invoices SET state = 'draft'",
			"UPDATE invoices SET issued_at = 1", "DELETE FROM invoices", "DELETE FROM invoice_lines",
			"UPDATE invoice_lines SET unit_minor = 1", "UPDATE invoice_lines SET rate_bp = 0",
			"INSERT INTO invoice_lines SELECT * FROM invoice_lines", "UPDATE ledger_entries SET book = 'cash'",
			"DELETE FROM ledger_entries", "UPDATE ledger_entries SET posted_at = 0",
		} {
			if err := r.behind(t, ben.account, statement); err == nil {
				t.Errorf("%s was done", statement)
			}
		}
		r.audited(t)
	})
}

// P8: a document posts once, and what it posts sums to zero.
func TestAPostingSumsToZeroAndComesOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		document := id.New[id.PaymentKind]().Bytes()
		post := func(lines ...ledger.Line) error {
			return r.Gate.Change(t.Context(), actor.NewSystem("test"), verb.BillingManage, id.AccountScope(ben.account),
				func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
					return g.Entry(activity.InvoiceIssued, activity.Details{}), ledger.Post(tx, g, ledger.Posting{
						Kind: ledger.Refund, Document: document, Currency: "GBP", At: g.Now(), Lines: lines,
					})
				})
		}
		for name, lines := range map[string][]ledger.Line{
			"nothing":    nil,
			"only zeros": {{Book: ledger.Cash}, {Book: ledger.Credit}},
			"one side":   {{Book: ledger.Cash, Amount: 5}},
			"unequal":    {{Book: ledger.Cash, Amount: 5}, {Book: ledger.Credit, Amount: -4}},
		} {
			if err := post(lines...); err == nil {
				t.Errorf("%s was posted", name)
			}
		}
		even := []ledger.Line{{Book: ledger.Cash, Amount: 5}, {Book: ledger.Credit, Amount: -5}}
		if err := post(even...); err != nil {
			t.Fatal(err)
		}
		if err := post(even...); err == nil {
			t.Error("the same document posted twice")
		}
		sums, err := ledger.Sums(t.Context(), r.Reader)
		if err != nil || len(sums) != 1 || sums[0].Minor != 0 || sums[0].Lines != 2 {
			t.Errorf("%+v, %v", sums, err)
		}
	})
}
