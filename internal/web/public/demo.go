package public

import (
	"net/url"
	"strings"

	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/demo"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
)

// DemoPeople are whom a demonstration may be signed in as.
type DemoPeople struct {
	Password string // of everybody
	Secret   string // of every code app
	Groups   []DemoGroup
}

// DemoGroup is the people of one account, or the staff.
type DemoGroup struct {
	Name   string
	Staff  bool
	People []DemoPerson
}

// DemoPerson is somebody of the demonstration.
type DemoPerson struct {
	Email, Name string
	Role        string // for people: what they are and may
	CodeApp     bool   // signs in with a code as well
}

// stageRoutes adds what only a demonstration or a rehearsal has: each page is there where its part is configured.
func (a *area) stageRoutes(w *web.Web) {
	if a.Sandbox != nil {
		w.Page(sandbox.Path+":checkout", verb.Public, a.checkout)
		w.Action(sandbox.Path+":checkout", verb.Public, a.decide)
	}
	if a.Panel != nil {
		w.Page(demopanel.Path+"/:token", verb.SignedIn, a.panel)
	}
	if a.Mailbox != nil {
		w.Page(mailboxPath, verb.Public, a.mailbox)
		w.Page(mailboxPath+"/:mail", verb.Public, a.mail)
	}
	if a.People != nil {
		w.Page("/demo/people", verb.Public, a.people)
		for _, part := range demo.Parts() {
			w.Page(part.URL, verb.Public, gallery(part))
		}
	}
}

func (a *area) people(c *web.Context) error {
	p := public.PeoplePage{
		Shell: c.Shell("People"), SignInURL: "/sign-in", Password: a.People.Password, Secret: a.People.Secret,
	}
	for _, g := range a.People.Groups {
		group := public.PeopleGroup{Name: g.Name, Staff: g.Staff}
		for _, person := range g.People {
			shown := public.DemoPerson{
				Name: person.Name, Email: person.Email, Role: person.Role, Factor: ui.FactorPassword,
				TryURL: "/sign-in?" + url.Values{"email": {person.Email}}.Encode(),
			}
			if person.CodeApp {
				shown.Factor = ui.FactorCode
			}
			group.People = append(group.People, shown)
		}
		p.Groups = append(p.Groups, group)
	}
	return c.Page(public.People(p))
}

// gallery is a page of every part in every state, for whoever adds a page.
func gallery(part demo.Part) web.Handler {
	return func(c *web.Context) error {
		qr, err := web.QRCode("JBSWY3DPEHPK3PXP")
		if err != nil {
			return err
		}
		return c.Page(demo.Components(demo.ComponentsPage{
			Shell: c.Shell("Components: " + strings.ToLower(part.Tab)), URL: part.URL, QR: qr,
		}))
	}
}
