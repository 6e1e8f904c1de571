package site

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// The cast. All have the same password; Olivia, Tess and Priya have a code app.
const (
	Olivia = "olivia@northwind.example" // owner of Northwind
	Ben    = "ben@northwind.example"    // billing
	Tess   = "tess@northwind.example"   // technical
	Ada    = "ada@audit.example"        // auditor for 14 days
	Priya  = "priya@pixelworks.example" // owner of Pixelworks, developer of Northwind's shop
	Carl   = "carl@copperfield.example" // owner of Copperfield
)

// Cast is what the people of the tests have.
type Cast struct {
	Northwind, Pixelworks, Copperfield id.Account
	Server                             id.Server
	Bakery, Shop                       id.Service // of Northwind
	Cycles                             id.Service // of Copperfield
	Due, Older                         id.Invoice // of Northwind, both to be paid
	Foreign                            id.Invoice // of Copperfield
}

// Base is the address of Northwind's pages.
func (c Cast) Base() string { return "/accounts/" + c.Northwind.String() }

// Cast brings the people and their things in.
func (s *Site) Cast(t testing.TB) Cast {
	t.Helper()
	c := Cast{
		Northwind:   s.account(t, "Northwind Bakery Ltd", Olivia, "Olivia Marsh"),
		Pixelworks:  s.account(t, "Pixelworks Studio", Priya, "Priya Shah"),
		Copperfield: s.account(t, "Copperfield Cycles", Carl, "Carl Copperfield"),
	}
	var err error
	c.Server, err = s.Hosting.CreateServer(t.Context(), system(), hosting.NewServer{
		Name: "tern", Panel: demopanel.Name, Host: "tern.harbour.example", Location: "London", Credentials: "server-secret",
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Bakery = s.Serve(t, c, c.Northwind, "northwind.example")
	c.Shop = s.Serve(t, c, c.Northwind, "shop.northwind.example")
	c.Cycles = s.Serve(t, c, c.Copperfield, "copperfield.example")
	for _, of := range []struct {
		email, name string
		terms       accounts.Terms
	}{
		{Ben, "Ben Okafor", accounts.Terms{Role: "billing"}},
		{Tess, "Tess Lindqvist", accounts.Terms{Role: "technical"}},
		{Ada, "Ada Whitlock", accounts.Terms{Role: "auditor", EndsAt: s.Now(t).Add(14 * 24 * time.Hour)}},
		{Priya, "Priya Shah", accounts.Terms{Role: "developer", Limited: true, Services: []id.Service{c.Shop}}},
	} {
		s.Join(t, c.Northwind, of.email, of.name, of.terms)
	}
	for _, email := range []string{Olivia, Tess, Priya} {
		s.enrol(t, email)
	}
	c.Older = s.Issue(t, c.Northwind, "Hosting, October 2026", 3000)
	c.Due = s.Issue(t, c.Northwind, "Hosting, November 2026", 12400)
	c.Foreign = s.Issue(t, c.Copperfield, "Hosting, November 2026", 9900)
	return c
}

func system() actor.Actor { return actor.NewSystem("test") }

func (s *Site) account(t testing.TB, name, email, owner string) id.Account {
	t.Helper()
	account, err := s.Accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: name, Currency: "GBP", OwnerEmail: email, Address: accounts.Address{
			Line1: "14 Mill Lane", City: "York", Postcode: "YO1 7EP", Country: "GB",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.accept(t, email, owner)
	return account
}

// Join lets Gatehouse invite somebody, who accepts.
func (s *Site) Join(t testing.TB, account id.Account, email, name string, terms accounts.Terms) {
	t.Helper()
	if err := s.Accounts.Invite(t.Context(), system(), account, email, terms); err != nil {
		t.Fatal(err)
	}
	s.accept(t, email, name)
}

// Invite lets Gatehouse invite somebody, and returns the path of the link in their mail.
func (s *Site) Invite(t testing.TB, account id.Account, email string, terms accounts.Terms) string {
	t.Helper()
	if err := s.Accounts.Invite(t.Context(), system(), account, email, terms); err != nil {
		t.Fatal(err)
	}
	return "/invitations/" + s.invitation(t, email).Token
}

// invitation is what was mailed last to somebody who is invited.
func (s *Site) invitation(t testing.TB, email string) accounts.InvitationMail {
	t.Helper()
	if _, err := s.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invited[email]
}

func (s *Site) accept(t testing.TB, email, name string) {
	t.Helper()
	mail := s.invitation(t, email)
	offer, err := s.Accounts.Offer(t.Context(), mail.Token)
	if err != nil {
		t.Fatal(err)
	}
	who := s.as(t, "")
	if offer.HasSignIn {
		who = s.as(t, email)
	}
	form := accounts.Acceptance{Name: name, Password: Passphrase}
	if _, err := s.Accounts.Accept(t.Context(), who, mail.Token, form); err != nil {
		t.Fatalf("%s: %v", email, err)
	}
}

// as is somebody who has just signed in with a password; a stranger where no address is given.
func (s *Site) as(t testing.TB, email string) actor.Actor {
	t.Helper()
	door := accounts.Door{Address: address(), Device: "Firefox on Linux", RequestID: "01test"}
	stranger, err := s.Accounts.BySession(t.Context(), "", id.Account{}, door)
	if err != nil {
		t.Fatal(err)
	}
	if email == "" {
		return stranger.Who
	}
	out, err := s.People.SignIn(t.Context(), stranger.Who, email, Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	visit, err := s.Accounts.BySession(t.Context(), out.Token, id.Account{}, door)
	if err != nil {
		t.Fatal(err)
	}
	return visit.Who
}

func (s *Site) enrol(t testing.TB, email string) {
	t.Helper()
	who := s.as(t, email)
	e, err := s.People.StartTOTP(t.Context(), who, "Phone")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.People.ConfirmTOTP(t.Context(), who, e.Factor, s.code(t, e.Secret)); err != nil {
		t.Fatal(err)
	}
	codes, err := s.People.MakeRecoveryCodes(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.People.ConfirmRecoveryCodes(t.Context(), who, codes[0]); err != nil {
		t.Fatal(err)
	}
	s.secrets[email] = e.Secret
}

// Serve gives an account a service.
func (s *Site) Serve(t testing.TB, c Cast, account id.Account, domain string) id.Service {
	t.Helper()
	service, err := s.Hosting.CreateService(t.Context(), system(), account, hosting.NewService{
		Server: c.Server, Plan: "Business Hosting 20", Domain: domain, Price: money.New(7900, money.GBP),
		Period: hosting.Monthly, RenewsAt: s.Now(t).Add(30 * 24 * time.Hour),
		Usage: hosting.Usage{DiskUsed: 8 << 30, DiskLimit: 20 << 30, MeasuredAt: s.Now(t)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// Issue writes an invoice of one line, in pence without VAT.
func (s *Site) Issue(t testing.TB, account id.Account, about string, net int64) id.Invoice {
	t.Helper()
	key := id.New[id.InvoiceKind]()
	_, err := s.Billing.Issue(t.Context(), system(), account, billing.Draft{
		Key: key, About: about, Due: s.Now(t).Add(14 * 24 * time.Hour), Lines: []billing.Line{{
			Text: "Business Hosting 20", Quantity: decimal.New(1, 0), Price: money.New(net, money.GBP), Rate: 2000,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Members are the contacts of an account, as Gatehouse itself sees them.
func (s *Site) Members(t testing.TB, account id.Account) []accounts.Contact {
	t.Helper()
	page, err := s.Accounts.Contacts(t.Context(), system(), account, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	return page.Contacts
}

// Knows tells the site the secret of somebody's code app, for the codes to come.
func (s *Site) Knows(email, secret string) { s.secrets[email] = secret }
