package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// CheckoutState is how an attempt to pay stands.
type CheckoutState string

// The states of an attempt to pay. One that was declined or cancelled may still be paid; one that was paid stays so.
const (
	CheckoutOpen      CheckoutState = "open"
	CheckoutDeclined  CheckoutState = "declined"
	CheckoutCancelled CheckoutState = "cancelled"
	CheckoutPaid      CheckoutState = "paid"
)

// checkoutLife is for how long the page of a checkout may be paid on. Money that comes later is taken all the same.
const checkoutLife = time.Hour

// Checkout is one attempt to pay at a gateway.
type Checkout struct {
	ID       id.Checkout
	Account  id.Account
	Invoice  id.Invoice
	Number   string  // of the invoice
	Shares   []Share // of the invoices that it pays together; none: it pays Invoice alone
	Gateway  string
	Merchant string
	Amount   money.Amount
	State    CheckoutState
	Created  time.Time
	Expires  time.Time
	Expired  bool
	Back     string // the path of ours that the gateway's page leads back to
}

// Payable says whether the page of the checkout still takes money.
func (c Checkout) Payable() bool { return c.State != CheckoutPaid && !c.Expired }

// Checkout reads an attempt to pay for the page of the sandbox, which stands where another provider's page would:
// whoever has its address may see it, as there.
func (b *Billing) Checkout(ctx context.Context, checkout id.Checkout) (Checkout, error) {
	row, found, err := db.One[struct {
		Row     checkoutRow `gorm:"embedded"`
		Series  string
		Ordinal int64
	}](b.byGateway(ctx).Table(tableCheckouts).Select("checkouts.*, i.series, i.ordinal").
		Joins("JOIN invoices i ON i.id = checkouts.invoice_id").Where("checkouts.id = ?", checkout))
	if err != nil {
		return Checkout{}, fmt.Errorf("read checkout: %w", err)
	}
	if !found {
		return Checkout{}, fault.NotFound("read checkout")
	}
	now, err := b.reader.Now(ctx)
	if err != nil {
		return Checkout{}, fmt.Errorf("read checkout: %w", err)
	}
	c := row.Row.public(number(row.Series, row.Ordinal), now)
	if c.Shares, err = b.shares(b.byGateway(ctx), &row.Row); err != nil {
		return Checkout{}, err
	}
	by, err := b.openStarter(&row.Row)
	if err != nil {
		return Checkout{}, err
	}
	c.Back = way(by.Back, c.Account, c.Invoice)
	return c, nil
}

// way is where the gateway's page leads back to: the invoice's page where whoever began named none.
func way(back string, account id.Account, invoice id.Invoice) string {
	if back != "" {
		return back
	}
	return "/accounts/" + account.String() + "/invoices/" + invoice.String()
}

func (r *checkoutRow) public(number string, now time.Time) Checkout {
	return Checkout{
		ID: r.ID, Account: r.AccountID, Invoice: r.InvoiceID, Number: number, Gateway: r.Gateway, Merchant: r.Merchant,
		Amount: r.amount(), State: r.State, Created: r.CreatedAt.Time, Expires: r.ExpiresAt.Time,
		Expired: !now.Before(r.ExpiresAt.Time),
	}
}

// byGateway reads what a gateway names, before it is known whose it is.
func (b *Billing) byGateway(ctx context.Context) *gorm.DB {
	return db.Across(b.reader.With(ctx), "a gateway names a checkout, not an account")
}

// starter is who began a checkout, as the log will name them when the money arrives. It is sealed.
type starter struct {
	Person  id.Person  `json:"person,omitzero"`
	Name    string     `json:"name,omitempty"`
	Role    string     `json:"role,omitempty"`
	Session id.Session `json:"session,omitzero"`
	Factor  string     `json:"factor,omitempty"`
	Address string     `json:"address,omitempty"`
	Device  string     `json:"device,omitempty"`
	Back    string     `json:"back,omitempty"` // where they came from, if not from the invoice's page
}

func newStarter(who actor.Actor) starter {
	s := starter{
		Person: who.Person, Name: who.Name, Role: who.Membership.RoleName, Session: who.Session, Factor: who.Factor,
		Device: who.Device,
	}
	if who.Address.IsValid() {
		s.Address = who.Address.String()
	}
	return s
}

// actor is the gateway's notice in the name of the one who began: it is decided as a notice, since that person may have
// left the account in the meantime, and it is written down as theirs.
func (s starter) actor(notice actor.Actor) actor.Actor {
	address, _ := netip.ParseAddr(s.Address) // what cannot be read stays unknown
	return actor.Enter(actor.Details{
		Kind: actor.Webhook, Person: s.Person, Name: s.Name, Session: s.Session, Factor: s.Factor, Address: address,
		Device: s.Device, RequestID: notice.RequestID, Membership: actor.Membership{RoleName: s.Role}, Now: notice.Now,
	})
}

func (b *Billing) sealStarter(row *checkoutRow, s starter) error {
	content, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("begin a payment: %w", err)
	}
	row.StartedBy, err = b.seal(tableCheckouts, "started_by", row.ID.Bytes(), string(content))
	return err
}

func (b *Billing) openStarter(row *checkoutRow) (starter, error) {
	content, err := b.open(tableCheckouts, "started_by", row.ID.Bytes(), row.StartedBy)
	if err != nil {
		return starter{}, err
	}
	var s starter
	if err := json.Unmarshal([]byte(content), &s); err != nil {
		return starter{}, fmt.Errorf("who began a payment: %w", err)
	}
	return s, nil
}
