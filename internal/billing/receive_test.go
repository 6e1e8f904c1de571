package billing_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// paid is the body of a notice that a checkout was paid, with what differs from the truth.
func paid(c billing.Checkout, differs ...string) string {
	body := fmt.Sprintf(`{"id":"evt_1","outcome":"paid","merchant":%q,"checkout":%q,"reference":"pay_1",`+
		`"amount":{"minor":%d,"currency":%q}}`, c.Merchant, c.ID, c.Amount.Minor(), c.Amount.Currency())
	return strings.NewReplacer(differs...).Replace(body)
}

func TestANoticeThatDoesNotFitIsRefused(t *testing.T) { // P4
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 200000)
		c := r.begin(t, ben, invoice, 200000)
		for name, x := range map[string]struct{ gateway, body, why string }{
			"1 paid for 2,000": {"sandbox", paid(c, "200000", "100"), "£1.00 came"},
			"more":             {"sandbox", paid(c, "200000", "200001"), "£2,000.01 came"},
			"negative":         {"sandbox", paid(c, "200000", "-200000"), "came"},
			"other currency":   {"sandbox", paid(c, "GBP", "JPY"), "another currency"},
			"other merchant":   {"sandbox", paid(c, merchant, "somebody-else"), "another merchant"},
			"other gateway":    {"other", paid(c), "another payment provider"},
		} {
			event := "evt_" + strings.ReplaceAll(name, " ", "_")
			body := strings.Replace(x.body, "evt_1", event, 1)
			wantFault(t, r.post(t, x.gateway, body), fault.KindConflict)
			e := r.newest(t, ben.account)
			if e.Action != activity.PaymentRefused || e.Outcome != activity.RefusedResult ||
				!strings.Contains(e.What.Reason, x.why) {
				t.Errorf("%s: the log says %s, %s: %s", name, e.Action, e.Outcome, e.What.Reason)
			}
			if err := r.post(t, x.gateway, body); err != nil { // it came before, and is taken without effect
				t.Errorf("%s, again: %v", name, err)
			}
		}
		r.settled(t, ben, invoice, billing.StateDue, 0, 0, 0)
		if n := r.Count(t, "outbox", "kind = ?", billing.MailRefused); n != 6 {
			t.Errorf("the billing department is told of %d", n)
		}
		if got := actions(t, r, ben.account); len(got) != 2+6 {
			t.Errorf("the log says %v", got)
		}
		if err := r.post(t, "sandbox", paid(c)); err != nil { // the right one is still taken
			t.Error(err)
		}
		r.settled(t, ben, invoice, billing.StatePartPaid, 200000, 1, 0)
	})
}

func TestAReferenceSettlesOneCheckout(t *testing.T) { // P4, P5
	each(t, func(t *testing.T, r *rig) {
		ben, carl := r.newPlace(t, "Ben Okafor", "billing"), r.newPlace(t, "Carl", "owner")
		invoice := r.issue(t, ben.account, 10000)
		c := r.begin(t, ben, invoice, 5000)
		theirs := r.begin(t, carl, r.issue(t, carl.account, 10000), 5000)
		if err := r.post(t, "sandbox", paid(c)); err != nil {
			t.Fatal(err)
		}
		if err := r.post(t, "sandbox", paid(c, "evt_1", "evt_2")); err != nil { // the same payment, told of differently
			t.Error(err)
		}
		wantFault(t, r.post(t, "sandbox", paid(c, "evt_1", "evt_3", "pay_1", "pay_2")), fault.KindConflict)
		wantFault(t, r.post(t, "sandbox", paid(r.begin(t, ben, invoice, 5000), "evt_1", "evt_4")), fault.KindConflict)
		wantFault(t, r.post(t, "sandbox", paid(theirs, "evt_1", "evt_5")), fault.KindConflict)
		if err := r.post(t, "sandbox", paid(theirs, "pay_1", "pay_3")); err != nil { // the event came for another account
			t.Error(err)
		}
		r.settled(t, ben, invoice, billing.StatePartPaid, 5000, 1, 0)
		r.settled(t, carl, theirs.Invoice, billing.StateDue, 0, 0, 0)
	})
}

func TestANoticeWithoutARightSignatureIsRefused(t *testing.T) { // P3
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		c := r.begin(t, ben, invoice, 12000)
		body := []byte(paid(c))
		sign := func(secret string, at time.Time) string { return sandbox.Sign([]byte(secret), body, at) }
		now := r.Now(t)
		for name, signature := range map[string]string{
			"none": "", "forged": sign("another secret, long enough", now), "empty secret": sign("", now),
			"stale": sign(secret, now.Add(-302*time.Second)), "from the future": sign(secret, now.Add(302*time.Second)),
			"another body's": sandbox.Sign([]byte(secret), body[1:], now), "cut": sign(secret, now)[:40],
		} {
			header := http.Header{}
			header.Set(sandbox.SignatureHeader, signature)
			err := r.billing.Receive(t.Context(), webhook(), "sandbox", header, body)
			if fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		right := http.Header{}
		right.Set(sandbox.SignatureHeader, sign(secret, now))
		for name, gateway := range map[string]string{"unknown gateway": "stripe", "no gateway": ""} {
			err := r.billing.Receive(t.Context(), webhook(), gateway, right, body)
			if fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		wantFault(t, r.billing.Receive(t.Context(), r.enter(t, ben), "sandbox", right, body), fault.KindNotFound)
		r.settled(t, ben, invoice, billing.StateDue, 0, 0, 0)
		if n := r.Count(t, "tallies", "1 = 1"); n == 0 {
			t.Error("no refused notice was counted")
		}
		header := http.Header{}
		header.Set(sandbox.SignatureHeader, sign(secret, now.Add(-290*time.Second)))
		if err := r.billing.Receive(t.Context(), webhook(), "sandbox", header, body); err != nil {
			t.Errorf("not yet stale: %v", err)
		}
	})
}

func TestANoticeThatCannotBeReadIsRefused(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		c := r.begin(t, ben, r.issue(t, ben.account, 10000), 12000)
		for _, x := range []struct {
			body string
			want fault.Kind
		}{
			{`{}`, fault.KindUnknown}, // no outcome: an event that does not concern us
			{`{"id":"evt_1","outcome":"paid"}`, fault.KindInvalid},
			{``, fault.KindInvalid},
			{paid(c, "evt_1", ""), fault.KindInvalid},
			{paid(c, "evt_1", "evt 1"), fault.KindInvalid},
			{paid(c, "evt_1", "é"), fault.KindInvalid},
			{paid(c, "pay_1", ""), fault.KindInvalid},
			{paid(c, "pay_1", strings.Repeat("x", 121)), fault.KindInvalid},
			{paid(c, `"paid"`, `"refunded"`), fault.KindInvalid},
			{paid(c, c.ID.String(), id.New[id.CheckoutKind]().String()), fault.KindNotFound},
			{paid(c, c.ID.String(), "x"), fault.KindInvalid},
		} {
			if err := r.post(t, "sandbox", x.body); fault.KindOf(err) != x.want || (err == nil) != (x.want == "") {
				t.Errorf("%s: %v, want %q", x.body, err, x.want)
			}
		}
		if n := r.Count(t, "gateway_events", "1 = 1"); n != 0 {
			t.Errorf("%d events were noted", n)
		}
	})
}

func TestFiftyReplaysAtOnceSettleOnce(t *testing.T) { // P5
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		c := r.begin(t, ben, invoice, 12000)
		body := []byte(paid(c))
		header := http.Header{}
		header.Set(sandbox.SignatureHeader, sandbox.Sign([]byte(secret), body, r.Now(t)))
		together(50, func(int) {
			if err := r.billing.Receive(t.Context(), webhook(), "sandbox", header, body); err != nil {
				t.Error(err)
			}
		})
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 1, 0)
		if n := r.Count(t, "outbox", "kind = ?", billing.MailReceipt); n != 1 {
			t.Errorf("%d receipts", n)
		}
		if got := actions(t, r, ben.account); len(got) != 3 {
			t.Errorf("the log says %v", got)
		}
	})
}

func TestTheLedgerIsOnlyAddedTo(t *testing.T) { // P8
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		change := func(statement string) error {
			return r.Gate.Change(t.Context(), r.staff(t), verb.BillingManage, id.AccountScope(ben.account),
				func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
					return g.Entry(activity.InvoiceIssued, activity.Details{}),
						db.Across(tx.DB, "a test goes round billing").Exec(statement).Error
				})
		}
		for _, statement := range []string{"UPDATE ledger_entries SET amount_minor = 1", "DELETE FROM ledger_entries"} {
			if err := change(statement); err == nil {
				t.Errorf("%s was done", statement)
			}
		}
		r.settled(t, ben, invoice, billing.StateDue, 0, 0, 0)
		for _, x := range []struct{ statement, finding string }{
			{
				"INSERT INTO ledger_entries (document_id, line, account_id, invoice_id, book, amount_minor, currency, posted_at) " +
					"SELECT document_id, 9, account_id, invoice_id, 'cash', 5, currency, 0 FROM ledger_entries WHERE line = 1",
				"leaves £0.05",
			},
			{"UPDATE invoices SET paid_minor = 5", "do not agree"},
			{"UPDATE invoice_series SET last_number = 7", "gave 7 numbers to 1 documents"},
		} {
			if err := change(x.statement); err != nil {
				t.Fatalf("%s: %v", x.statement, err)
			}
			found, err := r.billing.Audit(t.Context())
			if err != nil || !strings.Contains(strings.Join(found, "; "), x.finding) {
				t.Errorf("%s: the audit says %q, %v", x.statement, found, err)
			}
		}
	})
}
