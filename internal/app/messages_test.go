package app_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/config"
)

// TestEveryPayerGetsOneLetter has an invoice issued in an account where three people pay: each has a letter of their
// own, so that the trouble of one is not that of the others, and each letter is in the log once (R8).
func TestEveryPayerGetsOneLetter(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(*config.Config) {})
	const about = "Paper for three"
	_, err := h.Billing.Issue(t.Context(), actor.NewSystem("test"), h.here.account, billing.Draft{
		Key: id.New[id.InvoiceKind](), About: about, Due: h.now(t).Add(336 * time.Hour), Lines: []billing.Line{{
			Text: "Paper", Quantity: decimal.New(1, 0), Price: money.New(123, money.GBP), Rate: 2000,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := h.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]int{}
	for _, m := range h.Mailbox.List() {
		if strings.Contains(m.Text, about) {
			got[m.To]++
		}
	}
	want := map[string]int{"owner@here.example": 1, "administrator@here.example": 1, "billing@here.example": 1}
	if !maps.Equal(got, want) {
		t.Errorf("letters went to %v", got)
	}
	page, err := h.Log.Page(t.Context(), id.AccountScope(h.here.account), activity.Filter{Action: activity.MailSent})
	if err != nil {
		t.Fatal(err)
	}
	letters := 0
	for _, e := range page.Entries {
		if strings.Contains(e.What.Label, "£1.48") {
			letters++
		}
	}
	if letters != len(want) {
		t.Errorf("the log has %d entries of the letters", letters)
	}
}
