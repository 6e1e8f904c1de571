package app_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
)

// text is the last mail to somebody whose subject begins so.
func (h *house) text(t *testing.T, to, subject string) string {
	t.Helper()
	h.deliver(t)
	text := ""
	for _, m := range h.Mailbox.List() {
		if m.To == to && strings.HasPrefix(m.Subject, subject) {
			text = m.Text
		}
	}
	return text
}

// S14: where the provider wants it, the mail about an invoice carries a link that pays it without a sign-in, on the
// configured host; where not, it carries none.
func TestAnInvoicesMailCarriesAPaymentLink(t *testing.T) {
	t.Parallel()
	for _, wanted := range []bool{true, false} {
		h := newHouse(t, func(c *config.Config) { c.PayLinkInMails = wanted })
		text := h.text(t, "owner@here.example", "Invoice ")
		link := regexp.MustCompile(`http://localhost:8080(/pay/[\w-]{43})`).FindStringSubmatch(text)
		if (link != nil) != wanted || text == "" {
			t.Fatalf("wanted %v, and the mail says %s", wanted, text)
		}
		if !wanted {
			continue
		}
		res, page := h.send("nobody", http.MethodGet, link[1], nil)
		if res.StatusCode != http.StatusOK || !strings.Contains(page, "£94.80") || strings.Contains(page, "1 Quay") {
			t.Errorf("the link leads to %d %s", res.StatusCode, page)
		}
	}
}

// R8: whoever pays is told that the card on file did not, with the way on; nobody else is.
func TestWhoeverPaysIsToldOfACardThatDidNot(t *testing.T) {
	t.Parallel()
	for card, subject := range map[string]string{
		sandbox.CardDeclines: "Your card was declined", sandbox.CardAction: "Your bank asks you to confirm",
	} {
		h := newHouse(t, func(*config.Config) {})
		setup, system := id.New[id.CardSetupKind](), actor.NewSystem("test")
		if _, err := h.Cards.Begin(t.Context(), system, h.here.account, setup, ""); err != nil {
			t.Fatal(err)
		}
		s, err := h.Cards.Setup(t.Context(), setup)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Sandbox.Keep(t.Context(), s, card, h.now(t)); err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(15 * 24 * time.Hour)
		if err := h.Cards.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		told := h.written(t, subject)
		if !slices.Contains(told, "billing@here.example") || slices.Contains(told, "technical@here.example") ||
			slices.Contains(told, "owner@there.example") {
			t.Errorf("%s: %v are told", subject, told)
		}
		text := h.text(t, "billing@here.example", subject)
		pay := "http://localhost:8080/accounts/" + h.here.account.String() + "/invoices/" + h.here.invoice.String() + "/pay"
		if !strings.Contains(text, pay) || !strings.Contains(text, "Visa ending in") {
			t.Errorf("%s: the mail says %s", subject, text)
		}
	}
}
