package accounts_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// seen is what can be told from outside of how an address was treated.
type seen struct {
	texts, answer string
	hashes        int64
}

// accepting says how the acceptance of an invitation by somebody who is not signed in looks from outside.
func (h *house) accepting(t testing.TB, token string) seen {
	t.Helper()
	who := stranger(t, h)
	var texts []string
	ctx := db.Watch(t.Context(), func(text string, _ []any) { texts = append(texts, text) })
	before := h.people.Hashes()
	_, err := h.accounts.Accept(ctx, who, token, accounts.Acceptance{Name: "Ben", Password: passphrase})
	s := seen{texts: strings.Join(texts, "\n"), hashes: h.people.Hashes() - before}
	if f, ok := fault.As(err); ok {
		s.answer = string(f.Kind) + ": " + f.Message
	} else if err != nil {
		t.Fatal(err)
	}
	return s
}

// S5: accepting makes exactly one hash. A link that leads nowhere makes none, with the same statements and the same
// answer whether its address has a sign-in or not: whoever finds an old mail learns nothing from it.
func TestDeadInvitationsLookAlike(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.account(t, "Copperfield", carl) // has a sign-in, and is no contact of Northwind
		invite := func(email string) string {
			t.Helper()
			err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, email, role("billing"))
			if err != nil {
				t.Fatal(err)
			}
			return h.mail(t, email).Token
		}
		withdraw := func() {
			t.Helper()
			list, err := h.accounts.Invitations(t.Context(), h.as(t, olivia, account), account)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				if err := h.accounts.Withdraw(t.Context(), h.as(t, olivia, account), account, p.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		known, unknown := invite(carl), invite(adam)
		withdraw()
		k, u := h.accepting(t, known), h.accepting(t, unknown)
		if k != u || k.hashes != 0 || !strings.Contains(k.answer, "withdrawn") {
			t.Errorf("withdrawn, of somebody known: %+v; of nobody: %+v", k, u)
		}
		used := invite(ben)
		if s := h.accepting(t, used); s.hashes != 1 || s.answer != "" {
			t.Errorf("accepting: %+v", s)
		}
		if s := h.accepting(t, used); s != k {
			t.Errorf("used: %+v; withdrawn: %+v", s, k)
		}
		known, unknown = invite(carl), invite(adam)
		w.Offset.Advance(7*24*time.Hour + time.Second)
		if s := h.accepting(t, known); s != k {
			t.Errorf("too old, of somebody known: %+v; withdrawn: %+v", s, k)
		}
		if s := h.accepting(t, unknown); s != k {
			t.Errorf("too old, of nobody: %+v; withdrawn: %+v", s, k)
		}
		one, other := h.accepting(t, known[1:]+"A"), h.accepting(t, unknown[1:]+"A")
		if one != other || one.hashes != 0 {
			t.Errorf("no such link: %+v and %+v", one, other)
		}
	})
}

// S5: whoever invites an address is told the same, after the same statements, whether it has a sign-in or not.
func TestInvitingTellsNobodyWhoExists(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.account(t, "Copperfield", carl)
		who := h.as(t, olivia, account)
		inviting := func(email string) seen {
			var texts []string
			ctx := db.Watch(t.Context(), func(text string, _ []any) { texts = append(texts, text) })
			before := h.people.Hashes()
			if err := h.accounts.Invite(ctx, who, account, email, role("billing")); err != nil {
				t.Fatal(err)
			}
			return seen{texts: strings.Join(texts, "\n"), hashes: h.people.Hashes() - before}
		}
		inviting(tess) // what is read once only is read now
		if known, unknown := inviting(carl), inviting(adam); known != unknown || known.hashes != 0 {
			t.Errorf("known: %+v; unknown: %+v", known, unknown)
		}
		for _, email := range []string{carl, adam} {
			err := h.accounts.Invite(t.Context(), who, account, email, role("billing"))
			fieldIs(t, email+" again", err, "email")
			if f, _ := fault.As(err); !strings.HasPrefix(f.Fields[0].Message, "This person is invited already.") {
				t.Errorf("%s again: %v", email, f.Fields)
			}
		}
		list, err := h.accounts.Invitations(t.Context(), h.as(t, olivia, account), account)
		if err != nil || len(list) != 3 || list[0].ID == (id.Invitation{}) {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
