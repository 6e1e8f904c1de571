package app_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/platform/config"
	serverstatus "gatehouse/internal/status"
)

// Whoever has services on the servers of an incident is told: the people whose role may see services, unless they have
// switched these mails off. Nobody else is, and nobody twice.
func TestThoseWhomAnIncidentTouchesAreTold(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		who := actor.NewSystem("test")
		contacts, err := h.Accounts.Contacts(t.Context(), who, h.here.account, id.Membership{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range contacts.Contacts {
			if c.Email == "technical@here.example" {
				if err := h.Notices.ChooseFor(t.Context(), who, h.here.account, c.ID, []notices.Kind{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		s, err := h.Hosting.Service(t.Context(), who, h.here.account, h.here.service)
		if err != nil {
			t.Fatal(err)
		}
		gannet, err := h.Hosting.CreateServer(t.Context(), who, hosting.NewServer{
			Name: "gannet", Panel: hosting.NoPanel, Host: "gannet.harbour.example",
		})
		if err != nil {
			t.Fatal(err)
		}
		opened := map[string]id.Incident{}
		for name, server := range map[string]id.Server{"tern": s.Server.ID, "gannet": gannet, "the portal": {}} {
			part, err := h.Status.AddComponent(t.Context(), who, serverstatus.NewComponent{
				Name: name, Kind: serverstatus.None, Server: server,
			})
			if err != nil {
				t.Fatal(err)
			}
			opened[name], err = h.Status.Open(t.Context(), who, serverstatus.NewIncident{
				Sort: serverstatus.Fault, Title: name + " is slow", Text: "We look.", Impact: serverstatus.Slow,
				Components: []id.Component{part},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for range 6 {
			if _, err := h.Outbox.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		var told []string
		for _, m := range h.Mailbox.List() {
			if strings.HasPrefix(m.Subject, "Incident: ") {
				told = append(told, m.To)
				if m.Subject != "Incident: tern is slow" ||
					!strings.Contains(m.Text, h.Config.PublicURL.String()+"/status/incidents/"+opened["tern"].String()) {
					t.Errorf("%s was told %q:\n%s", m.To, m.Subject, m.Text)
				}
			}
		}
		slices.Sort(told)
		want := []string{
			"administrator@here.example", "auditor@here.example", "developer@here.example", "owner@here.example",
			"owner@there.example", "support@here.example", "target@here.example",
		}
		told = slices.DeleteFunc(told, func(to string) bool { return to == "target@here.example" })
		want = slices.DeleteFunc(want, func(to string) bool { return to == "target@here.example" })
		if !slices.Equal(told, want) {
			t.Errorf("told were %v, want %v", told, want)
		}
	})
}
