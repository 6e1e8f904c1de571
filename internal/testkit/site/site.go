// Package site is the whole portal for tests: the rooms over a testkit.World, the door with the areas that a test
// names, a cast of people, and visitors with cookies who read pages as browsers do. Requests are answered in the same
// process, under the context of the test, so that statements can be counted.
package site

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/billing/papers"
	"gatehouse/internal/billing/paylinks"
	"gatehouse/internal/billing/reports"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/billing/vatids"
	"gatehouse/internal/bookmarks"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/exports"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/overview"
	"gatehouse/internal/ownership"
	"gatehouse/internal/pinned"
	"gatehouse/internal/platform/geo"
	"gatehouse/internal/recovery"
	"gatehouse/internal/reviews"
	"gatehouse/internal/streams"
	"gatehouse/internal/support"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
	"gatehouse/internal/watch"
	"gatehouse/internal/web"
	"gatehouse/internal/web/signin"
	"gatehouse/static"
	"gatehouse/templates/layout"
)

// Origin is where the portal is reached.
const Origin = "https://portal.harbour.example"

// Passphrase is everybody's password.
const Passphrase = "seven wooden ferries sail"

// Site is a portal.
type Site struct {
	*testkit.World
	People    *identity.People
	Accounts  *accounts.Accounts
	Recovery  *recovery.Recovery
	Ownership *ownership.Ownership
	Teams     *teams.Teams
	Billing   *billing.Billing
	VATIDs    *vatids.VATIDs // asks no register until a test names some
	PayLinks  *paylinks.Links
	Cards     *cards.Cards
	Debits    *debits.Debits
	Papers    *papers.Papers
	Reports   *reports.Reports
	Hosting   *hosting.Hosting
	Domains   *domains.Domains
	Registrar *demoregistrar.Registrar
	Overview  *overview.Overview
	Support   *support.Support
	Streams   *streams.Streams
	Exports   *exports.Exports
	Watch     *watch.Watch
	Bookmarks *bookmarks.Bookmarks
	Pinned    *pinned.Pinned
	Panel     *demopanel.Panel
	Sandbox   *sandbox.Gateway
	Door      *web.Web
	Reviews   *reviews.Reviews
	Assist    *assist.Assist
	Notices   *notices.Notices
	Atlas     Atlas

	handler http.Handler
	mu      sync.Mutex
	invited map[string]accounts.InvitationMail // the last to each address
	secrets map[string]string                  // of code apps, by address
	links   map[string]string                  // tokens of mailed links, by kind and address

	origin, passphrase string
}

// Atlas knows where the addresses are that a test puts into it.
type Atlas map[netip.Addr]geo.Spot

// Spot is where an address is.
func (a Atlas) Spot(address netip.Addr) (geo.Spot, bool) {
	spot, ok := a[address]
	return spot, ok
}

// Around lets visitors into a portal that was put together elsewhere, where everybody has the same password. Of the
// world, the reader and the offset of time are needed.
func Around(w *testkit.World, handler http.Handler, origin, passphrase string) *Site {
	return &Site{World: w, handler: handler, origin: origin, passphrase: passphrase, secrets: map[string]string{}}
}

// ServeHTTP answers over a network, for those who bring a browser of their own.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Open makes a portal. The areas add their routes to Site.Door; the pages to sign in are there already.
func Open(t testing.TB, w *testkit.World, areas ...func(s *Site)) *Site {
	t.Helper()
	s := &Site{
		World: w, invited: map[string]accounts.InvitationMail{}, secrets: map[string]string{},
		origin: Origin, passphrase: Passphrase, Atlas: Atlas{},
	}
	s.furnish(t)
	files, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	public, err := url.Parse(Origin)
	if err != nil {
		t.Fatal(err)
	}
	s.Door, err = web.New(web.Config{
		PublicURL: public, Brand: layout.Brand{Name: "Harbour Hosting"},
	}, web.Deps{
		Gate: w.Gate, Access: w.Access, Accounts: s.Accounts, People: s.People, Box: w.Box, Static: files, Logger: w.Logger,
		Counts: s.counts, EndAssist: s.Assist.End, Assist: s.Assist, Support: s.Support,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Door.RegisterStepUp()
	s.Door.RegisterPreview()
	s.Door.RegisterAssist()
	s.Door.RegisterReasons()
	signin.Register(s.Door, signin.Deps{People: s.People, Recovery: s.Recovery})
	for _, add := range areas {
		add(s)
	}
	if s.handler, err = s.Door.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// openSandbox opens the page of payments that is tried out.
func (s *Site) openSandbox(t testing.TB) {
	t.Helper()
	var err error
	s.Sandbox, err = sandbox.New(sandbox.Config{
		Secret: []byte("a secret of the test, long enough"), Merchant: "harbour-hosting", BaseURL: Origin,
		Deliver: func(ctx context.Context, header http.Header, body []byte) error {
			return s.Billing.Receive(ctx, actor.NewWebhook(sandbox.Name, address()), sandbox.Name, header, body)
		},
		Now: s.Reader.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *Site) furnish(t testing.TB) {
	t.Helper()
	w := s.World
	s.openSandbox(t)
	public, err := url.Parse(Origin)
	if err != nil {
		t.Fatal(err)
	}
	s.People = identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Hasher: passwords.NewQuickHasher(),
		Brand:  "Harbour Hosting", PublicURL: public,
	})
	w.Access.LetStaffUseCodes() // its staff sign in as those of the demo do
	s.Accounts = accounts.New(w.Gate, w.Reader, w.Box, w.Access, s.People, w.Outbox)
	s.Recovery = recovery.New(w.Gate, w.Reader, w.Box, w.Access, s.People, s.Accounts, w.Outbox, recovery.StandardWait)
	s.Ownership = ownership.New(w.Gate, w.Reader, w.Box, w.Access, s.Accounts, w.Outbox)
	s.Teams = teams.New(w.Gate, w.Reader, w.Box, w.Access, s.Accounts, w.Outbox)
	s.Assist = assist.New(w.Gate, w.Reader, w.Box, s.People, s.Accounts, w.Outbox, w.Access)
	s.People.Heed(s.Accounts.Demands)
	s.Notices = notices.New(w.Gate, w.Reader, s.Accounts)
	s.Reviews = reviews.New(w.Gate, w.Reader, w.Box, w.Access, s.Accounts, s.Teams, w.Outbox)
	s.trade()
	s.Overview = overview.New(w.Gate, w.Reader, w.Box, w.Access, s.People, s.Hosting)
	s.Support = support.New(w.Gate, w.Reader, w.Box, s.People, w.Outbox)
	s.Bookmarks = bookmarks.New(w.Gate, w.Reader, w.Box)
	s.Pinned = pinned.New(w.Gate, w.Reader, w.Box, s.People)
	s.Watch = watch.New(w.Gate, w.Reader, w.Access, s.People, s.Accounts, w.Outbox, s.Atlas, nil)
	s.Streams = streams.New(w.Gate, w.Reader, w.Box, streams.Config{Host: public.Hostname(), Provider: "Harbour Hosting"})
	s.Exports = exports.New(w.Gate, w.Reader, w.Box, w.Log, w.Outbox, w.Logger, "Harbour Hosting")
	w.Outbox.Handle(accounts.MailInvitation, func(_ context.Context, d outbox.Delivery) error {
		var mail accounts.InvitationMail
		err := d.Decode(&mail)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.invited[mail.To] = mail
		return err
	})
	w.Outbox.Handle(cards.Charge, s.Cards.ChargeCard)
	w.Outbox.Handle(cards.ChargeNow, s.Cards.ChargeCardNow)
	w.Outbox.Handle(cards.Forget, s.Cards.ForgetCard)
	w.Outbox.Handle(billing.SendRefund, s.Billing.SendRefund)
	w.Outbox.Handle(debits.Send, s.Debits.SendDebit)
	w.Outbox.Handle(debits.Forget, s.Debits.ForgetMandate)
	s.bindLinks()
	for _, kind := range []string{
		billing.MailInvoice, billing.MailReceipt, cards.MailFailed, debits.MailSoon, debits.MailOver, debits.MailGone,
		cards.MailEnding, billing.MailRefused, billing.MailNotices, billing.MailRefund, billing.MailRefundFailed,
		billing.MailUnasked,
		accounts.MailRule, ownership.MailOffer,
		ownership.MailDecision, reviews.Mail, exports.MailReady, assist.MailRule, assist.MailAsked,
		accounts.TeamChanged, teams.Said, accounts.JoinedForInvoices, hosting.MailService, hosting.MailBreach,
	} {
		w.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { return nil })
	}
}

// trade makes the rooms of money and of what it buys.
func (s *Site) trade() {
	w := s.World
	s.Panel = demopanel.New(w.Gate, w.Box)
	s.Billing = billing.New(w.Gate, w.Reader, w.Box, s.Accounts, w.Outbox, s.Sandbox)
	s.VATIDs = vatids.New(w.Gate, w.Reader, w.Box, s.Accounts, w.Outbox)
	s.Billing.Under(billing.Rules{Refuted: s.VATIDs.Refuted})
	s.Papers = papers.New(w.Gate, w.Reader, w.Box, s.Billing, papers.Letterhead{
		Seller: Seller, PublicURL: Origin,
	}, time.UTC)
	s.Reports = reports.New(w.Gate, w.Reader, w.Box)
	s.Cards = cards.New(w.Gate, w.Reader, w.Box, s.Billing, w.Outbox)
	s.Debits = debits.New(w.Gate, w.Reader, w.Box, s.Billing, w.Outbox, debits.Rules{})
	s.Cards.Beside(s.Debits)
	s.Debits.Beside(s.Cards)
	s.PayLinks = paylinks.New(w.Gate, w.Reader, w.Box, s.Billing)
	s.Hosting = hosting.New(w.Gate, w.Reader, w.Box, w.Outbox, s.Panel)
	s.Registrar = demoregistrar.New(w.Reader.Now, time.Hour)
	s.Domains = domains.New(w.Gate, w.Reader, w.Box, w.Outbox, s.Registrar)
	w.Outbox.Handle(domains.Carry, s.Domains.Work)
}

func (s *Site) counts(ctx context.Context, who actor.Actor, account id.Account) (web.NavCounts, error) {
	b, err := s.Overview.Badges(ctx, who, account)
	return web.NavCounts(b), err
}
