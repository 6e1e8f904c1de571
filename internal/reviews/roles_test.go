package reviews_test

import (
	"strings"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/reviews"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// makes makes a role of the account's own and returns the terms that give it.
func (h *house) makes(t *testing.T, name string, verbs ...verb.Verb) accounts.Terms {
	t.Helper()
	key := id.New[id.RoleKind]()
	draft := accounts.RoleDraft{Key: key, Name: name, Verbs: verb.WithNeeds(verbs)}
	h.must(t, h.accounts.MakeRole(t.Context(), h.as(t, olivia), h.account, draft))
	return accounts.Terms{Role: "custom", CustomRole: key}
}

// roleRow finds the row about a role.
func (h *house) roleRow(t *testing.T, review id.Review, name string) reviews.Row {
	t.Helper()
	p := h.page(t, olivia, review)
	for _, row := range append(p.Open, p.Decided...) {
		if row.Role != nil && row.Facts.Name == name {
			return row
		}
	}
	t.Fatalf("there is no row about the role %s", name)
	return reviews.Row{}
}

func (h *house) answerRole(t *testing.T, by string, review id.Review, name string, v reviews.Verdict) error {
	t.Helper()
	row := h.roleRow(t, review, name)
	return h.reviews.Answer(t.Context(), h.as(t, by), h.account, review, row.Subject,
		reviews.Answer{Verdict: v, Version: row.Version, Seen: row.Role.Version})
}

// Each role that the account made for itself is asked about: what nobody has can go, what somebody has stays or is
// changed, and an answer counts for the role that it saw.
func TestRolesOfTheAccountsOwnAreReviewed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(t, w)
		helper := h.makes(t, "Helper", verb.TicketsReply)
		h.makes(t, "Forgotten", verb.ServicesView)
		h.join(t, ben, helper)
		h.join(t, adam, role("administrator"))
		review := h.start(t, olivia)
		if p := h.page(t, olivia, review); p.Progress.All != 4 || len(p.Open) != 4 {
			t.Fatalf("asked about %+v, %d rows", p.Progress, len(p.Open))
		}
		if row := h.roleRow(t, review, "Forgotten"); row.Role.Held != 0 || row.Facts.Advice.Verdict != reviews.Remove {
			t.Errorf("of a role that nobody has: %+v", row.Facts.Advice)
		}
		if row := h.roleRow(t, review, "Helper"); row.Role.Held != 1 || row.Facts.Advice.Verdict != reviews.Keep {
			t.Errorf("of a role that is new: %+v", row.Facts.Advice)
		}
		kindIs(t, "by somebody who only sees reviews", h.answerRole(t, adam, review, "Helper", reviews.Keep),
			fault.KindDenied)
		kindIs(t, "a role that somebody has", h.answerRole(t, olivia, review, "Helper", reviews.Remove), fault.KindConflict)
		h.must(t, h.answerRole(t, olivia, review, "Helper", reviews.Keep))
		h.must(t, h.answerRole(t, olivia, review, "Forgotten", reviews.Remove))
		h.must(t, h.answer(t, olivia, review, ben, reviews.Keep, accounts.Terms{}))
		h.must(t, h.answer(t, olivia, review, adam, reviews.Keep, accounts.Terms{}))

		edit := accounts.RoleDraft{Name: "Helper", Verbs: verb.WithNeeds([]verb.Verb{verb.TicketsView}), Version: 1}
		h.must(t, h.accounts.ChangeOwnRole(t.Context(), h.as(t, olivia), h.account, helper.CustomRole, edit))
		if p := h.page(t, olivia, review); p.Progress.Left() != 1 || !h.roleRow(t, review, "Helper").Before {
			t.Errorf("after the role was changed: %+v", p.Progress)
		}
		kindIs(t, "an answer about what it was", h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review),
			fault.KindConflict)
		h.must(t, h.answerRole(t, olivia, review, "Helper", reviews.Keep))
		h.must(t, h.reviews.Finish(t.Context(), h.as(t, olivia), h.account, review))
		list, err := h.accounts.Roles(t.Context(), h.as(t, olivia), h.account)
		h.must(t, err)
		var own []string
		for _, r := range list {
			if !r.ID.IsZero() {
				own = append(own, r.Name)
			}
		}
		if strings.Join(own, " ") != "Helper" {
			t.Errorf("these roles are left: %v", own)
		}
		_, record, _ := h.record(t, review)
		said := map[string]string{}
		for _, row := range record.Rows {
			said[row.Name] = row.Outcome + ", " + row.Reaches
		}
		if said["Helper"] != "Kept, held by 1" || said["Forgotten"] != "Removed, held by 0" {
			t.Errorf("the record says %v", said)
		}
		if n := w.Count(t, "entries", "action = ?", string(activity.RoleDeleted)); n != 1 {
			t.Errorf("%d deletions are in the log", n)
		}
	})
}
