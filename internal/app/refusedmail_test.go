package app_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
)

// P4: a signed notice over another amount, in another currency or of another merchant is refused, is in the log, and
// the billing department is mailed of each, once.
func TestAnAlteredPaymentAlarmsTheBillingDepartment(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, alarmed)
}

func alarmed(t *testing.T, h *house) {
	checkout, amount := h.attempt(t)
	for name, change := range map[string]map[string]any{
		"amount":   {"amount": map[string]any{"minor": 1, "currency": "GBP"}},
		"currency": {"amount": map[string]any{"minor": amount, "currency": "EUR"}},
		"merchant": {"merchant": "somebody else"},
	} {
		says := map[string]any{
			"id": "evt_" + name, "outcome": billing.OutcomePaid, "merchant": h.Config.Provider.Name, "checkout": checkout,
			"reference": "pay_" + name, "amount": map[string]any{"minor": amount, "currency": "GBP"},
		}
		maps.Copy(says, change)
		body, err := json.Marshal(says)
		if err != nil {
			t.Fatal(err)
		}
		now, err := h.Reader.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // it comes again
			header := http.Header{}
			header.Set(sandbox.SignatureHeader, sandbox.Sign([]byte(h.Config.Gateway.WebhookSecret.Reveal()), body, now))
			_ = h.Billing.Receive(t.Context(), actor.NewWebhook(sandbox.Name, netip.IPv6Loopback()), sandbox.Name, header, body)
		}
	}
	// A form comes back altered: one that names an invoice of the account's, and an hour later one that names none (P2).
	for _, named := range []id.Invoice{h.here.invoice, h.there.invoice} {
		form := billing.Together{Key: checkout, Invoices: []id.Invoice{named}}
		_ = h.Billing.Unaltered(t.Context(), actor.NewSystem("test"), h.here.account, form)
		h.Offset.Advance(time.Hour)
	}
	// Notices that nobody signed, and one that names no payment of ours: of each reason once a day.
	for range 3 {
		_ = h.Billing.Receive(t.Context(), actor.NewWebhook(sandbox.Name, netip.IPv6Loopback()), sandbox.Name,
			http.Header{}, []byte(`{"id":"evt_forged"}`))
	}
	h.deliver(t)
	told, forged := map[string]int{}, 0
	for _, m := range h.Mailbox.List() {
		if m.To == "billing@harbour.example" && strings.HasPrefix(m.Subject, "Payment notices are refused") {
			forged++
		}
		if strings.HasPrefix(m.Subject, "A payment was refused") {
			told[m.To]++
			if !strings.Contains(m.Text, "othing was") || strings.Contains(m.To, "here.example") {
				t.Errorf("to %s: %s", m.To, m.Text)
			}
		}
	}
	if forged < 1 || forged > 2 { // two where the day ends meanwhile
		t.Errorf("%d mails of forged notices", forged)
	}
	if told["billing@harbour.example"] != 5 {
		t.Errorf("mails: %v", told)
	}
}

// attempt begins to pay the first invoice that asks for something, and returns the checkout and its amount.
func (h *house) attempt(t *testing.T) (id.Checkout, int64) {
	t.Helper()
	system := actor.NewSystem("test")
	page, err := h.Billing.ClientInvoices(t.Context(), system, h.here.account, billing.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range page.Invoices {
		if in.Left.IsZero() {
			continue
		}
		checkout := id.New[id.CheckoutKind]()
		order := billing.Order{Key: checkout, Amount: in.Left}
		if _, err := h.Billing.Pay(t.Context(), system, h.here.account, in.ID, order); err != nil {
			t.Fatal(err)
		}
		return checkout, in.Left.Minor()
	}
	t.Fatal("there is nothing to pay")
	return id.Checkout{}, 0
}

// Whoever pays is told thirty and seven days before the card that pays by itself ends, once each, unless they chose to
// get no such mails; a card that does not pay says nothing.
func TestACardThatEndsIsToldOfTwice(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, aCardThatEndsIsToldOfTwice)
}

func aCardThatEndsIsToldOfTwice(t *testing.T, h *house) {
	t.Helper()
	system, setup := actor.NewSystem("test"), id.New[id.CardSetupKind]()
	if _, err := h.Cards.Begin(t.Context(), system, h.here.account, setup, ""); err != nil {
		t.Fatal(err)
	}
	s, err := h.Cards.Setup(t.Context(), setup)
	if err != nil {
		t.Fatal(err)
	}
	now, err := h.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Sandbox.Keep(t.Context(), s, sandbox.CardAction, now); err != nil { // good until January 2027
		t.Fatal(err)
	}
	last := time.Date(2027, time.January, 31, 12, 0, 0, 0, time.UTC)
	for days := 33; days >= -2; days-- {
		h.Offset.Set(time.Until(last.AddDate(0, 0, -days)))
		for range 2 {
			if err := h.Cards.Warn(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.deliver(t)
	told := map[string]int{}
	for _, m := range h.Mailbox.List() {
		if strings.HasPrefix(m.Subject, "Visa ending in 3184 ends on") {
			told[m.To]++
		}
	}
	if told["billing@here.example"] != 2 || told["readonly@here.example"] != 0 {
		t.Errorf("mails: %v", told)
	}
}
