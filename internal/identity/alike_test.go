package identity_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// seen is what can be told from outside of how an address was treated.
type seen struct {
	texts, answer string
	hashes        int64
}

func (h house) watch(t testing.TB, try func(ctx context.Context) error) seen {
	t.Helper()
	var texts []string
	ctx := db.Watch(t.Context(), func(text string, _ []any) { texts = append(texts, text) })
	before := h.people.Hashes()
	err := try(ctx)
	s := seen{texts: strings.Join(texts, "\n"), hashes: h.people.Hashes() - before}
	if f, ok := fault.As(err); ok {
		s.answer = fmt.Sprint(f.Kind, f.Fields)
	} else if err != nil {
		t.Fatal(err)
	}
	return s
}

// S5: word for word the same statements, one hash and the same answer for every address: with and without a second
// factor, disabled, locked by its owner, of nobody; in a new browser and in one that stands in for the second step; as
// long as tries are free and once the way in is shut. The same holds for asking for a new password.
func TestEveryAddressIsTreatedAlike(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, _, browser := remembered(t, h)
		h.create(t, "tess@northwind.example", "Tess Lindqvist", false)
		dora := h.create(t, "dora@northwind.example", "Dora", false)
		lena := h.create(t, "lena@northwind.example", "Lena", false)
		if err := h.people.Disable(t.Context(), actor.NewShell("root"), dora); err != nil {
			t.Fatal(err)
		}
		link := h.alerted(t, h.signIn(t, "lena@northwind.example", ""), alerts.NewDevice, "")
		if err := h.people.NotMe(t.Context(), stranger(), link, ""); err != nil {
			t.Fatal(err)
		}
		if w.Count(t, "persons", "id = ? AND password_hash IS NULL", lena.Bytes()) != 1 || lena == (id.Person{}) {
			t.Fatal("Lena has not locked her sign-in")
		}
		emails := []string{
			oliviasEmail, "tess@northwind.example", "dora@northwind.example", "lena@northwind.example",
			"nobody@northwind.example", "no address at all",
		}
		alike := func(what string, hashes int64, try func(ctx context.Context, email string) error) {
			t.Helper()
			var first seen
			for i, email := range emails {
				s := h.watch(t, func(ctx context.Context) error { return try(ctx, email) })
				if i == 0 {
					first = s
				}
				if s != first || s.hashes != hashes {
					t.Errorf("%s: %s is seen as %+v, %s as %+v", what, emails[0], first, email, s)
				}
			}
		}
		signIn := func(who actor.Actor) func(ctx context.Context, email string) error {
			return func(ctx context.Context, email string) error {
				_, err := h.people.SignIn(ctx, who, email, wrong)
				return err
			}
		}
		alike("a new browser", 1, signIn(newcomer()))
		alike("a remembered browser", 1, signIn(in(browser)))
		for range 3 {
			alike("on the way to the limit", 1, signIn(newcomer()))
		}
		alike("shut", 1, signIn(newcomer()))
		alike("shut, in a remembered browser", 1, signIn(in(browser)))
		alike("a new password", 1, func(ctx context.Context, email string) error {
			return h.people.ForgotPassword(ctx, fromNetwork(7), email)
		})
		alike("a link that leads nowhere", 0, func(ctx context.Context, _ string) error {
			return h.people.ResetPassword(ctx, fromNetwork(8), strings.Repeat("A", 43), newPassphrase)
		})
	})
}
