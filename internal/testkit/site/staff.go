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
