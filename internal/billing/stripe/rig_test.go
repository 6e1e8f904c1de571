package stripe_test

import (
	"context"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/stripe"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	fake "gatehouse/internal/testkit/stripe"
)

const (
	key     = "sk_test_51abcdefghijklmnop"
	secret  = "whsec_abcdefghijklmnopqrstuvwxyz012345"
	account = "acct_1HarbourHosting"
	origin  = "https://portal.harbour.example"
	olivia  = "olivia@northwind.example"
)

// rig is billing with the adapter before a stand-in for Stripe.
type rig struct {
	*house.House
	stripe  *fake.Server
	gateway *stripe.Gateway
	billing *billing.Billing
	account id.Account
}

func config(api string) stripe.Config {
	return stripe.Config{Key: key, Webhook: secret, Account: account, PublicURL: origin + "/", API: api}
}

func newRig(t *testing.T, w *testkit.World) *rig {
	t.Helper()
	r := &rig{House: house.Open(w)}
	r.stripe = fake.New(t, fake.Options{
		Key: key, Secret: secret, Account: account, Version: stripe.Version, Now: func() time.Time { return w.Now(t) },
	})
	var err error
	if r.gateway, err = stripe.New(config(r.stripe.URL)); err != nil {
		t.Fatal(err)
	}
	r.billing = billing.New(w.Gate, w.Reader, w.Box, r.Accounts, w.Outbox, r.gateway)
	for _, kind := range []string{billing.MailInvoice, billing.MailReceipt} {
		w.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { return nil })
	}
	r.account = r.Account(t, "Northwind Bakery Ltd", olivia)
	return r
}

func each(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) { test(t, newRig(t, w)) })
}

// issue makes an invoice over an amount without VAT.
func (r *rig) issue(t *testing.T, minor int64) id.Invoice {
	t.Helper()
	invoice := id.New[id.InvoiceKind]()
	_, err := r.billing.Issue(t.Context(), actor.NewSystem("test"), r.account, billing.Draft{
		Key: invoice, About: "Hosting", Due: r.Now(t).Add(14 * 24 * time.Hour), Lines: []billing.Line{{
			Text: "Hosting", Quantity: decimal.NewFromInt(1), Price: gbp(minor), Treatment: billing.ZeroRated,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return invoice
}

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

// begin begins to pay and returns the checkout's page at the stand-in.
func (r *rig) begin(t *testing.T, invoice id.Invoice, minor int64) (id.Checkout, fake.Session) {
	t.Helper()
	checkout := id.New[id.CheckoutKind]()
	to, err := r.pay(t, invoice, checkout, minor)
	if err != nil {
		t.Fatal(err)
	}
	pages := r.stripe.Sessions(checkout.String())
	if len(pages) != 1 || pages[0].URL != to {
		t.Fatalf("paying leads to %s, and there are %+v", to, pages)
	}
	return checkout, pages[0]
}

func (r *rig) pay(t *testing.T, invoice id.Invoice, checkout id.Checkout, minor int64) (string, error) {
	t.Helper()
	return r.billing.Pay(t.Context(), r.As(t, olivia, r.account), r.account, invoice,
		billing.Order{Key: checkout, Amount: gbp(minor)})
}

func webhook() actor.Actor {
	return actor.NewWebhook(stripe.Name, netip.MustParseAddr("198.51.100.7"))
}

func (r *rig) receive(t *testing.T, n fake.Notice) error {
	t.Helper()
	return r.billing.Receive(t.Context(), webhook(), stripe.Name, n.Header, n.Body)
}

func (r *rig) send(t *testing.T, header http.Header, body []byte) error {
	t.Helper()
	return r.receive(t, fake.Notice{Header: header, Body: body})
}

// settled says how an invoice stands, how many payments there are, and what is credit.
func (r *rig) settled(t *testing.T, invoice id.Invoice, state billing.State, payments, credit int64) {
	t.Helper()
	got, err := r.billing.ClientInvoice(t.Context(), actor.NewSystem("test"), r.account, invoice)
	if err != nil || got.State != state {
		t.Errorf("the invoice is %s, %v; want %s", got.State, err, state)
	}
	if n := r.Count(t, "payments", "1 = 1"); n != payments {
		t.Errorf("%d payments, want %d", n, payments)
	}
	has, err := r.billing.ClientCredit(t.Context(), actor.NewSystem("test"), r.account)
	if err != nil || has.Minor() != credit {
		t.Errorf("the credit is %s, %v; want %d", has, err, credit)
	}
	if found, err := r.billing.Audit(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("the audit says %q, %v", found, err)
	}
}
