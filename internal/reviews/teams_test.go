package reviews_test

import (
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/reviews"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

const (
	priya  = "priya@pixelworks.example"
	shared = "of Pixelworks Studio, 1 person" // beside the team’s name
)

// team makes an agency with a team of one, to which the account gives access.
func (h *house) team(t *testing.T) accounts.TeamGiven {
	t.Helper()
	client := h.account
	var err error
	h.account, err = h.accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: "Pixelworks Studio", Currency: "GBP", OwnerEmail: priya,
	})
	h.must(t, err)
	h.accept(t, priya)
	agency := h.account
	team, err := h.teams.Create(t.Context(), h.as(t, priya), agency, "Developers")
	h.must(t, err)
	h.must(t, h.teams.Add(t.Context(), h.as(t, priya), agency, team, h.contacts(t)[priya].ID, false))
	mine, err := h.teams.One(t.Context(), h.as(t, priya), agency, team)
	h.must(t, err)
	h.account = client
	h.must(t, h.teams.Offer(t.Context(), h.as(t, olivia), client, mine.Code, role("administrator")))
	given := h.given(t)
	h.account = agency
	h.must(t, h.teams.Accept(t.Context(), h.as(t, priya), agency, given.ID))
	h.account = client
	return h.given(t)
}

func (h *house) given(t *testing.T) accounts.TeamGiven {
	t.Helper()
	list, err := h.accounts.Teams(t.Context(), h.as(t, olivia), h.account)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	return list[0]
}

// A11, A3: a team is a row of a review, with what anybody in it used last; it is changed when the review is finished,
// and stands in the signed record.
func TestATeamIsReviewed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.team(t)
		h.uses(t, priya, verb.InvoicesView)
		review := h.start(t, olivia)
		if p := h.page(t, olivia, review).Progress; p.All != 1 || p.Left() != 1 {
			t.Errorf("to be decided: %+v", p)
		}
		row := h.row(t, olivia, review, shared)
		used := map[string]bool{}
		for _, u := range row.Facts.Uses {
			used[u.Area] = !u.Last.IsZero()
		}
		if row.Facts.Name != "Team Developers" || row.Facts.Role != "Administrator" || !row.Contact.MayChange ||
			!used[verb.InvoicesView.Area()] || used[verb.ServicesView.Area()] {
			t.Errorf("the row says %+v", row.Facts)
		}
		err := h.answer(t, olivia, review, shared, reviews.Change, role("owner"))
		if fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("a team becomes an owner: %v", err)
		}
		h.must(t, h.answer(t, olivia, review, shared, reviews.Change, role("auditor")))
		if at := h.row(t, olivia, review, shared); at.Verdict != reviews.Change || at.To != "Auditor, all services" {
			t.Errorf("decided: %+v", at)
		}
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review))
		if given := h.given(t); given.Terms.Role != "auditor" {
			t.Errorf("afterwards the team is %s", given.Terms.Role)
		}
		_, _, rows := h.record(t, review)
		if rows[shared].Name != "Team Developers" || rows[shared].To != "Auditor, all services" ||
			rows[shared].Outcome != "Changed" {
			t.Errorf("the record says %+v", rows[shared])
		}
		h.logHas(t, activity.TeamRoleChanged, 1)

		review = h.start(t, olivia)
		h.must(t, h.answer(t, olivia, review, shared, reviews.Remove, accounts.Terms{}))
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review))
		if list, err := h.accounts.Teams(t.Context(), h.as(t, olivia), h.account); err != nil || len(list) != 0 {
			t.Errorf("a removed team: %+v, %v", list, err)
		}
	})
}

// A11: a team that nobody decided about is suspended at the time that was announced; one that was kept stays.
func TestATeamThatNobodyDecidesAboutIsSuspended(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		h.team(t)
		lapse := func(answers bool) accounts.TeamGiven {
			t.Helper()
			review := h.start(t, olivia)
			if answers {
				h.must(t, h.answer(t, olivia, review, shared, reviews.Keep, accounts.Terms{}))
			}
			for range 12 {
				h.round(t, 3)
			}
			if _, _, err := h.reviews.Record(t.Context(), actor.NewSystem("test"), h.account, review); err != nil {
				t.Fatal(err)
			}
			return h.given(t)
		}
		if given := lapse(true); given.Suspended {
			t.Error("a team that was kept is suspended")
		}
		if given := lapse(false); !given.Suspended {
			t.Error("a team that nobody decided about still has access")
		}
		h.logHas(t, activity.TeamSuspended, 1)
	})
}

// A3: nobody decides about a team above them or about their own, nor finishes a review that takes away what theirs has.
func TestWhoMayNotDecideAboutATeam(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		given := h.team(t)
		reviewer := h.makes(t, "Reviewer", verb.ReviewsView, verb.ReviewsRun, verb.ContactsView, verb.ContactsManage)
		h.join(t, ben, reviewer)
		review := h.start(t, olivia)
		for _, v := range []reviews.Verdict{reviews.Keep, reviews.Remove} {
			kindIs(t, "a team above them", h.answer(t, ben, review, shared, v, accounts.Terms{}), fault.KindDenied)
		}
		h.must(t, h.teams.ChangeTerms(t.Context(), h.as(t, olivia), h.account, given.ID,
			accounts.RoleChange{Terms: reviewer, Version: given.Version}))
		for _, v := range []reviews.Verdict{reviews.Keep, reviews.Remove} {
			kindIs(t, "their own team", h.answer(t, priya, review, shared, v, accounts.Terms{}), fault.KindDenied)
		}
		h.must(t, h.answer(t, olivia, review, ben, reviews.Keep, accounts.Terms{}))
		h.must(t, h.answerRole(t, olivia, review, "Reviewer", reviews.Keep))
		h.must(t, h.answer(t, olivia, review, shared, reviews.Remove, accounts.Terms{}))
		err := h.reviews.Finish(t.Context(), h.as(t, priya), h.account, review)
		kindIs(t, "finished by the team", err, fault.KindConflict)
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review))
		if list, err := h.accounts.Teams(t.Context(), h.as(t, olivia), h.account); err != nil || len(list) != 0 {
			t.Errorf("a removed team: %+v, %v", list, err)
		}
	})
}
