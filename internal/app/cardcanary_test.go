package app_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"testing"
	"time"

	"gatehouse/internal/billing/stripe"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/testkit/site"
	fake "gatehouse/internal/testkit/stripe"
)

// till is a house that takes payments by a stand-in for Stripe, whose every answer names a card's number.
type till struct {
	*house
	stripe *fake.Server
	told   int // notices that were delivered
	pages  bytes.Buffer
}

func newTill(t *testing.T, log *slog.Logger, change func(*config.Config)) *till {
	t.Helper()
	const key, secret, account = "sk_test_51abcdefghijklmnop", "whsec_abcdefghijklmnopqrstuvwxyz012345", "acct_1Harbour"
	l := &till{}
	l.stripe = fake.New(t, fake.Options{
		Key: key, Secret: secret, Account: account, Version: stripe.Version, Now: func() time.Time {
			if l.house == nil {
				return time.Now()
			}
			return time.Now().Add(l.Offset.Get())
		},
	})
	l.house = newHouseLogging(t, log, func(c *config.Config) {
		c.Gateway = config.Gateway{
			Kind: config.Stripe, SecretKey: config.NewSecret(key), WebhookSecret: config.NewSecret(secret), Account: account,
			StandIn: l.stripe.URL,
		}
		change(c)
	})
	return l
}

// hears delivers the notices that were made since the last time, signed now.
func (l *till) hears(t *testing.T) {
	t.Helper()
	all := l.stripe.Notices()
	for _, n := range all[l.told:] {
		r := httptest.NewRequest(http.MethodPost, "http://localhost:8080/webhooks/stripe", bytes.NewReader(n.Body))
		r.Header = l.stripe.Sign(n.Body, time.Now().Add(l.Offset.Get()))
		rec := httptest.NewRecorder()
		l.handler.ServeHTTP(rec, r)
		if rec.Code >= http.StatusBadRequest {
			t.Errorf("a notice was answered %d: %s", rec.Code, rec.Body)
		}
		l.pages.Write(rec.Body.Bytes())
	}
	l.told = len(all)
	l.deliver(t)
}

// sees keeps the pages that somebody looks at.
func (l *till) sees(t *testing.T, v *site.Visitor, addresses ...string) {
	t.Helper()
	for _, at := range addresses {
		l.pages.Write(v.Get(at).Is(t, http.StatusOK).Body)
	}
}

// pays gives cards, pays by one on the page, has one pay by itself and another declined.
func (l *till) pays(t *testing.T) {
	t.Helper()
	base := "/accounts/" + l.here.account.String()
	invoice := base + "/invoices/" + l.here.invoice.String()
	v := l.visitors().Visit(t).SignIn("billing@here.example")
	give := func(bank fake.Bank) {
		v.Get(base+"/payment-methods").Is(t, http.StatusOK)
		to := v.Submit(base+"/payment-methods", nil).Is(t, http.StatusSeeOther).Location
		l.stripe.Give(path.Base(to), bank)
		l.hears(t)
	}
	give(fake.Pays)
	v.Get(invoice + "/pay")
	to := v.Submit(invoice+"/pay", typed("amount", "10.00")).Is(t, http.StatusSeeOther).Location
	l.stripe.Decline(path.Base(to))
	l.hears(t)
	l.stripe.Pay(path.Base(to))
	l.hears(t)
	l.stripe.Answer(fake.Declines)
	l.Offset.Advance(15 * 24 * time.Hour)
	for _, bank := range []fake.Bank{fake.Declines, fake.Asks, fake.Pays} {
		l.stripe.Answer(bank)
		if err := l.Cards.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.hears(t)
		l.Offset.Advance(4 * 24 * time.Hour)
	}
	if err := l.Inquiries.Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Papers.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	who := l.visitors().Visit(t).SignIn("owner@here.example")
	l.sees(t, who, base, base+"/invoices", invoice, base+"/payment-methods", base+"/statement", base+"/activity",
		base+"/statement/csv", invoice+"/pdf")
}

// TestCardDataIsNowhere puts a card's number into every answer of the payment provider, and looks for it in the
// server's log, the mails, the messages, the database and the pages (P1, L5).
func TestCardDataIsNowhere(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(*testing.T, *config.Config){
		"sqlite": func(*testing.T, *config.Config) {}, "mariadb": onMariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := &lockedBuffer{}
			var cfg *config.Config
			log := slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
			l := newTill(t, log, func(c *config.Config) {
				place(t, c)
				cfg = c
			})
			l.pays(t)
			if n := l.stripe.Kept(); n != 1 || l.stripe.Taken() == 0 {
				t.Fatalf("%d cards are kept, and %d was taken: nothing to look for", n, l.stripe.Taken())
			}
			secrets := map[string]string{
				"card’s number": fake.Canary, "card’s number, spaced": "4000 0566 5566 5556",
				"card’s number, dashed": "4000-0566-5566-5556", "middle of the card’s number": fake.Canary[4:14],
			}
			var mails bytes.Buffer
			for _, m := range l.Mailbox.List() {
				mails.WriteString(m.To + m.Subject + m.Text + m.HTML)
			}
			look(t, "the log", out.b.Bytes(), secrets)
			look(t, "the mails", mails.Bytes(), secrets)
			look(t, "the pages", l.pages.Bytes(), secrets)
			if name == "mariadb" {
				look(t, "the dump", dump(t, cfg.Database.MigrateDSN.Reveal()), secrets)
			} else {
				look(t, "the database’s files", databaseFiles(t, cfg.Database.WriteDSN.Reveal()), secrets)
			}
		})
	}
}
