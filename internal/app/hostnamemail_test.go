package app_test

import (
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/config"
)

// Mails speak of a domain as people write it, and not in the form in which it is kept.
func TestMailsNameADomainAsItIsWritten(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		staff := actor.NewSystem("test")
		beside, err := h.Hosting.Service(t.Context(), staff, h.here.account, h.here.service)
		if err != nil {
			t.Fatal(err)
		}
		service, err := h.Hosting.CreateService(t.Context(), staff, h.here.account, hosting.NewService{
			Server: beside.Server.ID, Plan: "Business Hosting 20", Domain: "müller.example",
			Price: money.New(7900, money.GBP), Period: hosting.Monthly,
		})
		if err == nil {
			err = h.Hosting.Suspend(t.Context(), staff, h.here.account, service, "Overdue.")
		}
		if err == nil {
			err = h.Hosting.Restore(t.Context(), staff, h.here.account, service)
		}
		if err == nil {
			err = h.Hosting.Disable(t.Context(), staff, h.here.account, service, hosting.Breach{
				Found: "wp-mail.php sends mails.", Todo: "Change the passwords.",
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, subject := range []string{
			"müller.example is stopped", "müller.example runs again", "müller.example was broken into",
		} {
			if len(h.written(t, subject)) == 0 {
				t.Errorf("nobody is mailed %q", subject)
			}
		}
		for _, m := range h.Mailbox.List() {
			if strings.Contains(m.Subject+m.Text, "xn--") {
				t.Errorf("a mail reads:\n%s\n%s", m.Subject, m.Text)
			}
		}
	})
}

// So do the mails about a request, and those about a name itself: that it is changed, and that it runs out.
func TestMailsOfRequestsAndNamesAreReadable(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		staff, account, domain := actor.NewSystem("test"), h.here.account, id.New[id.DomainKind]()
		now, err := h.Reader.Now(t.Context())
		h.must(t, err)
		product, err := h.Orders.AddProduct(t.Context(), staff, orders.NewProduct{
			Name: "Harbour Small", Price: money.New(500, money.GBP), Period: hosting.Monthly,
		})
		h.must(t, err)
		_, err = h.Orders.Ask(t.Context(), h.who(t, "owner@here.example", account), account, orders.Wish{
			Key: id.New[id.OrderKind](), Product: product, Domain: "müller.example",
		})
		h.must(t, err)
		const kept = "xn--mller-kva.example"
		h.must(t, h.DemoRegistrar.Register(kept, domains.Registration{
			Expires: now.AddDate(0, 0, 20), Nameservers: []string{"ns1.harbour.example", "ns2.harbour.example"},
		}))
		h.must(t, h.Domains.Add(t.Context(), staff, account, domains.Addition{
			Key: domain, Name: kept, Registrar: demoregistrar.Name, Service: h.here.service,
		}))
		h.must(t, h.Domains.Ask(t.Context(), staff, account, domain, domains.Wish{
			Key: id.New[id.DomainChangeKind](), Version: 1, Kind: domains.Lock, On: true,
		}))
		h.must(t, h.Domains.Remind(t.Context()))
		for _, subject := range []string{
			"We have your request: ", "The lock of müller.example will change", "müller.example runs out on",
		} {
			if len(h.written(t, subject)) == 0 {
				t.Errorf("nobody is mailed %q", subject)
			}
		}
		for _, m := range h.Mailbox.List() {
			asks := strings.HasPrefix(m.Subject, "We have your request")
			if strings.Contains(m.Subject+m.Text, "xn--") || asks && !strings.Contains(m.Subject, "müller.example") {
				t.Errorf("a mail reads:\n%s\n%s", m.Subject, m.Text)
			}
		}
	})
}
