package app_test

import (
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
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
