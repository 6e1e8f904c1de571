// Package cards holds the cards that a gateway keeps for an account, and pays invoices with them on the day that they
// are due. A card's number never comes near us: what is kept is the gateway's name for it and what people know it by.
// What a payment does to the books stands in billing.
package cards

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	tableSetups  = "card_setups"
	tableCards   = "cards"
	tableCharges = "card_charges"

	mostCards = 10
)

// Cards is the room. It is safe for concurrent use.
type Cards struct {
	*billing.Shelf

	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	billing *billing.Billing
	outbox  *outbox.Box
}

// New makes the room, and has billing tell it of saved cards.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, b *billing.Billing, post *outbox.Box) *Cards {
	shelf := &billing.Shelf{Methods: tableCards, Setups: tableSetups, What: "add a card"}
	c := &Cards{Shelf: shelf, gate: g, reader: reader, box: box, billing: b, outbox: post}
	b.HeedCards(c.saved)
	return c
}

// Keeps says whether cards can be kept at all.
func (c *Cards) Keeps() bool {
	_, ok := c.billing.Keeper()
	return ok
}

// Card is a card on file as people know it.
type Card struct {
	ID          id.Card
	Brand       string // "visa"
	Last4       string
	Month, Year int
	Default     bool // pays by itself
	Added       time.Time
	Ended       bool // its last month has passed
	Ending      bool // it is good for no more than three months
}

type cardRow struct {
	ID          id.Card `gorm:"primaryKey"`
	AccountID   id.Account
	Gateway     string
	Merchant    string
	CustomerRef string
	MethodRef   string
	Detail      secretbox.Sealed
	DefaultFor  id.Account
	AddedAt     db.Time
	RemovedAt   db.Time
}

// TableName names the table.
func (cardRow) TableName() string { return tableCards }

// detail is what people know a card by. It is sealed.
type detail struct {
	Brand string `json:"brand"`
	Last4 string `json:"last4"`
	Month int    `json:"month"`
	Year  int    `json:"year"`
}

// label names a card: "Visa ending in 4242".
func (d detail) label() string { return d.Brand + " ending in " + d.Last4 }

// named writes a brand as people do: "Visa".
func named(brand string) string {
	if brand == "" {
		return "Card"
	}
	return strings.ToUpper(brand[:1]) + brand[1:]
}

// errDone ends a change that found its work done already: nothing more is written, and that is no failure.
var errDone = errors.New("cards: done already")

func done(err error) error {
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// Begin begins to add a card, and returns the address of the gateway's page. Beginning with the same key again asks the
// gateway again, and adds no second one.
func (c *Cards) Begin(
	ctx context.Context, who actor.Actor, account id.Account, key id.CardSetup, back string,
) (redirect string, err error) {
	keeper, ok := c.billing.Keeper()
	if !ok {
		return "", fault.NotFound("add a card")
	}
	if key.IsZero() {
		return "", fault.InvalidField("key", "Open the page again, and begin once more.")
	}
	var setup billing.SetupRow
	err = c.gate.Change(ctx, who, verb.PaymentMethodsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, fresh, err := c.BeginSetup(tx, g, key, keeper, func() error { return c.room(tx, g) })
			if err != nil {
				return gate.Entry{}, err
			}
			if setup = row; !fresh {
				return gate.Entry{}, errDone
			}
			return g.Entry(activity.CardAsked, activity.Details{Target: activity.TargetOf("account", account, "")}), nil
		})
	if err = done(err); err != nil {
		return "", err
	}
	redirect, err = keeper.StartSetup(ctx, setup.Setup(back))
	if err != nil {
		return "", fault.Unavailable("add a card", err)
	}
	return redirect, nil
}

func (c *Cards) room(tx *db.Tx, g gate.Grant) error {
	var n int64
	if err := g.On(tx.Table(tableCards)).Where("removed_at IS NULL").Count(&n).Error; err != nil {
		return fmt.Errorf("add a card: %w", err)
	}
	if n >= mostCards {
		return fault.Conflict("This account keeps as many cards as it can. Remove one first.")
	}
	return nil
}

// Setup reads the page of a card for the sandbox, which stands where another provider's page would.
func (c *Cards) Setup(ctx context.Context, setup id.CardSetup) (billing.Setup, error) {
	return c.OpenSetup(ctx, c.across(ctx), c.reader, setup)
}

// saved keeps a card that was given on a gateway's page. The gateway is asked what it is before anything is written; a
// notice that comes again finds it there.
func (c *Cards) saved(ctx context.Context, who actor.Actor, gateway string, e billing.Event) error {
	setup, kept, err := c.SetupOf(c.across(ctx), gateway, e)
	if err != nil || kept {
		return err
	}
	keeper, keeps := c.billing.KeeperOf(gateway)
	if !keeps {
		return fault.NotFound("keep a card")
	}
	card, err := keeper.Card(ctx, setup.ID, e.Reference)
	if err != nil {
		return fault.Unavailable("keep a card", err)
	}
	row := cardRow{
		ID: id.New[id.CardKind](), AccountID: setup.AccountID, Gateway: gateway, Merchant: setup.Merchant,
		CustomerRef: card.Customer, MethodRef: card.Method,
	}
	d := detail{Brand: named(card.Brand), Last4: card.Last4, Month: card.Month, Year: card.Year}
	if row.Detail, err = c.seal(&row, d); err != nil {
		return err
	}
	err = c.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(setup.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return c.keep(tx, g, setup.ID, row, d) })
	return done(err)
}

func (c *Cards) keep(tx *db.Tx, g gate.Grant, setup id.CardSetup, row cardRow, d detail) (gate.Entry, error) {
	row.AddedAt = db.At(g.Now())
	closed, err := c.CloseSetup(tx, g, setup)
	if err != nil {
		return gate.Entry{}, err
	}
	if !closed {
		return gate.Entry{}, errDone
	}
	taken, err := c.AnyPays(tx, g)
	if err != nil {
		return gate.Entry{}, err
	}
	if !taken {
		row.DefaultFor = row.AccountID
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		if db.IsDuplicate(err) {
			return gate.Entry{}, errDone
		}
		return gate.Entry{}, fmt.Errorf("keep a card: %w", err)
	}
	return g.Entry(activity.CardAdded, activity.Details{Target: target(&row, d)}), nil
}

func target(row *cardRow, d detail) activity.Target {
	return activity.TargetOf("card", row.ID, d.label())
}

// across reads what a gateway or an invoice names, before it is known whose it is.
func (c *Cards) across(ctx context.Context) *gorm.DB {
	return db.Across(c.reader.With(ctx), "a gateway or a due invoice names a card, not an account")
}

func place(row *cardRow) secretbox.Place {
	return secretbox.Place{Table: tableCards, Column: "detail", Row: row.ID.Bytes()}
}

func (c *Cards) seal(row *cardRow, d detail) (secretbox.Sealed, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("keep a card: %w", err)
	}
	s, err := c.box.Seal(string(text), place(row))
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("keep a card: %w", err)
	}
	return s, nil
}

func (c *Cards) open(row *cardRow) (detail, error) {
	text, err := c.box.Open(row.Detail, place(row))
	if err != nil {
		return detail{}, fmt.Errorf("read a card: %w", err)
	}
	var d detail
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return detail{}, fmt.Errorf("read a card: %w", err)
	}
	return d, nil
}
