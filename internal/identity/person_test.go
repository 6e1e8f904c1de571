package identity_test

import (
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/migrations"
)

func TestOnePersonAnAddress(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		again, err := h.people.Prepare(t.Context(), persons.NewPerson{
			Email: "OLIVIA@northwind.example", Name: "Another", Password: passphrase,
		})
		if err != nil {
			t.Fatal(err)
		}
		kindIs(t, h.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return h.people.CreatePerson(tx, g, again)
		}), fault.KindConflict)
		if n := w.Count(t, "heads", "chain = ?", again.Person()); n != 0 {
			t.Fatal("a chain was opened for nobody")
		}
	})
}

// Only an operator disables and reopens; a person of the provider's clients is refused.
func TestDisablingNeedsThePermission(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	person := h.olivia(t)
	who := h.signIn(t, oliviasEmail, "")
	if err := h.people.Disable(t.Context(), who, person); fault.KindOf(err) != fault.KindDenied {
		t.Fatalf("%v", err)
	}
}

func TestTheDemosSecret(t *testing.T) { // C2
	t.Parallel()
	dir := t.TempDir() + "/keys"
	if _, err := secretbox.Create(dir, secretbox.Demo()); err != nil {
		t.Fatal(err)
	}
	cfg := db.Config{Dialect: db.SQLite, Path: t.TempDir() + "/demo.db", Relaxed: true}
	if _, err := db.Migrate(t.Context(), cfg, migrations.Files()); err != nil {
		t.Fatal(err)
	}
	h := open(testkit.Open(t, cfg, dir))
	n, err := h.people.Prepare(t.Context(), persons.NewPerson{
		Email: oliviasEmail, Name: "Olivia Marsh", Password: persons.DemoPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	err = h.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		created, err := h.people.CreatePerson(tx, g, n)
		if err != nil {
			return gate.Entry{}, err
		}
		added, err := h.people.AddDemoTOTP(tx, g, n.Person())
		return created.And(added), err
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, persons.DemoPassword)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.people.SecondFactor(t.Context(), stranger(), out.Half, factors.Code(h.code(t, persons.DemoSecret)))
	if err != nil {
		t.Fatal(err)
	}
	production := open(testkit.NewSQLite(t))
	_, err = production.people.Prepare(t.Context(), persons.NewPerson{
		Email: oliviasEmail, Name: "Olivia Marsh", Password: persons.DemoPassword,
	})
	kindIs(t, err, fault.KindInvalid)
}

// L4, I7: a name cannot turn a line of the log or of a mail round, or begin another.
func TestNamesTurnNothingRound(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Olivia \u202ehsraM", "Olivia\u2066 Marsh", "Olivia\x00", "Ol\u200bivia"} {
		if got, err := persons.ParseName(name); err == nil {
			t.Errorf("%q was taken as %q", name, got)
		}
	}
	for _, email := range []string{"oliv\u202eia@northwind.example", "oliv\u200bia@northwind.example"} {
		if got, err := persons.ParseEmail(email); err == nil {
			t.Errorf("%q was taken as %q", email, got)
		}
	}
	h := open(testkit.NewSQLite(t))
	h.olivia(t)
	who := h.signIn(t, oliviasEmail, "")
	for _, name := range []string{"Phone\r\nSeen: nothing", "Ph\u202eone", "\xff"} {
		_, err := h.people.StartTOTP(t.Context(), who, name)
		kindIs(t, err, fault.KindInvalid)
	}
}
