// Package domains holds the pages on which people see the domains of an account and have a registrar change them, and
// those on which the provider's people keep them.
package domains

import (
	"strings"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/domains"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Domains  *domains.Domains
	Hosting  *hosting.Hosting
	Accounts *accounts.Accounts
}

type area struct {
	Deps
	web *web.Web
}

const (
	listPath   = web.AccountPath + "/domains"
	domainPath = listPath + "/:domain"

	clientsPath      = "/staff/clients"
	clientListPath   = clientsPath + "/:account/domains"
	clientDomainPath = clientListPath + "/:domain"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	w.Page(listPath, verb.DomainsView, a.list)
	w.Page(domainPath, verb.DomainsView, a.domain)
	w.Page(domainPath+"/nameservers", verb.DomainsManage, a.askHosts)
	w.Action(domainPath+"/nameservers", verb.DomainsManage, a.changeHosts)
	w.Page(domainPath+"/renewal", verb.DomainsManage, a.askRenewal)
	w.Action(domainPath+"/renewal", verb.DomainsManage, a.changeRenewal)
	w.Page(domainPath+"/lock", verb.DomainsManage, a.askLock)
	w.Action(domainPath+"/lock", verb.DomainsManage, a.changeLock)
	w.Action(domainPath+"/retry", verb.DomainsManage, a.retry)

	w.Page(clientListPath, verb.HostingView, a.clientList)
	w.Page(clientListPath+"/new", verb.HostingManage, a.newDomain)
	w.Action(clientListPath+"/new", verb.HostingManage, a.addDomain)
	w.Page(clientDomainPath, verb.HostingView, a.clientDomain)
	w.Action(clientDomainPath+"/look", verb.HostingManage, a.lookAgain)
	w.Page(clientDomainPath+"/drop", verb.HostingManage, a.askDrop)
	w.Action(clientDomainPath+"/drop", verb.HostingManage, a.drop)
}

// RegistrarName is what people call a registrar.
func RegistrarName(name string) string {
	if name == demoregistrar.Name {
		return "The demo’s registrar"
	}
	return name
}

// StateOf says how a domain stands.
func StateOf(d domains.Domain, now time.Time) ui.State {
	switch {
	case d.State == domains.Gone:
		return ui.State{Icon: "minus", Word: "Gone"}
	case d.State == domains.Redemption:
		return ui.State{Tone: ui.Bad, Icon: "alert-triangle", Word: "Expired, can be brought back"}
	case d.State == domains.Expired:
		return ui.State{Tone: ui.Bad, Icon: "alert-triangle", Word: "Expired"}
	case d.Asked != "":
		return ui.State{Tone: ui.Info, Icon: "clock", Word: "Being changed"}
	case d.Ending(now):
		return ui.State{Tone: ui.Warn, Icon: "alert-triangle", Word: "Runs out soon"}
	}
	return ui.State{Tone: ui.OK, Icon: "check", Word: "Registered"}
}

func (a *area) list(c *web.Context) error {
	at := domains.ParseCursor(c.Query("after"))
	page, err := a.Domains.List(c.Ctx(), c.Who, c.Account(), at)
	if err != nil {
		return err
	}
	p := pages.ListPage{Shell: c.Shell("Domains"), Limited: page.Limited}
	fill(c, &p, page, c.Base()+"/domains")
	return c.Page(pages.List(p))
}

func fill(c *web.Context, p *pages.ListPage, page domains.Page, at string) {
	for _, d := range page.Domains {
		p.Rows = append(p.Rows, pages.Row{
			Name: d.Shown(), URL: at + "/" + d.ID.String(), State: StateOf(d, c.Now()), Expires: d.Expires, Renews: d.AutoRenew,
			Locked: d.Locked, Over: d.State != domains.Active,
		})
	}
	p.Pages = ui.Pages{
		NewerText: "First page", OlderText: "Next", Shown: ui.Count(len(p.Rows), "domain", "domains") + " shown",
	}
	if c.Query("after") != "" {
		p.Pages.Newer = at
	}
	if !page.Next.IsZero() {
		p.Pages.Older = web.With(at, "after", page.Next.String())
	}
}

// held reads the domain that the address names.
func (a *area) held(c *web.Context) (domains.Domain, []domains.Change, error) {
	one, err := web.ParamID[id.DomainKind](c, "domain")
	if err != nil {
		return domains.Domain{}, nil, err
	}
	return a.Domains.Domain(c.Ctx(), c.Who, c.Account(), one)
}

func (a *area) domain(c *web.Context) error {
	d, changes, err := a.held(c)
	if err != nil {
		return err
	}
	list := c.Base() + "/domains"
	at := list + "/" + d.ID.String()
	p := page(c, d, changes)
	p.Parents = []ui.Link{{Text: "Domains", URL: list}}
	if c.Offers(verb.DomainsManage) && d.State == domains.Active && d.Asked == "" {
		p.HostsURL, p.RenewalURL, p.LockURL = at+"/nameservers", at+"/renewal", at+"/lock"
		p.RetryURL = at + "/retry"
	}
	if !d.Service.IsZero() && c.May(verb.ServicesView) {
		p.Service = ui.Link{Text: "See the service", URL: c.Base() + "/services/" + d.Service.String()}
	}
	if c.May(verb.ActivityView) && !d.Service.IsZero() {
		p.LogURL = web.With(c.Base()+"/activity", "service", d.Service.String())
	}
	return c.Page(pages.Domain(p))
}

// page is what everybody sees of a domain.
func page(c *web.Context, d domains.Domain, changes []domains.Change) pages.Page {
	p := pages.Page{
		Shell: c.Shell(d.Shown()), Name: d.Shown(), State: StateOf(d, c.Now()), Registrar: RegistrarName(d.Registrar),
		Expires: d.Expires, Looked: d.Looked, Renews: d.AutoRenew, Locked: d.Locked,
		Over:  d.State != domains.Active,
		Notes: notes(c, d),
	}
	for _, host := range d.Nameservers {
		p.Hosts = append(p.Hosts, hostname.Shown(host))
	}
	for i, one := range changes {
		p.Changes = append(p.Changes, step(one))
		if i > 0 {
			continue
		}
		switch one.State {
		case domains.Failed:
			p.Failed = what(one) + " " + one.Trouble
		case domains.Waiting, domains.Taken:
			p.Notes = append(p.Notes, underway(one, d.Trouble))
		case domains.Done:
		}
	}
	return p
}

// notes are what somebody has to know of a domain before anything else.
func notes(c *web.Context, d domains.Domain) []ui.Flash {
	day := c.Reader().Date(d.Expires)
	switch {
	case d.State == domains.Gone:
		return []ui.Flash{{
			Tone: ui.Bad, Lead: "This domain is gone.", Text: "It ran out on " + day + ", and others can have it.",
		}}
	case d.State == domains.Redemption:
		return []ui.Flash{{
			Tone: ui.Bad, Lead: "This domain ran out on " + day + ".",
			Text: "It can still be brought back, for more than a renewal. Ask us today.",
		}}
	case d.State == domains.Expired:
		return []ui.Flash{{
			Tone: ui.Bad, Lead: "This domain ran out on " + day + ".",
			Text: "Its site and its mail may have stopped. It can still be renewed: ask us to.",
		}}
	case d.Ending(c.Now()):
		return []ui.Flash{{
			Tone: ui.Warn, Lead: "This domain runs out " + c.Reader().Relative(d.Expires) + ".",
			Text: "Nobody renews it by itself. Turn automatic renewal on to keep it.",
		}}
	}
	return nil
}

// underway says how far a change is.
func underway(one domains.Change, trouble string) ui.Flash {
	if one.State == domains.Waiting {
		text := "It is passed on to the registrar. This page shows how far it is."
		if trouble != "" {
			text = trouble + " It is asked again by itself."
		}
		return ui.Flash{Tone: ui.Info, Lead: what(one), Text: text}
	}
	return ui.Flash{
		Tone: ui.Info, Lead: what(one),
		Text: "The registrar has taken it. It shows here as soon as the registry does, which can take a day.",
	}
}

// what says what a change is about, as "Name servers: ns1.example.com, ns2.example.com".
func what(c domains.Change) string {
	switch c.Kind {
	case domains.Renewal:
		return "Automatic renewal: " + c.Wants + "."
	case domains.Lock:
		return "Lock: " + c.Wants + "."
	case domains.Nameservers:
	}
	return "Name servers: " + readable(strings.Fields(c.Wants)) + "."
}

func step(c domains.Change) ui.Step {
	s := ui.Step{Text: what(c), At: c.Asked}
	switch c.State {
	case domains.Done:
		s.Look, s.Note = ui.DoneWell, "Done"
	case domains.Failed:
		s.Look, s.Note = ui.Done, "Not made. "+c.Trouble
	case domains.Waiting:
		s.Look, s.Note = ui.Done, "On its way to the registrar"
	case domains.Taken:
		s.Look, s.Note = ui.Done, "Taken by the registrar, and not shown yet"
	}
	return s
}
