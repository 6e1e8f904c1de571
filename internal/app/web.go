package app

import (
	"context"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/billing/stripe"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/web"
	"gatehouse/internal/web/books"
	"gatehouse/internal/web/cards"
	"gatehouse/internal/web/colleagues"
	"gatehouse/internal/web/conduct"
	"gatehouse/internal/web/contacts"
	webdomains "gatehouse/internal/web/domains"
	webimports "gatehouse/internal/web/imports"
	"gatehouse/internal/web/invoicing"
	"gatehouse/internal/web/log"
	"gatehouse/internal/web/me"
	"gatehouse/internal/web/notices"
	"gatehouse/internal/web/orders"
	"gatehouse/internal/web/ownership"
	"gatehouse/internal/web/paylinks"
	"gatehouse/internal/web/portal"
	"gatehouse/internal/web/public"
	"gatehouse/internal/web/review"
	"gatehouse/internal/web/servers"
	websettings "gatehouse/internal/web/settings"
	"gatehouse/internal/web/signin"
	"gatehouse/internal/web/staff"
	webstatus "gatehouse/internal/web/status"
	"gatehouse/internal/web/teams"
	"gatehouse/static"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// Observer is told of every request that was answered.
type Observer func(route string, status int, took time.Duration)

// Door makes the door with all its routes. Start turns it into a handler.
func (a *App) Door(observe Observer) (*web.Web, error) {
	files, err := static.Load()
	if err != nil {
		return nil, err // static says what it did
	}
	cfg := web.Config{
		PublicURL: a.Config.PublicURL, TrustedProxies: a.Config.TrustedProxies, BodyLimit: a.Config.BodyLimit,
		Brand: a.brand(), BrandNow: a.brand, Zone: a.Config.TimeZone, Turns: pagesAtOnce(a.Config.Database.Driver),
	}
	if a.Config.Gateway.Kind == config.Stripe {
		cfg.FormTargets = []string{stripe.CheckoutOrigin}
	}
	var hint ui.Link
	if a.Config.Demo {
		cfg.Demo = &layout.Demo{
			Text:  "This is a demonstration: made-up people, payments and mails. Staff need security keys elsewhere.",
			Links: []ui.Link{{Text: "People", URL: "/demo/people"}, {Text: "Mailbox", URL: "/demo/mailbox"}},
		}
		hint = ui.Link{Text: "Whom can I sign in as?", URL: "/demo/people"}
	}
	w, err := web.New(cfg, web.Deps{
		Gate: a.Gate, Access: a.Access, Accounts: a.Accounts, People: a.People, Box: a.Box, Static: files,
		Logger: a.Logger, Counts: a.navCounts, Places: a.places, Observe: observe,
		EndAssist: a.Assist.End, Assist: a.Assist, Support: a.Support,
	})
	if err != nil {
		return nil, err // web says what it did
	}
	w.RegisterStepUp()
	w.RegisterPreview()
	w.RegisterAssist()
	w.RegisterReasons()
	signin.Register(w, signin.Deps{People: a.People, Recovery: a.Recovery, Hint: hint})
	a.clientPages(w)
	a.staffPages(w)
	if err := public.Register(w, a.publicDeps()); err != nil {
		return nil, err // public says what it did
	}
	return w, nil
}

// pagesAtOnce is how many pages are made at a time. On the embedded database a page is work from its beginning to its
// end, and more pages than processors only make each other late. A server has a page wait for most of its time, in
// which another one can be made.
func pagesAtOnce(driver string) int {
	n := runtime.GOMAXPROCS(0)
	if driver == config.SQLite {
		return n
	}
	return 2 * n
}

// clientPages are those of account holders.
func (a *App) clientPages(w *web.Web) {
	portal.Register(w, portal.Deps{
		Accounts: a.Accounts, Billing: a.Billing, Hosting: a.Hosting, Overview: a.Overview, Access: a.Access,
		Gate: a.Gate, Recurring: a.Recurring, Domains: a.Domains, VATIDs: a.VATIDs, Cards: a.Cards,
		Reminders: a.Reminders,
		Status:    a.Status, Letterhead: a.letterhead, Papers: a.Papers, Reports: a.Reports,
	})
	books.Register(w, books.Deps{Reports: a.Reports, Zone: a.Config.TimeZone})
	cards.Register(w, cards.Deps{Accounts: a.Accounts, Cards: a.Cards, Debits: a.Debits, Sandbox: a.Sandbox})
	paylinks.Register(w, paylinks.Deps{
		Links: a.PayLinks, Billing: a.Billing, Seller: a.sellerLine, Payee: func() string { return a.provider().LegalName },
	})
	contacts.Register(w, contacts.Deps{
		Shared: a.Teams, Assist: a.Assist,
		Accounts: a.Accounts, Recovery: a.Recovery, Hosting: a.Hosting, Gate: a.Gate, Access: a.Access,
	})
	teams.Register(w, teams.Deps{Accounts: a.Accounts, Teams: a.Teams, Access: a.Access})
	ownership.Register(w, ownership.Deps{Accounts: a.Accounts, Ownership: a.Ownership})
	notices.Register(w, notices.Deps{Notices: a.Notices})
	review.Register(w, review.Deps{
		Reviews: a.Reviews, Accounts: a.Accounts, Hosting: a.Hosting, PublicKeys: a.Box.NoteKeys(),
		Letterhead: a.reviewPaper,
	})
	log.Register(w, log.Deps{
		Streams: a.Streams, Accounts: a.Accounts, Billing: a.Billing, Hosting: a.Hosting, Gate: a.Gate, Access: a.Access,
		Exports: a.Exports, Watch: a.Watch, Bookmarks: a.Bookmarks, Keys: a.Box.NoteKeys(),
		Keeping: a.keeping,
	})
	me.Register(w, me.Deps{People: a.People, Support: a.Support, Access: a.Access})
}

// staffPages are those of the provider's own people.
func (a *App) staffPages(w *web.Web) {
	staff.Register(w, staff.Deps{
		Ownership: a.Ownership, Assist: a.Assist, Pinned: a.Pinned,
		Recovery: a.Recovery, Accounts: a.Accounts, Billing: a.Billing, Bank: a.Bank, Hosting: a.Hosting,
		Overview: a.Overview, VATIDs: a.VATIDs,
		Reviews: a.Reviews,
		Gate:    a.Gate, Support: a.Support, Access: a.Access, Zone: a.Config.TimeZone, Currency: DefaultCurrency,
		Figures: a.Figures,
		Seller:  a.sellerLine, PayLink: a.samplePayLink(),
	})
	colleagues.Register(w, colleagues.Deps{
		Staffing: a.Staffing, People: a.People, Access: a.Access, Gate: a.Gate, PublicKeys: a.Box.NoteKeys(),
		Letterhead: a.reviewPaper,
	})
	conduct.Register(w, conduct.Deps{
		Conduct: a.Conduct, Access: a.Access, Letterhead: a.reviewPaper, Zone: a.Config.TimeZone,
	})
	webimports.Register(w, webimports.Deps{Imports: a.Imports})
	orders.Register(w, orders.Deps{
		Orders: a.Orders, Hosting: a.Hosting, Accounts: a.Accounts, Recurring: a.Recurring, Currency: DefaultCurrency,
	})
	websettings.Register(w, websettings.Deps{
		Settings: a.Settings, Brand: a.mailBrand, Zone: a.Config.TimeZone,
		Names: func(ctx context.Context, people []id.Person) (map[id.Person]string, error) {
			return a.Accounts.NamesOf(a.Reader.With(ctx), people)
		},
	})
	webdomains.Register(w, webdomains.Deps{Domains: a.Domains, Hosting: a.Hosting, Accounts: a.Accounts})
	servers.Register(w, servers.Deps{Hosting: a.Hosting, Accounts: a.Accounts, Recurring: a.Recurring})
	invoicing.Register(w, invoicing.Deps{
		Accounts: a.Accounts, Billing: a.Billing, Hosting: a.Hosting, Recurring: a.Recurring,
		Reminders: a.Reminders, Zone: a.Config.TimeZone,
		Currency: DefaultCurrency,
	})
	webstatus.Register(w, webstatus.Deps{
		Status: a.Status, Subscribers: a.Subscribers, Hosting: a.Hosting, PublicURL: a.Config.PublicURL,
		Zone: a.Config.TimeZone,
	})
}

// reviewPaper is what stands at the head and the foot of the record of an access review.
func (a *App) reviewPaper() paper.About {
	l := a.letterhead()
	return paper.About{Author: l.LegalName, Brand: l.Name, Accent: l.Accent, Foot: l.Line(), Mail: l.Mail}
}

// DefaultCurrency is what new accounts are billed in unless staff choose another.
const DefaultCurrency = "GBP"

func (a *App) publicDeps() public.Deps {
	return public.Deps{
		Accounts: a.Accounts, Billing: a.Billing, Accent: func() string { return a.provider().Accent },
		Logo: a.Settings.Logo, LogoFile: a.Config.Provider.LogoFile,
		Ready:   a.Ready,
		Sandbox: a.Sandbox, Panel: a.DemoPanel, Mailbox: a.Mailbox,
		People: demoPeople(a.Config.Demo),
	}
}

// Ready says whether the database answers.
func (a *App) Ready(ctx context.Context) error { return a.Reader.Ping(ctx) }

// Handler is the finished handler.
func (a *App) Handler(observe Observer) (http.Handler, error) {
	door, err := a.Door(observe)
	if err != nil {
		return nil, err
	}
	return door.Start() // web says what it did
}

// letterhead is under whose name invoices and mails go out.
func (a *App) letterhead() pdf.Seller {
	p := a.provider()
	return pdf.Seller{
		Name: p.Name, LegalName: p.LegalName, Address: p.Address, Registration: p.Registration, TaxID: p.VATNumber,
		Accent: p.Accent, Mail: p.SupportMail,
	}
}

func (a *App) brand() layout.Brand {
	p := a.provider()
	b := layout.Brand{Name: p.Name, LegalName: p.LegalName, StylesheetURL: "/brand.css", HomeURL: "/"}
	add := func(text string, to *url.URL) {
		if to != nil {
			b.Links = append(b.Links, ui.Link{Text: text, URL: to.String()})
		}
	}
	if p.LogoFile != "" {
		b.LogoURL = "/brand/logo"
	} else if hash, _ := a.Settings.Logo(); hash != "" {
		b.LogoURL = "/brand/logo/" + hash
	}
	if p.Accent != "" { // its address changes with it, so that no browser keeps the old one
		b.StylesheetURL += "?" + strings.TrimPrefix(p.Accent, "#")
	}
	if p.SupportMail != "" {
		b.Links = append(b.Links, ui.Link{Text: "Ask for help", URL: "mailto:" + p.SupportMail})
	}
	b.Links = append(b.Links, ui.Link{Text: "Server status", URL: "/status"})
	add("Terms", p.TermsURL)
	add("Privacy", p.PrivacyURL)
	add("Imprint", p.ImprintURL)
	return b
}

// navCounts are the figures beside the navigation's entries: one statement.
func (a *App) navCounts(ctx context.Context, who actor.Actor, account id.Account) (web.NavCounts, error) {
	b, err := a.Overview.Badges(ctx, who, account)
	if err != nil {
		return web.NavCounts{}, err // overview says what it did
	}
	return web.NavCounts(b), nil
}

func demoPeople(demo bool) *public.DemoPeople {
	if !demo {
		return nil
	}
	people := &public.DemoPeople{Password: persons.DemoPassword, Secret: persons.DemoSecret}
	for _, g := range cast.Groups() {
		shown := public.DemoGroup{Name: g.Name, Staff: g.Staff}
		for _, p := range g.People {
			shown.People = append(shown.People, public.DemoPerson(p))
		}
		people.Groups = append(people.Groups, shown)
	}
	return people
}
