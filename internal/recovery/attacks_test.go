package recovery_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/recovery"
	"gatehouse/internal/testkit"
)

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) { test(t, open(t, w)) })
}

// S15: a password and a mailbox, however long one waits, open nothing; nor does a password that was reset by the
// mailbox.
func TestAMailboxAloneOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, token := h.waiting(t, priya)
		for range 5 {
			h.ripe(t)
		}
		if link := h.link(t, priya); link != "" || h.state(t, token) != recovery.Waiting {
			t.Fatalf("nobody approved, and %s, %q", h.state(t, token), link)
		}
		_, err := h.recovery.Open(t.Context(), stranger(), token)
		kindIs(t, "the link of the mailbox as the other", err, fault.KindNotFound)
		h.Offset.Advance(11 * 24 * time.Hour)
		if h.state(t, token) != recovery.Expired {
			t.Errorf("after a fortnight it is %s", h.state(t, token))
		}
		kindIs(t, "no half session", h.recovery.Ask(t.Context(), stranger(), "no half session"), fault.KindConflict)
	})
}

// S15: the owner of one account lets nobody into another; that one's owner does, later, and everybody is told.
func TestAnOwnerOpensTheirOwnAccountAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rec, token := h.waiting(t, priya)
		told, n := mail[recovery.OwnerMail](t, h, recovery.MailOwner, carl)
		if n != 1 || told.State != recovery.Waiting || told.About != "Priya" || told.AccountName != "Copperfield Cycles" {
			t.Errorf("Carl was told %d times: %+v", n, told)
		}
		if _, n := mail[alerts.Mail](t, h, alerts.MailAlert, priya); n == 0 {
			t.Error("Priya was not told")
		}
		kindIs(t, "for an account of somebody else's",
			h.recovery.DecideForAccount(t.Context(), h.who(t, olivia, h.copperfield), h.copperfield, rec, true),
			fault.KindNotFound)
		kindIs(t, "by an administrator",
			h.recovery.DecideForAccount(t.Context(), h.who(t, adam, h.northwind), h.northwind, rec, true), fault.KindDenied)
		who := h.who(t, olivia, h.northwind)
		h.Offset.Advance(11 * time.Minute)
		kindIs(t, "with a stale factor",
			h.recovery.DecideForAccount(t.Context(), who, h.northwind, rec, true), fault.KindStepUp)
		kindIs(t, "Olivia approves",
			h.recovery.DecideForAccount(t.Context(), h.who(t, olivia, h.northwind), h.northwind, rec, true), "")
		h.ripe(t)
		h.finish(t, priya)

		kindIs(t, "Northwind", h.enters(t, h.northwind), "")
		err := h.enters(t, h.copperfield)
		kindIs(t, "Copperfield", err, fault.KindDenied)
		if f, _ := fault.As(err); f == nil || f.Denial.Reason == "" || f.Denial.Verb == "" {
			t.Errorf("the refusal does not say whom to ask: %+v", f)
		}
		held, n := mail[recovery.OwnerMail](t, h, recovery.MailOwner, carl)
		if n != 2 || !held.Held || held.State != recovery.Done {
			t.Errorf("Carl was told %d times, last %+v", n, held)
		}
		for _, scope := range []id.Scope{id.AccountScope(h.copperfield), id.AccountScope(h.northwind), id.ProviderScope()} {
			if !h.has(t, scope, activity.RecoveryStarted) || !h.has(t, scope, activity.RecoveryDone) {
				t.Errorf("the log of %s lacks it", scope)
			}
		}
		kindIs(t, "Olivia again, for Copperfield",
			h.recovery.DecideForAccount(t.Context(), h.who(t, olivia, h.northwind), h.copperfield, rec, true),
			fault.KindNotFound)
		kindIs(t, "Priya for herself",
			h.recovery.DecideForAccount(t.Context(), h.who(t, priya, h.northwind), h.northwind, rec, true), fault.KindDenied)
		kindIs(t, "Carl approves",
			h.recovery.DecideForAccount(t.Context(), h.who(t, carl, h.copperfield), h.copperfield, rec, true), "")
		kindIs(t, "Copperfield, approved", h.enters(t, h.copperfield), "")
		if h.state(t, token) != recovery.Done || !h.has(t, id.AccountScope(h.copperfield), activity.AccessReleased) {
			t.Error("the log does not say that it is open again")
		}
	})
}

// S15, A10: two members of staff open everything; one of them twice does not, nor one who lost the right, nor
// themselves.
func TestTwoMembersOfStaffOpenEverything(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rec, _ := h.waiting(t, priya)
		kindIs(t, "billing", h.recovery.Decide(t.Context(), h.who(t, bea, id.Account{}), rec, true), fault.KindDenied)
		kindIs(t, "a contact", h.recovery.Decide(t.Context(), h.who(t, adam, id.Account{}), rec, true), fault.KindDenied)
		kindIs(t, "the operator, where two could",
			h.recovery.Decide(t.Context(), actor.NewShell("root"), rec, true), fault.KindConflict)
		kindIs(t, "Sam", h.recovery.Decide(t.Context(), h.who(t, sam, id.Account{}), rec, true), "")
		kindIs(t, "Sam twice", h.recovery.Decide(t.Context(), h.who(t, sam, id.Account{}), rec, true), fault.KindConflict)
		h.ripe(t)
		if h.link(t, priya) != "" {
			t.Fatal("one member of staff was enough")
		}
		kindIs(t, "Tia", h.recovery.Decide(t.Context(), h.who(t, tia, id.Account{}), rec, true), "")
		h.finish(t, priya)
		kindIs(t, "Northwind", h.enters(t, h.northwind), "")
		kindIs(t, "Copperfield", h.enters(t, h.copperfield), "")
	})
}

// S15: what an owner declined stays shut, whatever staff say; and staff of whom one lost the right are one too few.
func TestAnOwnersNoStands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rec, _ := h.waiting(t, priya)
		kindIs(t, "Carl declines",
			h.recovery.DecideForAccount(t.Context(), h.who(t, carl, h.copperfield), h.copperfield, rec, false), "")
		for _, email := range []string{sam, tia} {
			kindIs(t, email, h.recovery.Decide(t.Context(), h.who(t, email, id.Account{}), rec, true), "")
		}
		h.staff(t, root, "administrator")
		gone, err := h.people.Find(t.Context(), actor.NewShell("root"), tia)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.accounts.EndSeat(t.Context(), h.who(t, root, id.Account{}), gone); err != nil {
			t.Fatal(err)
		}
		h.ripe(t)
		if h.link(t, priya) != "" {
			t.Fatal("somebody who is no longer of the staff counted")
		}
		kindIs(t, "Root", h.recovery.Decide(t.Context(), h.who(t, root, id.Account{}), rec, true), "")
		h.finish(t, priya)
		kindIs(t, "Northwind", h.enters(t, h.northwind), "")
		kindIs(t, "Copperfield", h.enters(t, h.copperfield), fault.KindDenied)
	})
}

// S15: not a second too early; the operator is the second where there is one member of staff, and alone where none is.
func TestTheWaitingTimeAndTheOperator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, email := range []string{tia, bea} {
			person, err := h.people.Find(t.Context(), actor.NewShell("root"), email)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.accounts.EndSeat(t.Context(), actor.NewShell("root"), person); err != nil {
				t.Fatal(err)
			}
		}
		kindIs(t, "the operator asks", h.recovery.AskFor(t.Context(), actor.NewShell("root"), priya), "")
		m, _ := mail[recovery.LinkMail](t, h, recovery.MailProve, priya)
		kindIs(t, "proved", h.recovery.Prove(t.Context(), stranger(), m.Token), "")
		v, err := h.recovery.Status(t.Context(), m.Token)
		if err != nil || !v.PasswordSince.IsZero() {
			t.Fatalf("%+v, %v", v, err)
		}
		kindIs(t, "the operator", h.recovery.Decide(t.Context(), actor.NewShell("root"), v.ID, true), "")
		kindIs(t, "the operator twice",
			h.recovery.Decide(t.Context(), actor.NewShell("root"), v.ID, true), fault.KindConflict)
		kindIs(t, "Sam", h.recovery.Decide(t.Context(), h.who(t, sam, id.Account{}), v.ID, true), "")
		h.Offset.Set(h.Offset.Get() + v.WaitsUntil.Sub(h.Now(t)) - time.Second)
		if h.link(t, priya) != "" {
			t.Fatal("a second too early")
		}
		h.Offset.Advance(2 * time.Second)
		if h.link(t, priya) == "" {
			t.Fatal("a second after the end nothing came")
		}
		h.finish(t, priya)
		kindIs(t, "Northwind", h.enters(t, h.northwind), "")

		person, err := h.people.Find(t.Context(), actor.NewShell("root"), sam)
		if err != nil {
			t.Fatal(err)
		}
		seat := h.waitingOf(t, sam)
		kindIs(t, "the operator alone, for the last member of staff",
			h.recovery.Decide(t.Context(), actor.NewShell("root"), seat, true), "")
		h.ripe(t)
		h.finish(t, sam)
		if n := h.Count(t, "staff_members", "person_id = ? AND suspended = 0", person.Bytes()); n != 1 {
			t.Error("the seat of the last member of staff is held")
		}
	})
}

func (h *house) waitingOf(t *testing.T, email string) id.Recovery {
	t.Helper()
	rec, _ := h.waiting(t, email)
	return rec
}

// S15: a good sign-in ends it at once, at every stage, and everybody hears of it.
func TestASignInCancels(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		person, err := h.people.Find(t.Context(), actor.NewShell("root"), priya)
		if err != nil {
			t.Fatal(err)
		}
		rec, token := h.waiting(t, priya)
		kindIs(t, "Olivia approves",
			h.recovery.DecideForAccount(t.Context(), h.who(t, olivia, h.northwind), h.northwind, rec, true), "")
		h.ripe(t)
		link := h.link(t, priya)
		step, err := h.recovery.Open(t.Context(), stranger(), link)
		if err != nil {
			t.Fatal(err)
		}
		e, err := h.recovery.Enrolment(t.Context(), step)
		if err != nil {
			t.Fatal(err)
		}
		h.signIn(t, priya)
		if h.state(t, token) != recovery.Cancelled || !h.has(t, id.PersonScope(person), activity.RecoveryCancelled) {
			t.Errorf("it is %s", h.state(t, token))
		}
		err = h.recovery.Finish(t.Context(), stranger(), step, h.code(t, e.Secret))
		kindIs(t, "finished after a sign-in", err, fault.KindConflict)
		if told, _ := mail[recovery.OwnerMail](t, h, recovery.MailOwner, carl); told.State != recovery.Cancelled {
			t.Errorf("Carl was told %+v", told)
		}
		if !h.has(t, id.AccountScope(h.copperfield), activity.RecoveryCancelled) {
			t.Error("the account's log does not say so")
		}
		kindIs(t, "approved after it",
			h.recovery.DecideForAccount(t.Context(), h.who(t, carl, h.copperfield), h.copperfield, rec, true),
			fault.KindConflict)
	})
}

// S15: a link works once, in one browser, in its time; what is declined or cancelled is over.
func TestLinksEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		old := h.asked(t, priya)
		token := h.asked(t, priya)
		kindIs(t, "an older link", h.recovery.Prove(t.Context(), stranger(), old), fault.KindConflict)
		kindIs(t, "proved", h.recovery.Prove(t.Context(), stranger(), token), "")
		kindIs(t, "proved twice", h.recovery.Prove(t.Context(), stranger(), token), fault.KindConflict)
		kindIs(t, "asked while one waits", h.recovery.Ask(t.Context(), stranger(), h.half(t, priya)), fault.KindConflict)
		v, err := h.recovery.Status(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		kindIs(t, "Olivia",
			h.recovery.DecideForAccount(t.Context(), h.who(t, olivia, h.northwind), h.northwind, v.ID, true), "")
		h.ripe(t)
		link := h.link(t, priya)
		kindIs(t, "the link is good", h.recovery.LinkGood(t.Context(), link), "")
		step, err := h.recovery.Open(t.Context(), stranger(), link)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.recovery.Open(t.Context(), stranger(), link)
		kindIs(t, "the link twice", err, fault.KindConflict)
		_, err = h.recovery.Enrolment(t.Context(), link)
		kindIs(t, "the link as the browser's token", err, fault.KindNotFound)
		e, err := h.recovery.Enrolment(t.Context(), step)
		if err != nil {
			t.Fatal(err)
		}
		kindIs(t, "a wrong code", h.recovery.Finish(t.Context(), stranger(), step, "000000"), fault.KindInvalid)
		h.Offset.Advance(time.Hour)
		kindIs(t, "after an hour", h.recovery.Finish(t.Context(), stranger(), step, h.code(t, e.Secret)), fault.KindConflict)

		h.Offset.Advance(24 * time.Hour)
		rec, again := h.waiting(t, priya)
		kindIs(t, "Sam declines", h.recovery.Decide(t.Context(), h.who(t, sam, id.Account{}), rec, false), "")
		kindIs(t, "approved after it",
			h.recovery.Decide(t.Context(), h.who(t, tia, id.Account{}), rec, true), fault.KindConflict)
		if told, _ := mail[recovery.EndedMail](t, h, recovery.MailEnded, priya); told.State != recovery.Declined {
			t.Errorf("Priya was told %+v", told)
		}
		kindIs(t, "cancelled after it", h.recovery.Cancel(t.Context(), stranger(), again), fault.KindConflict)

		h.Offset.Advance(24 * time.Hour)
		_, third := h.waiting(t, priya)
		kindIs(t, "cancelled by its mailbox", h.recovery.Cancel(t.Context(), stranger(), third), "")
		h.ripe(t)
		if h.state(t, third) != recovery.Cancelled {
			t.Errorf("it is %s", h.state(t, third))
		}
	})
}
