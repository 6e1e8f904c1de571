package portal

import (
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/overview"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func (a *area) overview(c *web.Context) error {
	home, err := a.Overview.Home(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	if home.Due != nil {
		known := web.NavCounts{Due: home.Due.Count, Overdue: home.Due.OverdueCount, Lost: len(home.Lost)}
		if home.Review != nil {
			known.Review = home.Review.Left
		}
		c.Know(known)
	}
	p := portal.OverviewPage{
		Shell: c.Shell("Overview"), FirstName: web.FirstName(c.Who.SeenName()),
		Account: home.Account.Name, Since: home.Account.Since, Next: nextStep(c, home),
		Due:    dueCard(c.Base(), home.Due, c.May(verb.InvoicesPay) && a.Billing.TakesPayments()),
		Access: accessCard(c.Base(), home.People),
	}
	if p.Next != nil {
		p.Next.Calm = p.Due.Urgent()
	}
	for _, lost := range home.Lost {
		p.Waiting = append(p.Waiting, ui.Flash{
			Tone: ui.Warn, Lead: lost.Name + " lost their second step.", Text: "They ask to get back in, and you decide.",
			Link: ui.Link{Text: "Look at it", URL: c.Base() + "/recoveries/" + lost.Recovery.String()},
		})
	}
	if e := home.Ending; e != nil {
		p.Waiting = append(p.Waiting, ending(c, *e))
	}
	if r := home.Review; r != nil {
		p.Waiting = append(p.Waiting, openReview(c.Base()+"/reviews/"+r.ID.String(), r.Left))
	}
	if s := home.Services; s != nil {
		p.Services = &portal.ServicesCard{AllURL: c.Base() + "/services"}
		for _, one := range s.List {
			p.Services.Rows = append(p.Services.Rows, serviceRow(p.Services.AllURL, hosting.Service{
				ID: one.ID, Plan: one.Plan, Domain: one.Name, Server: hosting.Server{Name: one.Server}, State: one.State,
				Usage: one.Usage, HasPanel: one.HasPanel,
			}, c.May(verb.PanelOpen)))
		}
	}
	if home.Activity != nil {
		log := c.Base() + "/activity"
		p.Activity = &portal.ActivityCard{Entries: c.Entries(home.Activity, log), AllURL: log}
	}
	return c.Page(portal.Overview(p))
}

// ending leads to a domain that runs out, or to several.
func ending(c *web.Context, e overview.Ending) ui.Flash {
	f := ui.Flash{
		Tone: ui.Warn, Lead: e.Name + " runs out " + c.Reader().Relative(e.Expires) + ".",
		Text: "Nobody renews it by itself.",
		Link: ui.Link{Text: "Look at it", URL: c.Base() + "/domains/" + e.Domain.String()},
	}
	if e.Count > 1 {
		f.Lead, f.Text = ui.Number(e.Count)+" domains run out within 30 days.", "Nobody renews them by themselves."
		f.Link = ui.Link{Text: "See which", URL: c.Base() + "/domains"}
	}
	return f
}

// openReview leads to an access review that is not finished.
func openReview(url string, left int) ui.Flash {
	if left == 0 {
		return ui.Flash{
			Tone: ui.Info, Lead: "The access review can be finished.",
			Text: "Everything is decided. It counts once you finish it.",
			Link: ui.Link{Text: "Finish it", URL: url},
		}
	}
	return ui.Flash{
		Tone: ui.Info, Lead: "An access review is open.", Text: ui.Count(left, "row waits", "rows wait") + " for a decision.",
		Link: ui.Link{Text: "Go on with it", URL: url},
	}
}

func dueCard(base string, d *overview.Due, mayPay bool) *portal.DueCard {
	if d == nil {
		return nil
	}
	list := base + "/invoices"
	card := &portal.DueCard{Amount: d.Left, Count: d.Count, AllURL: list, MayPay: mayPay}
	if d.Count > 0 {
		card.State, card.Due = ui.InvoiceState(d.Oldest.State), d.Oldest.Due
		card.Invoice = ui.Link{Text: d.Oldest.Number, URL: list + "/" + d.Oldest.ID.String()}
	}
	return card
}

func accessCard(base string, people *overview.People) *portal.AccessCard {
	if people == nil {
		return nil
	}
	card := &portal.AccessCard{AllURL: base + "/contacts", Count: people.Count}
	for _, one := range people.List {
		detail := one.RoleName
		if one.Team != "" {
			detail += ", through the team " + one.Team
		}
		if one.Limited {
			detail += ", " + ui.Count(one.Services, "service", "services")
		}
		if one.You {
			detail += ", that’s you"
		}
		card.People = append(card.People, portal.AccessRow{
			Person: ui.Person{Name: one.Name, Detail: detail, URL: card.AllURL}, Factor: ui.Factor(one.Factor),
		})
	}
	return card
}

// unprotected begins a sentence about those whom a password alone lets in.
func unprotected(people *overview.People) string {
	var names []string
	for _, one := range people.List {
		if one.Level == actor.PasswordOnly {
			names = append(names, one.Name)
		}
	}
	switch {
	case len(names) != people.Count-people.Protected || len(names) > 2: // more than are listed, or than can be read
		return "Some people sign in"
	case len(names) == 1:
		return names[0] + " signs in"
	}
	return strings.Join(names, " and ") + " sign in"
}

// nextStep is the one thing that would make the account safer: first the reader's own sign-in, then those of others.
func nextStep(c *web.Context, home overview.Home) *portal.NextStep {
	step := portal.NextStep{}
	if people := home.People; people != nil && people.Count > 0 {
		step.Progress = ui.Number(people.Protected) + " of " + ui.Count(people.Count, "person", "people")
		step.After, step.Value, step.Of = "have a second factor", people.Protected, people.Count
	}
	switch {
	case c.Who.Factor == actor.ByPassword:
		step.Title = "Add a second step to your sign-in"
		step.Text = "Whoever learns your password can do here what you can. A code app on your phone stops them."
		step.Action = ui.Link{Text: "Add a code app", URL: web.SecurityPath}
	case step.Of > step.Value && c.Offers(verb.ContactsManage):
		step.Title = "Ask everybody for a second step"
		step.Text = unprotected(home.People) + " to this account with a password alone. Whoever learns it gets in."
		step.Action = ui.Link{Text: "See who", URL: c.Base() + "/contacts"}
		if c.Offers(verb.SecurityManage) {
			step.Text += " Ask for more, and everybody gets time to set it up."
			step.Action = ui.Link{Text: "Require a second step", URL: c.Base() + "/settings/security"}
		}
	default:
		return nil
	}
	return &step
}
