package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/staffing"
	"gatehouse/internal/testkit/site"
)

// staffs invites colleagues, gives and takes seats, alone and with a second administrator.
func (w *walker) staffs() {
	const invite, nia = "/staff/people/invite", "nia@harbour.example"
	root := w.as("administrator@harbour.example")
	asks := func(email string) string {
		root.Get(invite)
		root.Submit(invite, typed("email", email, "department", "support", "reason", "New here")).Is(w.t, http.StatusOK)
		return root.Page.Links("/staff/people/requests/")[0]
	}
	gone := asks("gone@harbour.example")
	root.Get(gone)
	root.Submit(gone+"/withdraw", nil).Is(w.t, http.StatusOK)
	again := asks(nia)
	w.Offset.Advance(2 * time.Minute)
	root.Get(again)
	root.Submit(again+"/resend", nil).Is(w.t, http.StatusOK)
	v, link := w.visit(), w.link(nia, "/staff-invitations/")
	v.Get(link)
	v.Submit(link, typed("name", "Nia New", "password", persons.DemoPassword)).Is(w.t, http.StatusOK)

	const second = "second@harbour.example"
	made, err := w.Accounts.CreateStaff(w.t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: second, Name: "Rita Sole", Password: persons.DemoPassword,
	}, "administrator")
	w.must(err)
	w.codeApp(w.t, made.Person)
	w.knows(second, persons.DemoSecret)
	rita := w.as(second)
	person, err := w.People.Find(w.t.Context(), actor.NewShell("root"), nia)
	w.must(err)
	member := "/staff/people/of/" + person.String()
	decides := func(decision string) {
		request := root.Get("/staff/people").Links("/staff/people/requests/")[0]
		rita.Get(request)
		rita.Submit(request, typed("decision", decision, "answer", "As it should be")).Is(w.t, http.StatusOK)
	}
	gives := func(act, decision string) {
		root.Get(member + "/" + act)
		root.Submit(member+"/"+act, typed("department", "billing", "reason", "She moves over")).Is(w.t, http.StatusOK)
		decides(decision)
	}
	gives("department", "decline")
	gives("department", "approve")
	w.reviewsStaff(root, rita, member)
	root.Get(member + "/disable")
	root.Submit(member+"/disable", typed("reason", "Lost her bag")).Is(w.t, http.StatusOK)
	gives("enable", "approve")
	root.Get(member + "/end")
	root.Submit(member+"/end", typed("reason", "Left us")).Is(w.t, http.StatusOK)
	w.must(w.Accounts.EndSeat(w.t.Context(), actor.NewShell("root"), made.Person))
}

// reviewsStaff has an administrator go through the staff, and another one approve what changes.
func (w *walker) reviewsStaff(root, rita *site.Visitor, member string) {
	const list = "/staff/people/reviews"
	root.Get(list)
	root.Submit(list, nil).Is(w.t, http.StatusOK)
	review := root.Page.Path
	of := review + "/seats/" + strings.TrimPrefix(member, "/staff/people/of/")
	for _, form := range root.Page.Doc.Find(`form[action*="/seats/"]`).EachIter() {
		seat, _ := form.Attr("action")
		root.Submit(seat, typed("verdict", "keep")).Is(w.t, http.StatusOK)
	}
	root.Get(of + "/change")
	root.Submit(of+"/change", typed("role", "support")).Is(w.t, http.StatusOK)
	root.Get(review + "/finish")
	root.Submit(review+"/finish", nil).Is(w.t, http.StatusOK)
	root.Get(review+"/csv").Is(w.t, http.StatusOK)
	request := root.Get("/staff/people").Links("/staff/people/requests/")[0]
	rita.Get(request)
	rita.Submit(request, typed("decision", "decline", "answer", "She stays")).Is(w.t, http.StatusOK)
}

// asksForAColleague has the administrator invite somebody, which is done at once: there is no second one.
func (h *house) asksForAColleague(t *testing.T) id.StaffRequest {
	t.Helper()
	root, err := h.People.Find(t.Context(), actor.NewShell("root"), "administrator@harbour.example")
	if err != nil {
		t.Fatal(err)
	}
	now, err := h.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key := id.New[id.StaffRequestKind]()
	_, err = h.Staffing.Ask(t.Context(), actor.Enter(actor.Details{
		Kind: actor.Staff, Person: root, Name: "Staff administrator", Seat: actor.Seat{Department: "administrator"},
		Factor: actor.ByPasskey, FactorAt: now, ProvedAt: now, Now: now,
	}), staffing.Wish{
		Key: key, Kind: staffing.Invite, Email: "invited@harbour.example", Department: "support", Reason: "New",
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}
