package vatids_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/bank"
	"gatehouse/internal/billing/registers"
	"gatehouse/internal/billing/vatids"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/testkit/taxregisters"
	"gatehouse/internal/web/staff"
)

const (
	british = "GB980780684"
	german  = "DE136695976"
	ours    = "GB123456782"
)

// portal is the site with both registers behind it.
type portal struct {
	*site.Site
	site.Cast
	vies, hmrc *taxregisters.Server
}

func system() actor.Actor { return actor.NewSystem("test") }

func each(t *testing.T, test func(t *testing.T, p *portal)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := &portal{vies: taxregisters.VIES(t), hmrc: taxregisters.HMRC(t)}
		p.Site = site.Open(t, w, func(s *site.Site) {
			site.Portal(s)
			staff.Register(s.Door, staff.Deps{
				Bank: bank.New(s.Gate, s.Reader, s.Box, s.Billing, "GBP"), Accounts: s.Accounts, Billing: s.Billing,
				Hosting: s.Hosting, Overview: s.Overview, Support: s.Support, Gate: s.Gate, Access: s.Access,
				Ownership: s.Ownership, Assist: s.Assist, Zone: time.UTC, Currency: "GBP", VATIDs: s.VATIDs,
			})
		})
		p.Cast = p.Site.Cast(t)
		p.AllStaff(t)
		vies, err := registers.NewVIES(ours, p.vies.URL)
		if err != nil {
			t.Fatal(err)
		}
		hmrc, err := registers.NewHMRC("client", "secret", ours, p.hmrc.URL)
		if err != nil {
			t.Fatal(err)
		}
		p.VATIDs.Ask(vies, hmrc)
		p.Outbox.Handle(accounts.CheckTaxID, func(ctx context.Context, d outbox.Delivery) error {
			var m accounts.TaxIDCheck
			if err := d.Decode(&m); err != nil {
				return err
			}
			return p.VATIDs.Check(ctx, m.Account)
		})
		test(t, p)
	})
}

// gives enters a number as somebody of the account does.
func (p *portal) gives(t *testing.T, country, number string) {
	t.Helper()
	of, err := p.Accounts.Account(t.Context(), system(), p.Northwind)
	if err != nil {
		t.Fatal(err)
	}
	at := of.Address
	at.Country = country
	err = p.Accounts.EditSettings(t.Context(), system(), p.Northwind, accounts.Settings{
		Address: at, TaxID: number, Version: of.Version,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// deliver lets the messages go out after a while.
func (p *portal) deliver(t *testing.T, later time.Duration) {
	t.Helper()
	p.Offset.Advance(later)
	if _, err := p.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// round has old answers asked for again.
func (p *portal) round(t *testing.T, later time.Duration) {
	t.Helper()
	p.Offset.Advance(later)
	if err := p.VATIDs.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.deliver(t, 0)
}

func (p *portal) standing(t *testing.T) vatids.Standing {
	t.Helper()
	s, err := p.VATIDs.Standing(t.Context(), system(), p.Northwind)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reverse bills with a reverse charge.
func (p *portal) reverse(t *testing.T) (id.Invoice, error) {
	t.Helper()
	d := billing.Draft{
		Key: id.New[id.InvoiceKind](), About: "Hosting", Due: p.Now(t).AddDate(0, 0, 14), Lines: []billing.Line{{
			Text: "Hosting", Quantity: decimal.NewFromInt(1), Price: money.New(1000, money.GBP),
			Treatment: billing.ReverseCharge,
		}},
	}
	_, err := p.Billing.Issue(t.Context(), system(), p.Northwind, d)
	return d.Key, err
}

// A number is looked for in its register by a message; while the register is away it counts as it was given, and is
// asked for again; what the register does not know is not billed with a reverse charge, and what was issued stays.
func TestARegisterIsAskedAboutAVATNumber(t *testing.T) {
	each(t, func(t *testing.T, p *portal) {
		p.hmrc.Is(taxregisters.Down)
		p.gives(t, "GB", british)
		if s := p.standing(t); s.State != vatids.Waiting || len(p.hmrc.Asked()) != 0 {
			t.Errorf("within the change: %+v, asked %q", s, p.hmrc.Asked())
		}
		p.deliver(t, 0)
		if s := p.standing(t); s.State != vatids.Unknown || s.Register != "HMRC" {
			t.Errorf("while it is away: %+v", s)
		}
		early, err := p.reverse(t)
		if err != nil {
			t.Errorf("while it is away: %v", err)
		}
		p.hmrc.Is(taxregisters.Well)
		p.deliver(t, time.Minute)
		if s := p.standing(t); s.State != vatids.Invalid || s.Name != "" {
			t.Errorf("it is not in the register: %+v", s)
		}
		_, err = p.reverse(t)
		if f, _ := fault.As(err); f == nil || f.Kind != fault.KindInvalid || f.Fields[0].Name != "line-0-rate" ||
			!strings.HasPrefix(f.Fields[0].Message, "The register does not know the client’s VAT number") {
			t.Errorf("a reverse charge for a number that the register does not know: %v", err)
		}
		in, err := p.Billing.ClientInvoice(t.Context(), system(), p.Northwind, early)
		if err != nil || in.VAT[0].Treatment != billing.ReverseCharge || in.BilledTo.TaxID != british {
			t.Errorf("what was issued before: %+v, %v", in, err)
		}
		p.hmrc.Knows(british, "Northwind Bakery Ltd")
		p.hmrc.Knows(ours, "Harbour Hosting Ltd")
		p.round(t, 6*24*time.Hour)
		if s := p.standing(t); s.State != vatids.Invalid {
			t.Errorf("before a week is over: %+v", s)
		}
		p.round(t, 25*time.Hour)
		s := p.standing(t)
		if s.State != vatids.Valid || s.Name != "Northwind Bakery Ltd" || s.Reference == "" || s.At.IsZero() {
			t.Errorf("it is in the register: %+v", s)
		}
		if _, err := p.reverse(t); err != nil {
			t.Error(err)
		}
		p.hmrc.Is(taxregisters.Garbage)
		p.round(t, 181*24*time.Hour)
		if again := p.standing(t); again != s {
			t.Errorf("while it is away later: %+v, before %+v", again, s)
		}
		p.told(t)
	})
}

// told says that each answer is in the account's log, and that a register that is away is in none.
func (p *portal) told(t *testing.T) {
	t.Helper()
	page, err := p.Log.Page(t.Context(), id.AccountScope(p.Northwind), activity.Filter{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []activity.Outcome
	for _, e := range page.Entries {
		if e.Action == activity.VATNumberChecked {
			outcomes = append(outcomes, e.Outcome)
		}
	}
	if len(outcomes) != 2 || outcomes[0] == activity.Failed || outcomes[1] != activity.Failed {
		t.Errorf("the log tells of %q", outcomes)
	}
}

// sly is a register that answers when the number has changed.
type sly struct{ meanwhile func() }

func (sly) Name() string       { return "VIES" }
func (sly) Covers(string) bool { return true }
func (s sly) Check(context.Context, string) (registers.Answer, error) {
	s.meanwhile()
	return registers.Answer{Valid: true, Name: "Somebody else"}, nil
}

// P8: an answer is kept for the number that was asked for, and for no other.
func TestAnAnswerIsAboutOneNumber(t *testing.T) {
	each(t, func(t *testing.T, p *portal) {
		p.vies.Knows(german, "---")
		p.gives(t, "DE", german)
		p.deliver(t, 0)
		if s := p.standing(t); s.State != vatids.Valid || s.Register != "VIES" || s.Name != "" {
			t.Errorf("%+v", s)
		}
		p.gives(t, "DE", "DE123456788")
		if s := p.standing(t); s.State != vatids.Waiting || s.Number != "DE123456788" {
			t.Errorf("another number is %+v", s)
		}
		p.VATIDs.Ask(sly{func() { p.gives(t, "DE", german) }})
		if err := p.VATIDs.Check(t.Context(), p.Northwind); err != nil {
			t.Fatal(err)
		}
		if s := p.standing(t); s.Name == "Somebody else" {
			t.Errorf("an answer about a number that is gone: %+v", s)
		}
		asked := len(p.vies.Asked())
		p.gives(t, "CH", "CHE107787577")
		p.VATIDs.Ask()
		p.round(t, 300*24*time.Hour)
		if s := p.standing(t); s != (vatids.Standing{}) || len(p.vies.Asked()) != asked || len(p.hmrc.Asked()) != 0 {
			t.Errorf("without registers: %+v", s)
		}
		if _, err := p.reverse(t); err != nil {
			t.Error(err)
		}
	})
}

// A1: the answer stands where the account's people change their details, and where the provider's see what is billed.
func TestWhoSeesWhatARegisterSays(t *testing.T) {
	each(t, func(t *testing.T, p *portal) {
		settings, client := p.Base()+"/settings", "/staff/clients/"+p.Northwind.String()
		olivia, bea := p.Visit(t).SignIn(site.Olivia), p.Visit(t).SignIn(site.Bea)
		const confirmed, unknown = "Confirmed by HMRC on", "HMRC did not know this VAT number"
		olivia.Get(settings).Is(t, http.StatusOK).Silent(t, "HMRC")
		olivia.Submit(settings, site.Form("tax-id", british)).Is(t, http.StatusOK).
			Says(t, "This VAT number is being checked.")
		p.deliver(t, 0)
		olivia.Get(settings).Says(t, unknown).Says(t, "Nothing is billed with a reverse charge")
		bea.Get(client).Is(t, http.StatusOK).Says(t, unknown).Says(t, british)
		p.hmrc.Is(taxregisters.Down)
		p.round(t, 8*24*time.Hour)
		p.hmrc.Is(taxregisters.Well)
		p.hmrc.Knows(british, "<b>Northwind</b> & Sons")
		p.deliver(t, time.Minute)
		olivia = p.Visit(t).SignIn(site.Olivia)
		olivia.Get(settings).Says(t, confirmed).Says(t, "It belongs to <b>Northwind</b> & Sons.")
		p.Visit(t).SignIn(site.Bea).Get(client).Says(t, confirmed)
		p.Visit(t).SignIn(site.Sam).Get(client).Is(t, http.StatusOK).Silent(t, british).Silent(t, "HMRC")
		p.Visit(t).SignIn(site.Carl).Get(settings).Is(t, http.StatusNotFound)
		_, err := p.VATIDs.Standing(t.Context(), carl(t, p), p.Northwind)
		if fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("somebody else's number: %v", err)
		}
	})
}

// carl is somebody of another account.
func carl(t *testing.T, p *portal) actor.Actor {
	t.Helper()
	person := id.New[id.PersonKind]()
	testkit.OpenChain(t, p.World, id.PersonScope(person))
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: person, Name: "Carl", Session: id.New[id.SessionKind](), Factor: "password",
		Now: p.Now(t), Membership: actor.Membership{
			ID: id.New[id.MembershipKind](), Account: p.Copperfield, Role: "owner", RoleName: "owner",
		},
	})
}
