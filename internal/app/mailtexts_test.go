package app_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/testkit/site"
)

// The provider's own words stand in the preview of a mail and in the test mail that is really sent, to whoever asked
// for it; support reads and sends neither.
func TestMailTextsArePreviewedAndTried(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		const page = "/staff/settings/mail"
		root := p.doors[0].Visit(t).SignIn(boss)
		root.Get(page).Is(t, http.StatusOK)
		root.Submit(page, site.Form("mail-greeting", "Ahoy {name},")).Is(t, http.StatusOK)
		shown := root.Page.Says(t, "Ahoy ").Links(page + "/preview/")[0]
		if root.Get(shown).Is(t, http.StatusOK); !strings.Contains(root.Page.Text, "Ahoy ") {
			t.Errorf("the preview at %q says %s", shown, root.Page.Text)
		}
		root.Get(page)
		root.Submit(page+"/test", nil).Is(t, http.StatusOK).Says(t, "A test mail is on its way to you.")
		p.one.deliver(t)
		came := 0
		for _, m := range p.one.Mailbox.List() {
			if m.To == boss && strings.Contains(m.Text, "Ahoy ") {
				came++
			}
		}
		if came != 1 {
			t.Errorf("%d test mails came", came)
		}
		const support = "support@harbour.example"
		made, err := p.one.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
			Email: support, Name: "Sam Doyle", Password: persons.DemoPassword,
		}, "support")
		if err != nil {
			t.Fatal(err)
		}
		p.one.codeApp(t, made.Person)
		p.doors[0].Knows(support, persons.DemoSecret)
		sam := p.doors[0].Visit(t).SignIn(support)
		for _, path := range []string{page, shown} {
			sam.Get(path).Is(t, http.StatusForbidden)
		}
		sam.Get("/staff")
		sam.Post(page+"/test", site.Form("mail", "example")).Is(t, http.StatusForbidden)
	})
}
