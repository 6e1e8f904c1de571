package reviews_test

import (
	"strings"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/reviews"
	"gatehouse/internal/reviews/record"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// A11: everybody is asked about, what was decided happens when the review is finished, and the record says all of it.
func TestAReviewFromItsStartToItsRecord(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, ben, role("billing"))
		h.join(t, tess, role("technical"))
		h.join(t, adam, role("administrator"))
		h.uses(t, ben, verb.InvoicesView)
		review := h.start(t, olivia)

		p := h.page(t, olivia, review)
		if p.Progress.All != 3 || p.Progress.Left() != 3 || len(p.Open) != 3 ||
			len(p.Decided) != 1 || !p.Decided[0].Contact.You {
			t.Fatalf("asked about %+v: %d open, %d others", p.Progress, len(p.Open), len(p.Decided))
		}
		kindIs(t, "finished too early", h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review), fault.KindConflict)
		h.must(t, h.answer(t, olivia, review, ben, reviews.Keep, accounts.Terms{}))
		h.must(t, h.answer(t, olivia, review, adam, reviews.Change, role("auditor")))
		h.must(t, h.answer(t, olivia, review, tess, reviews.Remove, accounts.Terms{}))
		now := h.contacts(t)
		if now[adam].Terms.Role != "administrator" || now[tess].ID.IsZero() {
			t.Error("it happened before the review was finished")
		}
		if p := h.page(t, olivia, review); p.Progress.Left() != 0 || p.Progress.Remove != 1 || p.Progress.Change != 1 {
			t.Errorf("progress is %+v", p.Progress)
		}
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review))
		now = h.contacts(t)
		if now[ben].Terms.Role != "billing" || now[adam].Terms.Role != "auditor" || !now[tess].ID.IsZero() {
			t.Errorf("after the review: %+v", now)
		}
		_, read, rows := h.record(t, review)
		for email, want := range map[string][2]string{
			ben: {"keep", "Kept"}, adam: {"change", "Changed"}, tess: {"remove", "Removed"},
			olivia: {"", "The reviewer’s own access"},
		} {
			if got := rows[email]; got.Decision != want[0] || got.Outcome != want[1] {
				t.Errorf("the record says of %s: %+v", email, got)
			}
		}
		if rows[adam].To != "Auditor, all services" || rows[adam].By != "Olivia Marsh" || rows[adam].Role != "Administrator" {
			t.Errorf("the record says of Adam: %+v", rows[adam])
		}
		if read.Value("Closed by") != "Olivia Marsh" || read.Value("Account") != "Northwind Bakery Ltd" {
			t.Errorf("the record says %+v", read.Head)
		}
		kindIs(t, "answered afterwards", h.reviews.Answer(t.Context(), h.as(t, olivia), h.account, review, id.Subject{},
			reviews.Answer{Verdict: reviews.Keep}), fault.KindConflict)
		kindIs(t, "finished twice", h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review), fault.KindConflict)
		h.logHas(t, activity.ReviewStarted, 1)
		h.logHas(t, activity.ReviewAnswered, 3)
		h.logHas(t, activity.ContactRemoved, 1)
		h.logHas(t, activity.ContactRoleChanged, 1)
		h.logHas(t, activity.ReviewFinished, 1)
		if got := h.said(t); got != "started finished" {
			t.Errorf("mails: %s", got)
		}
		o, err := h.reviews.Overview(t.Context(), h.as(t, olivia), h.account)
		if err != nil || o.Open != nil || len(o.Past) != 1 ||
			o.Past[0].ClosedBy != "Olivia Marsh" || o.Schedule.LastFinished.IsZero() {
			t.Errorf("the list says %+v, %v", o, err)
		}
	})
}

// logHas counts the entries of an action in the account's log.
func (h *house) logHas(t testing.TB, action activity.Action, want int) {
	t.Helper()
	page, err := h.Log.Page(t.Context(), id.AccountScope(h.account), activity.Filter{Action: action})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Entries) != want {
		t.Errorf("%d entries of %s, not %d", len(page.Entries), action, want)
	}
}

// A3: nobody decides about themselves, about somebody above them, or gives more than they hold.
func TestNobodyReviewsThemselvesUp(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, ben, role("billing"))
		h.join(t, adam, role("administrator"))
		h.join(t, tess, role(access.RoleOwner))
		_, err := h.reviews.Start(t.Context(), h.as(t, adam), h.account, id.Review{})
		kindIs(t, "an administrator starts one", err, fault.KindDenied)
		review := h.start(t, olivia)
		for _, v := range []reviews.Verdict{reviews.Keep, reviews.Remove} {
			kindIs(t, "own row, "+string(v), h.answer(t, olivia, review, olivia, v, accounts.Terms{}), fault.KindDenied)
		}
		kindIs(t, "own row, change", h.answer(t, olivia, review, olivia, reviews.Change, role("auditor")), fault.KindDenied)
		kindIs(t, "no such role", h.answer(t, olivia, review, ben, reviews.Change, role("king")), fault.KindInvalid)
		kindIs(t, "no verdict", h.answer(t, olivia, review, ben, "perhaps", accounts.Terms{}), fault.KindInvalid)
		row := h.row(t, olivia, review, ben)
		for _, by := range []string{adam, ben} {
			err = h.reviews.Answer(t.Context(), h.as(t, by), h.account, review, row.Subject, reviews.Answer{
				Verdict: reviews.Keep, Version: row.Version, Seen: row.Contact.Version,
			})
			kindIs(t, by+" answers", err, fault.KindDenied)
			kindIs(t, by+" finishes", h.reviews.Finish(t.Context(), h.as(t, by), h.account, review), fault.KindDenied)
		}
		_, err = h.reviews.Overview(t.Context(), h.as(t, ben), h.account)
		kindIs(t, "Ben looks", err, fault.KindDenied)
		if _, err := h.reviews.Overview(t.Context(), h.as(t, adam), h.account); err != nil {
			t.Errorf("an administrator, who may only look, looks: %v", err)
		}

		// Somebody who was lowered since they decided carries nothing out.
		h.must(t, h.answer(t, olivia, review, ben, reviews.Keep, accounts.Terms{}))
		h.must(t, h.answer(t, olivia, review, adam, reviews.Remove, accounts.Terms{}))
		h.must(t, h.answer(t, olivia, review, tess, reviews.Keep, accounts.Terms{}))
		contact := h.contacts(t)[olivia]
		h.must(t, h.accounts.ChangeRole(t.Context(), h.as(t, tess), h.account, contact.ID,
			accounts.RoleChange{Terms: role("administrator"), Version: contact.Version}))
		kindIs(t, "finishes after losing the right", h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review),
			fault.KindDenied)
		if h.contacts(t)[adam].ID.IsZero() {
			t.Error("Adam was removed by somebody who may not")
		}
		// Tess is asked about Olivia now, and finishes.
		undecided := h.reviews.Finish(t.Context(), h.as(t, tess), h.account, review)
		kindIs(t, "undecided about Olivia", undecided, fault.KindConflict)
		h.must(t, h.answer(t, tess, review, olivia, reviews.Keep, accounts.Terms{}))
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, tess), h.account, review))
	})
}

// An answer counts for the access that it saw, and of two answers the first.
func TestAnAnswerCountsForWhatItSaw(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, ben, role("billing"))
		h.join(t, tess, role(access.RoleOwner))
		review := h.start(t, olivia)
		seen := h.row(t, olivia, review, ben)
		h.must(t, h.answer(t, tess, review, ben, reviews.Remove, accounts.Terms{}))
		again := reviews.Answer{Verdict: reviews.Keep, Version: seen.Version, Seen: seen.Contact.Version}
		kindIs(t, "the second answer", h.reviews.Answer(t.Context(), h.as(t, olivia), h.account, review, seen.Subject, again),
			fault.KindConflict)
		h.must(t, h.accounts.ChangeRole(t.Context(), h.as(t, olivia), h.account, seen.Contact.ID,
			accounts.RoleChange{Terms: role("administrator"), Version: seen.Contact.Version}))
		now := h.row(t, olivia, review, ben)
		if now.Verdict != "" || !now.Before {
			t.Errorf("an answer for another role still counts: %+v", now)
		}
		again.Version = now.Version
		kindIs(t, "an answer for another role", h.reviews.Answer(t.Context(), h.as(t, olivia), h.account, review, now.Subject,
			again), fault.KindConflict)
		h.must(t, h.answer(t, olivia, review, tess, reviews.Keep, accounts.Terms{}))
		kindIs(t, "undecided", h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review), fault.KindConflict)
		h.must(t, h.accounts.Remove(t.Context(), h.as(t, olivia), h.account, now.Contact.ID))
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review))
		_, _, rows := h.record(t, review)
		if rows[ben].Outcome != "Ended before the review did" || rows[ben].Name != "Ben Marsh" {
			t.Errorf("the record says of Ben: %+v", rows[ben])
		}
	})
}

// F3: the record is a table that no spreadsheet takes for formulas, and that nobody changes unseen.
func TestTheRecordIsSigned(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, ben, role("billing"))
		h.must(t, w.Gate.Change(t.Context(), actor.NewShell("root"), verb.ClientsManage, id.AccountScope(h.account),
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				_, err := h.accounts.Rename(tx, g, `=cmd|' /C calc'!A0`)
				return g.Entry(activity.ChangeApproved, activity.Details{}), err
			}))
		review := h.start(t, olivia)
		h.must(t, h.answer(t, olivia, review, ben, reviews.Keep, accounts.Terms{}))
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review))
		text, read, _ := h.record(t, review)
		if !strings.Contains(string(text), "Account,'=cmd|") || read.Value("Account") != `=cmd|' /C calc'!A0` {
			t.Errorf("the record is %s", text)
		}
		outside, err := verifiers(w.Box.NoteKeys())
		h.must(t, err)
		if _, err := record.Parse(text, outside); err != nil {
			t.Errorf("the public key does not fit: %v", err)
		}
		for i := range text {
			forged := append([]byte{}, text...)
			forged[i] ^= 1
			if _, err := record.Parse(forged, outside); err == nil {
				t.Fatalf("byte %d can be changed: %q", i, text[i])
			}
		}
	})
}
