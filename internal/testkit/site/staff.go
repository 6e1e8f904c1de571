package site

import (
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/identity/persons"
)

// The provider's people. All have a code app.
const (
	Sam  = "sam@harbour.example"  // support
	Bea  = "bea@harbour.example"  // billing
	Tom  = "tom@harbour.example"  // technical
	Dana = "dana@harbour.example" // privacy
	Root = "root@harbour.example" // administrator
)

// Staff gives somebody a seat in a department, and a code app.
func (s *Site) Staff(t testing.TB, email, name, department string) {
	t.Helper()
	_, err := s.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: email, Name: name, Password: Passphrase,
	}, department)
	if err != nil {
		t.Fatal(err)
	}
	s.enrol(t, email)
}

// AllStaff brings one of each department in.
func (s *Site) AllStaff(t testing.TB) {
	t.Helper()
	s.Staff(t, Sam, "Sam Doyle", "support")
	s.Staff(t, Bea, "Bea Novak", "billing")
	s.Staff(t, Tom, "Tom Adeyemi", "technical")
	s.Staff(t, Dana, "Dana Reyes", "privacy")
	s.Staff(t, Root, "Robin Hale", "administrator")
}

// Why is what staff say in tests, who are asked why they look at a client.
const Why = "They rang about their invoice"

// Asked says whether staff were asked why they look at a client, instead of being shown them.
func (p *Page) Asked() bool { return p.Doc.Find(`form[action^="/staff/reason/"]`).Length() > 0 }

// Say gives the reason that the visitor is asked for, and goes on.
func (v *Visitor) Say(why string) *Page {
	v.t.Helper()
	action := v.Page.Doc.Find(`form[action^="/staff/reason/"]`).First().AttrOr("action", "")
	if action == "" {
		v.t.Fatalf("%s asks for no reason: %s", v.Page.Path, v.Page.Text)
	}
	return v.Submit(action, Form("code", "asked", "why", why))
}

// Reticent is the same browser of somebody who does not say by themselves why they look at a client.
func (v *Visitor) Reticent() *Visitor {
	other := *v
	other.reticent = true
	return &other
}
