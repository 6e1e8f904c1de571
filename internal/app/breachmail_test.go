package app_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/platform/config"
)

// Those who run a service are told at once that it was broken into and what to do, whatever mails they chose; those who
// only pay, and other accounts, are not.
func TestABreachIsToldToThoseWhoRunTheService(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		staff, account, service := actor.NewSystem("test"), h.here.account, h.here.service
		person, err := h.People.Find(t.Context(), actor.NewShell("root"), "technical@here.example")
		if err != nil {
			t.Fatal(err)
		}
		who := actor.Enter(actor.Details{Kind: actor.Person, Person: person, Name: "Tess"})
		if err := h.Notices.ChooseMine(t.Context(), who, account, nil); err != nil {
			t.Fatal(err)
		}
		err = h.Hosting.Disable(t.Context(), staff, account, service, hosting.Breach{
			Found: "wp-mail.php sends mails.", Todo: "Change the passwords.",
		})
		if err != nil {
			t.Fatal(err)
		}
		told := h.written(t, "here.example was broken into")
		for _, to := range []string{"owner@here.example", "technical@here.example", "administrator@here.example"} {
			if !slices.Contains(told, to) {
				t.Errorf("%s is not told: %v", to, told)
			}
		}
		for _, to := range []string{"billing@here.example", "auditor@here.example", "owner@there.example"} {
			if slices.Contains(told, to) {
				t.Errorf("%s is told", to)
			}
		}
		for _, m := range h.Mailbox.List() {
			if m.To == "technical@here.example" && strings.Contains(m.Subject, "broken into") &&
				!(strings.Contains(m.Text, "What to do now: Change the passwords.") && strings.Contains(m.Text, "wp-mail.php")) {
				t.Errorf("it reads:\n%s", m.Text)
			}
		}
	})
}
