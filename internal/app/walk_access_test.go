package app_test

import (
	"net/http"
	"strings"

	"gatehouse/internal/testkit/site"
)

// choice is the value of the answer with that label, on the visitor's page.
func (w *walker) choice(v *site.Visitor, label string) string {
	for _, l := range v.Page.Doc.Find("label").EachIter() {
		if strings.TrimSpace(l.Text()) == label {
			return v.Page.Doc.Find("#"+l.AttrOr("for", "none")).AttrOr("value", "")
		}
	}
	w.t.Fatalf("nothing is called %q: %s", label, v.Page.Text)
	return ""
}

// worksAsATeam makes a team at one account, gives it access at another, and takes both back.
func (w *walker) worksAsATeam() {
	agency := "/accounts/" + w.there.account.String() + "/teams"
	client := "/accounts/" + w.here.account.String() + "/contacts/teams"
	v := w.as("owner@there.example")
	v.Get(agency + "/new")
	v.Submit(agency+"/new", typed("name", "There Developers")).Is(w.t, http.StatusOK)
	team, code := v.Page.Path, v.Page.Doc.Find("#team-code").Text()
	v.Get(team + "/add")
	v.Submit(team+"/add", typed("contact", w.choice(v, "Person owner@there.example"))).Is(w.t, http.StatusOK)

	owner := w.as("owner@here.example")
	owner.Get(client + "/new")
	owner.Submit(client+"/new", typed("code", code, "role", "technical")).Is(w.t, http.StatusOK)
	v.Get(team)
	v.Submit(v.Page.Doc.Find("form[action*='/offers/']").AttrOr("action", ""), typed("answer", "accept")).
		Is(w.t, http.StatusOK)
	at := strings.TrimSuffix(owner.Get(client).Links("/suspend")[0], "/suspend")
	for _, step := range []string{"/suspend", "/restore", "/role", "/remove"} {
		owner.Get(at+step).Is(w.t, http.StatusOK)
		form := typed()
		if step == "/role" {
			form = typed("role", "support")
		}
		owner.Submit(at+step, form).Is(w.t, http.StatusOK)
	}
	remove := v.Get(team).Links("/remove")[0]
	v.Get(remove)
	v.Submit(remove, nil).Is(w.t, http.StatusOK)
	w.endsATeam(v, owner, team, client, code)
}

// endsATeam gives the team access once more, gives it up, and dissolves the team under another name.
func (w *walker) endsATeam(v, owner *site.Visitor, team, client, code string) {
	owner.Get(client + "/new")
	owner.Submit(client+"/new", typed("code", code, "role", "technical")).Is(w.t, http.StatusOK)
	v.Get(team)
	v.Submit(v.Page.Doc.Find("form[action*='/offers/']").AttrOr("action", ""), typed("answer", "accept"))
	giveUp := v.Get(team).Links("/give-up")[0]
	v.Get(giveUp).Is(w.t, http.StatusOK)
	v.Submit(giveUp, nil).Is(w.t, http.StatusOK)
	for _, step := range []string{"/rename", "/dissolve"} {
		v.Get(team+step).Is(w.t, http.StatusOK)
		form := typed()
		if step == "/rename" {
			form = typed("name", "There Web")
		}
		v.Submit(team+step, form).Is(w.t, http.StatusOK)
	}
}
