package staff

import (
	"net/url"
	"slices"
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

// activity is the provider's own log.
func (a *area) activity(c *web.Context) error {
	return a.log(c, activityPath, log.ActivityPage{
		Shell: c.Shell("Activity log"), Title: "Activity log",
		Lead: "What concerns " + c.Provider() + " as a whole. Each account and each person has a log of their own.",
	})
}

// clientActivity is the log of one client, as the client reads it. That somebody looked is in it.
func (a *area) clientActivity(c *web.Context) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	return a.log(c, base(c)+"/activity", log.ActivityPage{
		Shell: c.Shell("Activity log"), Title: "Activity log of " + of.Name, Lead: "The client reads the same.",
	})
}

// log shows a page of the log that the route is about, with the filters that the address holds.
func (a *area) log(c *web.Context, path string, p log.ActivityPage) error {
	f := activity.Filter{Before: c.QueryInt("before"), After: c.QueryInt("after")}
	if f.Before > 0 {
		f.After = 0
	}
	kept := url.Values{}
	p.BareURL = path
	p.Filters = []ui.Filter{
		filter("category", "Kind", "category", c.Query("category"), categories(), kept),
		filter("outcome", "Outcome", "circle-check", c.Query("outcome"), outcomes(), kept),
	}
	f.Category, f.Outcome = activity.Category(kept.Get("category")), activity.Outcome(kept.Get("outcome"))
	for _, shown := range p.Filters {
		if !kept.Has(shown.Name) {
			continue
		}
		at := slices.IndexFunc(shown.Choices, func(c ui.Choice) bool { return c.Chosen })
		rest := url.Values{}
		for name := range kept {
			if name != shown.Name {
				rest.Set(name, kept.Get(name))
			}
		}
		p.Chips = append(p.Chips, ui.Chip{
			Name: shown.Label, Value: shown.Choices[at].Label, RemoveURL: path + "?" + rest.Encode(),
		})
	}
	page, err := a.Gate.Log(c.Ctx(), c.Who, verb.AuditView, c.Scope, f)
	if err != nil {
		return err
	}
	p.Entries = c.Entries(page.Entries, "")
	turn(&p, page, path, kept)
	return c.Page(log.Activity(p))
}

// turn sets where the page's links to newer and older entries lead.
func turn(p *log.ActivityPage, page activity.Page, path string, kept url.Values) {
	at := func(name string, seq int64) string {
		kept.Set(name, strconv.FormatInt(seq, 10))
		defer kept.Del(name)
		return path + "?" + kept.Encode()
	}
	if page.Looked > 0 {
		p.Looked, p.KeepURL = "through 5,000 entries", at("before", page.Looked)
	}
	if page.Older > 0 {
		p.Pages.Older = at("before", page.Older)
	}
	if page.Newer && len(page.Entries) > 0 {
		p.Pages.Newer = at("after", page.Entries[0].Seq)
	} else if page.Newer {
		p.Pages.Newer = path
	}
	p.Pages.Shown = ui.Count(len(page.Entries), "entry", "entries") + " shown, newest first"
}

// filter offers the values of one parameter of the address, and keeps the one that was chosen if it is one of them.
func filter(name, label, icon, value string, choices []ui.Choice, kept url.Values) ui.Filter {
	if !slices.ContainsFunc(choices, func(c ui.Choice) bool { return c.Value == value }) {
		value = ""
	}
	if value != "" {
		kept.Set(name, value)
	}
	choices = append([]ui.Choice{{Label: "All"}}, choices...)
	return ui.Filter{Name: name, Label: label, Icon: icon, Choices: chosen(choices, value)}
}

func outcomes() []ui.Choice {
	var list []ui.Choice
	for _, o := range []activity.Outcome{activity.Success, activity.RefusedResult, activity.Failed} {
		list = append(list, ui.Choice{Value: string(o), Label: ui.Outcome(o).State().Word})
	}
	return list
}

func categories() []ui.Choice {
	list := []ui.Choice{}
	for _, c := range []struct {
		category activity.Category
		label    string
	}{
		{activity.CategoryAccess, "Who has access"},
		{activity.CategoryAccount, "Accounts"},
		{activity.CategoryBilling, "Billing"},
		{activity.CategoryHosting, "Hosting"},
		{activity.CategorySignIn, "Signing in"},
		{activity.CategoryRead, "Looking"},
		{activity.CategorySupport, "Cases"},
		{activity.CategoryMail, "Mails"},
		{activity.CategorySystem, "The log and the system"},
	} {
		list = append(list, ui.Choice{Value: string(c.category), Label: c.label})
	}
	return list
}
