package reviews_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/reviews"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

func verifiers(keys []string) (note.Verifiers, error) {
	var list []note.Verifier
	for _, key := range keys {
		v, err := note.NewVerifier(key)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return note.VerifierList(list...), nil
}

// round lets the job run so many days later.
func (h *house) round(t testing.TB, days int) {
	t.Helper()
	h.Offset.Advance(time.Duration(days) * day)
	h.must(t, h.reviews.Round(t.Context()))
}

// A11, A4: whom nobody decided about is suspended at the time that was announced, never the last owner.
func TestWhomNobodyDecidesAboutIsSuspended(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, tess, role(access.RoleOwner))
		h.join(t, ben, role("billing"))
		h.join(t, adam, role("administrator"))
		h.join(t, "ada@audit.example", role("auditor"))
		review := h.start(t, olivia)
		h.must(t, h.answer(t, olivia, review, ben, reviews.Keep, accounts.Terms{}))
		h.must(t, h.answer(t, olivia, review, adam, reviews.Remove, accounts.Terms{}))
		for _, step := range []struct {
			days int
			said string
		}{
			{6, "started"},
			{1, "started soon"},
			{0, "started soon"},
			{7, "started soon due"},
			{10, "started soon due"},
			{1, "started soon due last"},
			{2, "started soon due last"},
		} {
			h.round(t, step.days)
			if got := h.said(t); got != step.said {
				t.Fatalf("mails: %q, not %q", got, step.said)
			}
		}
		if p := h.page(t, olivia, review); p.State != reviews.Open || h.contacts(t)[tess].Suspended {
			t.Fatal("it closed before its time")
		}
		h.round(t, 1)
		now := h.contacts(t)
		if now[olivia].Suspended || !now[tess].Suspended || now[ben].Suspended || !now[adam].Suspended ||
			!now["ada@audit.example"].Suspended {
			t.Errorf("suspended: %+v", now)
		}
		_, record, rows := h.record(t, review)
		for email, want := range map[string]string{
			olivia: "The reviewer’s own access", tess: "Suspended: nobody decided",
			ben: "Kept", adam: "Suspended: nobody decided",
		} {
			if rows[email].Outcome != want {
				t.Errorf("the record says of %s: %+v", email, rows[email])
			}
		}
		if record.Value("Closed by") != "Gatehouse" || !strings.HasPrefix(record.Value("How it ended"), "Closed by itself") {
			t.Errorf("the record says %+v", record.Head)
		}
		h.round(t, 1)
		h.logHas(t, activity.ReviewLapsed, 1)
		h.logHas(t, activity.ContactSuspended, 3)
		if got := h.said(t); got != "started soon due last lapsed" {
			t.Errorf("mails: %s", got)
		}
		o, err := h.reviews.Overview(t.Context(), h.as(t, olivia), h.account)
		if err != nil || !o.Schedule.LastFinished.IsZero() {
			t.Errorf("a review that nobody finished counts: %+v, %v", o, err)
		}
	})
}

// A4: where nobody answers anything, one owner stays.
func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, tess, role(access.RoleOwner))
		h.join(t, adam, role(access.RoleOwner))
		review := h.start(t, tess)
		h.round(t, 60) // the job stood still, and nobody was told: they are first
		if got := h.said(t); got != "started last" || h.page(t, olivia, review).State != reviews.Open {
			t.Fatalf("closed without a word: %s", got)
		}
		h.round(t, 2)
		if h.page(t, olivia, review).State != reviews.Open {
			t.Fatal("closed before the time that was announced")
		}
		h.round(t, 1)
		now := h.contacts(t)
		if now[olivia].Suspended || !now[tess].Suspended || !now[adam].Suspended {
			t.Errorf("suspended: %v %v %v", now[olivia].Suspended, now[tess].Suspended, now[adam].Suspended)
		}
		if _, _, rows := h.record(t, review); !strings.HasPrefix(rows[olivia].Outcome, "Kept: nobody decided") {
			t.Errorf("the record says of Olivia: %+v", rows[olivia])
		}
	})
}

// A11: a schedule starts one review a period, late, twice or on several nodes.
func TestAScheduleStartsOneReviewAPeriod(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, ben, role("billing"))
		kindIs(t, "by somebody else", h.reviews.SetSchedule(t.Context(), h.as(t, ben), h.account,
			reviews.Schedule{Months: 3, Grace: 14}), fault.KindDenied)
		kindIs(t, "every 5 months", h.reviews.SetSchedule(t.Context(), h.as(t, olivia), h.account,
			reviews.Schedule{Months: 5, Grace: 14}), fault.KindInvalid)
		kindIs(t, "after 1 day", h.reviews.SetSchedule(t.Context(), h.as(t, olivia), h.account,
			reviews.Schedule{Months: 3, Grace: 1}), fault.KindInvalid)
		h.must(t, h.reviews.SetSchedule(t.Context(), h.as(t, olivia), h.account, reviews.Schedule{Months: 3, Grace: 14}))
		kindIs(t, "a stale form", h.reviews.SetSchedule(t.Context(), h.as(t, olivia), h.account,
			reviews.Schedule{Months: 1, Grace: 14}), fault.KindConflict)
		count := func() int64 { return w.Count(t, "reviews", "1 = 1") }
		h.round(t, 80)
		if count() != 0 {
			t.Fatal("it started early")
		}
		h.round(t, 20)
		h.round(t, 0)
		if count() != 1 {
			t.Fatalf("%d reviews after the first period", count())
		}
		h.round(t, 0)
		o, err := h.reviews.Overview(t.Context(), h.as(t, olivia), h.account)
		if err != nil || o.Open == nil || o.Left != 1 {
			t.Fatalf("the list says %+v, %v", o, err)
		}
		_, err = h.reviews.Start(t.Context(), h.as(t, olivia), h.account, id.Review{})
		kindIs(t, "a second one", err, fault.KindConflict)
		again, err := h.reviews.Start(t.Context(), h.as(t, olivia), h.account, o.Open.ID)
		if err != nil || again != o.Open.ID || count() != 1 {
			t.Errorf("the same form sent twice: %v", err)
		}
		h.must(t, h.answer(t, olivia, o.Open.ID, ben, reviews.Keep, accounts.Terms{}))
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, o.Open.ID))
		h.round(t, 400) // several periods late: they are not made up for
		h.round(t, 0)
		if count() != 2 {
			t.Errorf("%d reviews after a long time", count())
		}
	})
}

// Staff see whose access nobody reviewed for a year; nobody else does.
func TestStaffSeeWhoDoesNotReview(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, ben, role("billing"))
		list := func() int {
			rows, _, err := h.reviews.NeverReviewed(t.Context(), actor.NewShell("root"), id.Account{})
			h.must(t, err)
			return len(rows)
		}
		if list() != 0 {
			t.Error("a new client is listed")
		}
		h.Offset.Advance(370 * day)
		if list() != 1 {
			t.Error("a client of a year is not listed")
		}
		review := h.start(t, olivia)
		h.must(t, h.answer(t, olivia, review, ben, reviews.Keep, accounts.Terms{}))
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review))
		if list() != 0 {
			t.Error("a client who has reviewed is listed")
		}
		h.Offset.Advance(370 * day)
		if list() != 1 {
			t.Error("a client who reviewed long ago is not listed")
		}
		_, _, err := h.reviews.NeverReviewed(t.Context(), h.as(t, olivia), id.Account{})
		kindIs(t, "an owner looks", err, fault.KindDenied)
	})
}

// What the facts speak for, each with its reason.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.join(t, "never@northwind.example", role("billing"))
		h.join(t, "gone@northwind.example", role("billing"))
		h.join(t, adam, role("administrator"))
		h.join(t, ben, role("billing"))
		h.join(t, "panel@northwind.example", role("technical"))
		h.join(t, tess, h.makes(t, "Helper", append(developing(h), verb.InvoicesView)...))
		h.uses(t, "gone@northwind.example", verb.InvoicesView)
		h.uses(t, adam, verb.InvoicesView, verb.ServicesView)
		h.Offset.Advance(430 * day)
		h.uses(t, adam, verb.ServicesView, verb.TicketsView)
		h.uses(t, ben, verb.InvoicesView)
		h.uses(t, tess, verb.PanelOpen, verb.TicketsView)
		h.uses(t, "panel@northwind.example", verb.PanelOpen)
		h.join(t, "new@northwind.example", role("billing"))
		h.join(t, "ends@northwind.example", accounts.Terms{Role: "auditor", EndsAt: w.Now(t).Add(3*day + time.Hour)})
		h.uses(t, "ends@northwind.example", verb.InvoicesView)
		h.join(t, "elsewhere@northwind.example", role("billing"))
		h.token(t, "elsewhere@northwind.example") // signs in, and goes to another account
		review := h.start(t, olivia)
		for email, want := range map[string]string{
			"never@northwind.example": "remove Remove: Has never signed in.",
			"gone@northwind.example":  "remove Remove: Has not been here for 14 months.",
			adam:                      "change Consider Technical: Has not used billing, access and activity for 14 months.",
			tess: "change Consider Developer, for the services that they need: Has not used billing, access and " +
				"activity for 14 months.",
			"panel@northwind.example": "keep Keep, and ask for a second factor: Has not used support and access for 14 " +
				"months; no smaller role keeps the rest. But a stolen password would be enough to get in.",
			"new@northwind.example": "keep Keep: New here, and has not signed in yet.",
			"elsewhere@northwind.example": "keep Keep, and ask for a second factor: Has had access for 1 day, and has " +
				"not opened this account yet. But a stolen password would be enough to get in.",
			ben: "keep Keep, and ask for a second factor: Has not used support for 14 months; no smaller role keeps the " +
				"rest. But a stolen password would be enough to get in.",
			"ends@northwind.example": "keep Keep, and ask for a second factor: The access ends by itself in 3 days. But a " +
				"stolen password would be enough to get in.",
		} {
			s := h.row(t, olivia, review, email).Facts.Advice
			if got := string(s.Verdict) + " " + s.Says + ": " + s.Why; got != want {
				t.Errorf("%s: %q, not %q", email, got, want)
			}
		}
	})
}

// developing are the permissions of developers.
func developing(h *house) []verb.Verb {
	for _, r := range h.Access.Roles() {
		if r.Key == "developer" {
			return slices.Clone(r.Verbs)
		}
	}
	return nil
}
