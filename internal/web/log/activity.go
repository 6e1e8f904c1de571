// Package log holds the pages of the log: what happened in an account or to oneself, found, filtered and told. What may
// be read is decided in activity and gate, permissions on the routes; what a page looks like in templates/log.
package log

import (
	"slices"
	"strconv"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/bookmarks"
	"gatehouse/internal/exports"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/streams"
	"gatehouse/internal/verb"
	"gatehouse/internal/watch"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts  *accounts.Accounts
	Billing   *billing.Billing
	Hosting   *hosting.Hosting
	Exports   *exports.Exports
	Keys      []string // public keys of the log's signatures, oldest first
	Gate      *gate.Gate
	Access    *access.Access
	Streams   *streams.Streams
	Watch     *watch.Watch
	Bookmarks *bookmarks.Bookmarks
	Keeping   func() activity.Keeping // how long entries stay
}

type area struct {
	Deps
	web    *web.Web
	pulses *pulses
}

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w, pulses: &pulses{}}
	a.web.Page(web.AccountPath+"/activity", verb.ActivityView, a.activity)
	a.exportRoutes()
	a.keyRoutes()
	a.keptRoutes()
	a.web.Page(web.AccountPath+"/activity/:entry", verb.ActivityView, a.entry)
	a.web.Page(ownLogPath, verb.SelfView, a.myActivity)
	a.streamRoutes()
	a.alertRoutes()
	a.staffRoutes()
	a.savedRoutes()
}

func (a *area) activity(c *web.Context) error {
	own := a.Access.Check(c.Who, verb.ActivityView, c.Scope).Own
	v := readLogView(c, c.Base()+"/activity", !own)
	p := log.ActivityPage{
		Shell: c.Shell("Activity log"), Title: "Activity log", Searches: !own, Query: c.Query("q"),
		SearchHint: "A person, an invoice, a service, an address or an action",
	}
	p.Lead = "Whatever is done in this account, by anybody. Nobody can change it."
	if own {
		p.Lead = "What you did in this account. Nobody can change it."
	}
	if !own {
		p.Leads = append(p.Leads, ui.Link{Text: "Alerts", URL: c.Base() + "/activity/alerts", Icon: "bell"})
	}
	if c.Offers(verb.ActivityStream) {
		p.Leads = append(p.Leads, ui.Link{Text: "Streams", URL: streamsURL(c), Icon: "broadcast"})
	}
	return a.searched(c, verb.ActivityView, v, p)
}

// searched shows a log, or where the words that were looked for lead.
func (a *area) searched(c *web.Context, needs verb.Verb, v logView, p log.ActivityPage) error {
	if p.Searches && p.Query != "" {
		found, err := a.search(c, v, p.Query)
		if err != nil {
			return err
		}
		if len(found) == 1 {
			return c.Redirect(found[0].URL)
		}
		p.Found, p.Looked = found, ""
	}
	return a.showLog(c, needs, v, p)
}

func (a *area) myActivity(c *web.Context) error {
	return a.showLog(c, verb.SelfView, readLogView(c, ownLogPath, false), log.ActivityPage{
		Shell: c.Shell("My activity"), Title: "My activity", Tabs: web.MyPages("Activity"),
		Lead: "Your sign-ins, your sessions, and what happened to how you sign in.",
	})
}

// The days that the top of a log shows.
const (
	calendarDays = 26 * 7
	signInDays   = 30
)

func (a *area) showLog(c *web.Context, v verb.Verb, view logView, p log.ActivityPage) error {
	own := v == verb.ActivityView && !view.choosePerson
	if top := view.filter.Before == 0 && view.filter.After == 0; top {
		view.filter.Calendar = &activity.CalendarQuery{
			Zone: c.Reader().Location, Now: c.Now(),
			From: c.Now().AddDate(0, 0, -calendarDays), SignIns: c.Now().AddDate(0, 0, 1-signInDays),
		}
		if own {
			view.filter.Calendar.Person = c.Who.Person
		}
	}
	page, err := a.Gate.Log(c.Ctx(), c.Who, v, c.Scope, view.filter)
	if err != nil {
		return err
	}
	entryURL := ""
	if v != verb.SelfView {
		entryURL = view.path
	}
	p.KeptURL = keptPath
	p.Entries, p.BareURL = c.Entries(page.Entries, entryURL), view.path
	if p.Pulse, err = a.pulses.of(c, view.filter.Calendar, &page.Calendar); err != nil {
		return err
	}
	view.addFilters(c, page, &p)
	p.Leads = append(p.Leads, ui.Link{Text: view.savedText(), URL: view.under(savedPart), Icon: "filter"})
	if v == verb.SelfView || c.Offers(verb.ActivityExport) {
		p.Leads = append(p.Leads, ui.Link{Text: "Export", URL: view.under(exportPart), Icon: "download"})
	}
	if page.Looked > 0 {
		p.Looked = "through " + ui.Number(activity.ExamineMost) + " entries"
		p.KeepURL = view.address(nil, "before", strconv.FormatInt(page.Looked, 10))
	}
	if page.Older > 0 {
		p.Pages.Older = view.address(nil, "before", strconv.FormatInt(page.Older, 10))
	}
	if page.Newer && len(page.Entries) > 0 {
		p.Pages.Newer = view.address(nil, "after", strconv.FormatInt(page.Entries[0].Seq, 10))
	} else if page.Newer {
		p.Pages.Newer = view.address(nil)
	}
	p.Pages.Shown = ui.Count(len(page.Entries), "entry", "entries") + " shown, newest first"
	return c.Page(log.Activity(p))
}

func (a *area) entry(c *web.Context) error {
	return a.showEntry(c, verb.ActivityView, c.Base()+"/activity")
}

func (a *area) showEntry(c *web.Context, needs verb.Verb, logURL string) error {
	seq, err := strconv.ParseInt(c.Param("entry"), 10, 64)
	if err != nil || seq < 1 {
		return fault.NotFound("read entry")
	}
	// what else the same request did stands beside it
	page, err := a.Gate.Log(c.Ctx(), c.Who, needs, c.Scope, activity.Filter{
		Before: seq + beside, Limit: 2*beside - 1,
	})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(page.Entries, func(e activity.Entry) bool { return e.Seq == seq })
	if at < 0 {
		return a.showArchived(c, needs, seq, logURL)
	}
	above, err := c.AboveClient()
	if err != nil {
		return err
	}
	return c.Page(log.Entry(log.EntryPage{
		Shell: c.Shell("Entry"), Above: above, LogURL: logURL, Title: "Activity log",
		Entry:    c.Entries(page.Entries[at:at+1], logURL)[0],
		Together: c.Entries(together(page.Entries, page.Entries[at]), logURL),
	}))
}

// beside is within how many entries the others of a request are looked for.
const beside = 50
