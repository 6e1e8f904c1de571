package accounts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

func guest(email, key string) accounts.Guest {
	return accounts.Guest{Email: email, Terms: role(key)}
}

// A7: several people are invited in one change: each gets an entry and a link of their own, on their own terms.
func TestSeveralAreInvitedAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		until := w.Now(t).Add(48 * time.Hour)
		list := []accounts.Guest{guest(ben, "billing"), guest(tess, "technical"), guest(adam, "auditor")}
		list[0].Message, list[2].Terms.EndsAt = "For the books", until
		who := h.as(t, olivia, account)
		if wrong, err := h.accounts.CheckGuests(t.Context(), who, account, list); err != nil || len(wrong) > 0 {
			t.Fatalf("%+v, %v", wrong, err)
		}
		if n := w.Count(t, "invitations", "state = 'open'"); n != 0 {
			t.Fatalf("looking at the list invited %d people", n)
		}
		if err := h.accounts.InviteAll(t.Context(), who, account, list); err != nil {
			t.Fatal(err)
		}
		said := map[string]bool{}
		for _, e := range h.entries(t, id.AccountScope(account)) {
			if e.Action == activity.ContactInvited {
				said[e.What.Label] = true
			}
		}
		for _, email := range []string{ben, tess, adam} {
			if !said[email] {
				t.Errorf("the invitation of %s has no entry: %v", email, said)
			}
			h.accept(t, email)
		}
		if m := h.mail(t, ben); m.Message != "For the books" || m.Token == h.mail(t, tess).Token {
			t.Errorf("the mail says %+v", m)
		}
		if c := h.contact(t, account, olivia, adam); c.Terms.Role != "auditor" || !c.Terms.EndsAt.Equal(until) {
			t.Errorf("Adam has %+v", c.Terms)
		}
	})
}

// Who cannot be invited is named by their place in the list; then nobody is invited, not even half of them.
func TestAListWithOneBadLineInvitesNobody(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		who := h.as(t, olivia, account)
		if err := h.accounts.Invite(t.Context(), who, account, carl, role("billing")); err != nil {
			t.Fatal(err)
		}
		list := []accounts.Guest{
			guest(ben, "billing"), guest("ben at northwind", "billing"), guest(olivia, "billing"), guest(carl, "billing"),
			guest(" BEN@northwind.example", "technical"), guest(tess, "boss"), guest(adam, "developer"),
			{Email: oscar, Message: "www.evil.example", Terms: role("billing")},
			{Email: "late@northwind.example", Terms: accounts.Terms{Role: "billing", EndsAt: w.Now(t).Add(-time.Hour)}},
		}
		want := []string{
			1: "name@example.com", 2: "is a contact", 3: "is invited already", 4: "number 1 of the list", 5: "Choose a role.",
			6: "Choose the services", 7: "Leave addresses of websites out.", 8: "still to come",
		}
		check := func(what string, wrong []fault.Field) {
			t.Helper()
			if len(wrong) != len(want)-1 {
				t.Fatalf("%s: %+v", what, wrong)
			}
			for i, f := range wrong {
				if at := accounts.GuestOf(f.Name); at != i+1 || !strings.Contains(f.Message, want[at]) {
					t.Errorf("%s: %+v, not %q", what, f, want[i+1])
				}
			}
		}
		wrong, err := h.accounts.CheckGuests(t.Context(), who, account, list)
		if err != nil {
			t.Fatal(err)
		}
		check("looked at", wrong)
		refused, ok := fault.As(h.accounts.InviteAll(t.Context(), who, account, list))
		if !ok {
			t.Fatal("a list with bad lines was sent")
		}
		check("sent", refused.Fields)
		if n := w.Count(t, "invitations", "state = 'open'"); n != 1 {
			t.Errorf("%d are invited", n)
		}
	})
}

// A3: one line that reaches above the asker refuses the whole list, and the refusal is recorded.
func TestNobodyInvitesAListAboveTheirOwn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, adam, role("administrator"))
		h.join(t, account, olivia, ben, role("billing"))
		who := h.as(t, adam, account)
		list := []accounts.Guest{guest(tess, "billing"), guest(oscar, access.RoleOwner)}
		wrong, err := h.accounts.CheckGuests(t.Context(), who, account, list)
		if err != nil || len(wrong) != 1 || accounts.GuestOf(wrong[0].Name) != 1 ||
			!strings.Contains(wrong[0].Message, "further than your own") {
			t.Errorf("%+v, %v", wrong, err)
		}
		kindIs(t, "an owner in the list", h.accounts.InviteAll(t.Context(), who, account, list), fault.KindDenied)
		if n := w.Count(t, "invitations", "state = 'open'"); n != 0 {
			t.Errorf("%d are invited", n)
		}
		refusals := 0
		for _, e := range h.entries(t, id.AccountScope(account)) {
			if e.Outcome == activity.RefusedResult {
				refusals++
			}
		}
		if refusals == 0 {
			t.Error("the refusal is not in the log")
		}
		clerk := h.as(t, ben, account)
		kindIs(t, "by somebody who may not", h.accounts.InviteAll(t.Context(), clerk, account, list[:1]), fault.KindDenied)
		_, err = h.accounts.CheckGuests(t.Context(), clerk, account, list[:1])
		kindIs(t, "looked at by somebody who may not", err, fault.KindDenied)
	})
}

// D2: how many people can be invited at one go, in an hour and in a day.
func TestInvitationsAreBounded(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		next := 0
		several := func(n int) (list []accounts.Guest) {
			for range n {
				next++
				list = append(list, guest(fmt.Sprintf("guest%d@northwind.example", next), "billing"))
			}
			return list
		}
		send := func(list []accounts.Guest) error {
			h.tokens[olivia] = "" // the proof is as recent as it has to be
			return h.accounts.InviteAll(t.Context(), h.as(t, olivia, account), account, list)
		}
		kindIs(t, "51 at one go", send(several(51)), fault.KindInvalid)
		kindIs(t, "nobody", send(nil), fault.KindInvalid)
		for _, n := range []int{50, 49} { // the owner's own invitation is among the hundred
			kindIs(t, "up to the bound of an hour", send(several(n)), "")
		}
		kindIs(t, "one too many in an hour", send(several(1)), fault.KindLimited)
		err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, tess, role("billing"))
		kindIs(t, "alone, too", err, fault.KindLimited)
		w.Offset.Advance(time.Hour + time.Second)
		for range 2 {
			kindIs(t, "in the next hour", send(several(50)), "")
		}
		w.Offset.Advance(time.Hour + time.Second)
		kindIs(t, "one too many in a day", send(several(1)), fault.KindLimited)
		w.Offset.Advance(24 * time.Hour)
		kindIs(t, "the next day", send(several(1)), "")
	})
}
