package app_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
)

// Money that goes back, or does not arrive, is told to those who pay; what failed or left unasked to the billing
// department and the administrators. Nobody else learns of either.
func TestWhoIsToldOfMoneyThatGoesBack(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, whoIsToldOfMoneyThatGoesBack)
}

func whoIsToldOfMoneyThatGoesBack(t *testing.T, h *house) {
	t.Helper()
	account, invoice, five := h.here.account, h.here.invoice, money.New(500, money.GBP)
	news := billing.RefundNews{
		Account: account, Invoice: invoice, Number: "2026-0001", Amount: five, To: "Visa ending 4242",
	}
	lost := news
	lost.Failed = true
	messages := []outbox.Message{
		{Kind: billing.MailRefund, Key: "sent", Payload: news},
		{Kind: billing.MailRefund, Key: "lost", Payload: lost},
		{Kind: billing.MailRefundFailed, Key: "failed", Payload: billing.RefundReturned{
			Account: account, Invoice: invoice, Number: "2026-0001", Amount: five, Gateway: "stripe", Reason: "expired card",
		}},
		{Kind: billing.MailUnasked, Key: "unasked", Payload: billing.Unasked{
			Account: account, Invoice: invoice, Number: "2026-0001", Amount: five, Gateway: "stripe", Claimed: true,
		}},
		{Kind: billing.MailUnasked, Key: "unasked-over", Payload: billing.Unasked{
			Account: account, Invoice: invoice, Number: "2026-0001", Amount: five, Gateway: "stripe", Claimed: true, Kept: true,
		}},
		{Kind: billing.MailUnasked, Key: "unasked-lost", Payload: billing.Unasked{
			Account: account, Invoice: invoice, Number: "2026-0001", Amount: five, Gateway: "stripe", Claimed: true, Lost: true,
		}},
	}
	err := h.Writer.Do(t.Context(), func(tx *db.Tx) error {
		for _, m := range messages {
			if err := h.Outbox.Enqueue(tx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.deliver(t)
	told := map[string][]string{}
	for _, m := range h.Mailbox.List() {
		if strings.Contains(m.Text, "£5.00") {
			told[m.To] = append(told[m.To], m.Subject)
		}
	}
	for to, n := range map[string]int{
		"owner@here.example": 2, "billing@here.example": 2, "technical@here.example": 0, "owner@there.example": 0,
		"billing@harbour.example": 4, "administrator@harbour.example": 4, "support@harbour.example": 0,
		"technical@harbour.example": 0,
	} {
		if len(told[to]) != n {
			t.Errorf("%s is told %q, want %d", to, told[to], n)
		}
	}
	for _, subject := range []string{"£5.00 is on its way back to you", "Your refund of £5.00 did not arrive"} {
		if !slices.Contains(told["billing@here.example"], subject) {
			t.Errorf("the bookkeeper is not told %q but %q", subject, told["billing@here.example"])
		}
	}
	for _, about := range []string{"Claimed back by the bank", "Claim turned down", "Claim lost"} {
		if !slices.ContainsFunc(told["billing@harbour.example"], func(s string) bool { return strings.HasPrefix(s, about) }) {
			t.Errorf("the billing department is not told %q but %q", about, told["billing@harbour.example"])
		}
	}
}
