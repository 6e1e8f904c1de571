package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// onMariaDB puts a house on a database of its own on a real server.
func onMariaDB(t *testing.T, cfg *config.Config) {
	t.Helper()
	server := testkit.MariaDBDatabase(t)
	cfg.Database.Driver = config.MySQL
	cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(server.Migrate), config.NewSecret(server.Read)
	cfg.Database.MigrateDSN = config.NewSecret(server.Migrate)
}

// eachHouse runs a test with the whole program over both databases.
func eachHouse(t *testing.T, change func(*config.Config), test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	for name, place := range map[string]func(*testing.T, *config.Config){
		"sqlite": func(*testing.T, *config.Config) {}, "mariadb": onMariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newHouse(t, func(c *config.Config) {
				change(c)
				place(t, c)
			}))
		})
	}
}

// visitors lets people into a house by its pages.
func (h *house) visitors() *site.Site {
	s := site.Around(&testkit.World{Reader: h.Reader, Offset: h.Offset}, h.handler, "http://localhost:8080",
		persons.DemoPassword)
	for _, role := range portalRoles() {
		s.Knows(role+"@here.example", persons.DemoSecret)
	}
	return s
}

// untilNoon lets the time pass until it is noon: nobody is reminded at night.
func (h *house) untilNoon(t *testing.T) {
	t.Helper()
	now, err := h.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noon := now.Truncate(24 * time.Hour).Add(12 * time.Hour)
	if noon.Before(now) {
		noon = noon.Add(24 * time.Hour)
	}
	h.Offset.Advance(noon.Sub(now))
}

// nextDay is what the jobs do on the next day.
func (h *house) nextDay(t *testing.T) {
	t.Helper()
	h.Offset.Advance(24 * time.Hour)
	for _, job := range []func() error{
		func() error { return h.Recurring.Work(t.Context()) },
		func() error { return h.Cards.Collect(t.Context()) },
		func() error { return h.Reminders.Work(t.Context()) },
	} {
		if err := job(); err != nil {
			t.Fatal(err)
		}
	}
	h.deliver(t)
}

func (h *house) state(t *testing.T, p place) hosting.State {
	t.Helper()
	s, err := h.Hosting.Service(t.Context(), actor.NewSystem("test"), p.account, p.service)
	if err != nil {
		t.Fatal(err)
	}
	return s.State
}

// reminded are the subjects of the mails to whoever pays that are about an invoice, the oldest first.
func (h *house) reminded(number string) (subjects []string) {
	for _, m := range h.Mailbox.List() {
		if m.To == "billing@here.example" && strings.Contains(m.Subject+m.Text, number) {
			subjects = append(subjects, m.Subject)
		}
	}
	slices.Reverse(subjects)
	return subjects
}

// R8, L1: from an unpaid invoice over its reminders to the service that stops, and from the payment on the pages to the
// service that runs again: all by the schedule, each step once, and in the account's log.
func TestFromOverdueToSuspendedToPaid(t *testing.T) {
	rules := func(c *config.Config) {
		c.Invoicing.Reminders, c.Invoicing.LateFee = []int{-3, 0, 7, 12}, ""
		c.Invoicing.SuspendAfter, c.Invoicing.SuspendNotice = 21, 7
	}
	eachHouse(t, rules, func(t *testing.T, h *house) {
		h.untilNoon(t)
		h.settleAll(t)
		invoice, number := h.bill(t)
		stopped := -1
		for day := 1; day <= 40; day++ {
			h.nextDay(t)
			if h.state(t, h.here) == hosting.Suspended && stopped < 0 {
				stopped = day
			}
		}
		// The day on which it is issued is day 0, and it is due on day 10.
		if stopped != 10+21 {
			t.Errorf("the service stopped on day %d", stopped)
		}
		said := h.reminded(number)
		want := []string{"Invoice " + number, "is due on", "is due today", "is overdue", "Last reminder", "Services stop on"}
		for i, part := range want {
			if len(said) != len(want) || !strings.Contains(said[i], part) {
				t.Fatalf("the mails are %q, want %q", said, want)
			}
		}
		if h.state(t, h.there) != hosting.Active {
			t.Error("the service of another account stopped")
		}
		h.paysLate(t, invoice)
		if h.state(t, h.here) != hosting.Active {
			t.Error("the service does not run again once its invoice is paid")
		}
		for action, times := range map[activity.Action]int{
			activity.InvoiceReminded: 4, activity.StopAnnounced: 1, activity.ArrearsStopped: 1, activity.ArrearsLifted: 1,
			activity.InvoicePaid: 1,
		} {
			page, err := h.Log.Page(t.Context(), id.AccountScope(h.here.account), activity.Filter{
				Action: action, Target: invoice.String(),
			})
			if err != nil || len(page.Entries) != times {
				t.Errorf("%s is in the log %d times, %v", action, len(page.Entries), err)
			}
		}
		for range 5 {
			h.nextDay(t)
		}
		if after := h.reminded(number); slices.ContainsFunc(after[len(said):], func(s string) bool {
			return strings.Contains(s, "overdue") || strings.Contains(s, "stop")
		}) {
			t.Errorf("whoever has paid is reminded: %q", after[len(said):])
		}
	})
}

// settleAll pays what the house was set up with, so that one invoice alone is looked at.
func (h *house) settleAll(t *testing.T) {
	t.Helper()
	for _, p := range []place{h.here, h.there} {
		in, err := h.Billing.ClientInvoice(t.Context(), actor.NewSystem("test"), p.account, p.invoice)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Billing.Make(t.Context(), actor.NewSystem("test"), p.account, billing.Move{
			Kind: "payment", Key: id.New[id.MoneyRequestKind](), Invoice: p.invoice, Method: billing.ByTransfer, Amount: in.Left,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	h.deliver(t)
}

// bill issues an invoice for the house's service, due in ten days.
func (h *house) bill(t *testing.T) (id.Invoice, string) {
	t.Helper()
	invoice := id.New[id.InvoiceKind]()
	now, err := h.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	number, err := h.Billing.Issue(t.Context(), actor.NewSystem("test"), h.here.account, billing.Draft{
		Key: invoice, About: "Hosting", Due: now.AddDate(0, 0, 10), Lines: []billing.Line{{
			Text: "Hosting", Service: h.here.service, Quantity: decimal.New(1, 0), Price: money.New(3000, money.GBP), Rate: 2000,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.deliver(t)
	return invoice, number
}

// paysLate is whoever pays, on the pages.
func (h *house) paysLate(t *testing.T, invoice id.Invoice) {
	t.Helper()
	v := h.visitors().Visit(t).SignIn("billing@here.example")
	page := "/accounts/" + h.here.account.String() + "/invoices/" + invoice.String()
	v.Get(page).Is(t, http.StatusOK).Says(t, "Overdue", "£36.00")
	v.Get(page+"/pay").Is(t, http.StatusOK)
	checkout := v.Submit(page+"/pay", nil).Is(t, http.StatusSeeOther).Location
	checkout = checkout[strings.Index(checkout, "/demo/"):]
	v.Get(checkout).Is(t, http.StatusOK)
	v.Submit(checkout, typed("card", "pays", "do", "pay")).Is(t, http.StatusOK)
	v.Get(page).Is(t, http.StatusOK).Says(t, "Paid")
	h.deliver(t)
}
