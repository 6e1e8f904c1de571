package accounts_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// at is who had which access at a moment, by the history.
func (h *house) at(t testing.TB, account id.Account, by string, moment time.Time) string {
	t.Helper()
	page, err := h.accounts.History(t.Context(), h.as(t, by, account), account, moment, moment.Add(time.Millisecond),
		id.Subject{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, p := range page.Rows {
		list = append(list, place(p.Contact.String(), p.RoleName, p.Suspended))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

func place(contact, role string, suspended bool) string {
	return fmt.Sprintf("%s %s %v", contact, role, suspended)
}

// byLog is the same by the log alone: every entry about a contact up to the moment, played from the oldest on.
func (h *house) byLog(t testing.TB, account id.Account, moment time.Time) string {
	t.Helper()
	type state struct {
		role      string
		suspended bool
	}
	now := map[string]*state{}
	entries := h.entries(t, id.AccountScope(account))
	for before := entries[len(entries)-1].Seq; before > 1; {
		page, err := h.Log.Page(t.Context(), id.AccountScope(account), activity.Filter{Before: before})
		if err != nil {
			t.Fatal(err)
		}
		entries, before = append(entries, page.Entries...), page.Entries[len(page.Entries)-1].Seq
	}
	for _, e := range slices.Backward(entries) {
		if e.Occurred.After(moment) || e.Outcome != activity.Success {
			continue
		}
		switch e.Action { //nolint:exhaustive // nothing else changes who has access
		case activity.ContactJoined:
			now[e.TargetID] = &state{}
		case activity.ContactSuspended, activity.ContactRestored:
			now[e.TargetID].suspended = e.Action == activity.ContactSuspended
		case activity.ContactRemoved:
			delete(now, e.TargetID)
		}
		if s := now[e.TargetID]; s != nil && (e.Action == activity.ContactJoined || e.Action == activity.ContactRoleChanged) {
			for _, c := range e.What.Changes {
				if c.Field == "role" {
					s.role = c.New
				}
			}
		}
	}
	var list []string
	for contact, s := range now {
		list = append(list, place(contact, s.role, s.suspended))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// The history says of every past moment what the log says, whatever happened in between.
func TestTheHistoryAgreesWithTheLog(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		people := []string{adam, ben, carl}
		for _, email := range people {
			h.join(t, account, olivia, email, role("billing"))
		}
		roles := []string{"billing", "technical", "auditor", "administrator", "owner", "support"}
		dice := rand.New(rand.NewPCG(7, 11)) // the same each time
		moments := []time.Time{}
		for range 60 {
			h.Offset.Advance(time.Duration(1+dice.IntN(3000)) * time.Minute)
			clear(h.tokens) // their sessions are over
			h.happens(t, account, people[dice.IntN(len(people))], roles[dice.IntN(len(roles))], dice.IntN(5))
			moments = append(moments, w.Now(t))
			h.Offset.Advance(time.Second)
		}
		changes := map[string]bool{}
		for _, moment := range moments {
			history, log := h.at(t, account, olivia, moment), h.byLog(t, account, moment)
			if history != log {
				t.Fatalf("at %s the history says\n%s\nand the log\n%s", moment, history, log)
			}
			changes[history] = true
		}
		if len(changes) < 15 {
			t.Errorf("only %d different states were compared", len(changes))
		}
		rows := w.Count(t, "memberships m", "NOT EXISTS (SELECT 1 FROM membership_history h WHERE h.membership_id = m.id "+
			"AND h.until_at IS NULL AND h.role = m.role AND h.suspended = m.suspended)")
		if rows != 0 {
			t.Errorf("%d contacts are not in the history as they are", rows)
		}
	})
}

// happens does one thing to somebody, if it can be done now.
func (h *house) happens(t testing.TB, account id.Account, email, role string, what int) {
	t.Helper()
	who := h.as(t, olivia, account)
	page, err := h.accounts.Contacts(t.Context(), who, account, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(page.Contacts, func(c accounts.Contact) bool { return c.Email == email })
	if at < 0 {
		h.join(t, account, olivia, email, accounts.Terms{Role: role})
		return
	}
	c := page.Contacts[at]
	switch what {
	case 0:
		err = h.accounts.Remove(t.Context(), who, account, c.ID)
	case 1:
		err = h.accounts.Suspend(t.Context(), who, account, c.ID)
	case 2:
		err = h.accounts.Restore(t.Context(), who, account, c.ID)
	default:
		err = h.accounts.ChangeRole(t.Context(), who, account, c.ID,
			accounts.RoleChange{Terms: accounts.Terms{Role: role}, Version: c.Version})
	}
	if err != nil && fault.KindOf(err) != fault.KindConflict {
		t.Fatal(err)
	}
}

// Access that ends by itself is in the history until then, and in it only for those who may see contacts.
func TestTheHistoryOfEndedAccess(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		ends := w.Now(t).Add(48 * time.Hour)
		h.join(t, account, olivia, ben, accounts.Terms{Role: "billing", EndsAt: ends})
		h.Offset.Advance(time.Hour)
		clear(h.tokens)
		kind := func(by string) fault.Kind {
			_, err := h.accounts.History(t.Context(), h.as(t, by, account), account, w.Now(t), w.Now(t), id.Subject{})
			return fault.KindOf(err)
		}
		if got := kind(ben); got != fault.KindDenied {
			t.Errorf("a billing contact reads the history: %q", got)
		}
		if before := h.at(t, account, olivia, ends.Add(-time.Second)); !strings.Contains(before, "Billing") {
			t.Errorf("before its end: %s", before)
		}
		if after := h.at(t, account, olivia, ends); strings.Contains(after, "Billing") {
			t.Errorf("at its end: %s", after)
		}
	})
}
