// Package paylinks holds the links that pay one invoice without a sign-in. Whoever has such a link may see that invoice
// and pay it, and nothing else: for what they do the actor is the link, not a person. Links cannot be guessed, end by
// themselves, and can be ended at once. What a payment does stands in billing.
package paylinks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	table = "pay_links"
	// Path is where links lead; the token follows.
	Path = "/pay/"
	// mostOpen is how many links of one invoice may work at a time.
	mostOpen = 20
	// mailLife is for how long the link in an invoice's mail works after the invoice is due.
	mailLife = 30 * 24 * time.Hour
	day      = 24 * time.Hour
)

// Lives are for how many days a link can be made; the first is the usual one.
func Lives() []int { return []int{14, 1, 60} }

// Links is the room. It is safe for concurrent use.
type Links struct {
	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	billing *billing.Billing
}

// New makes the room.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, b *billing.Billing) *Links {
	return &Links{gate: g, reader: reader, box: box, billing: b}
}

// Link is one link as those see it who may make one.
type Link struct {
	ID      id.PayLink
	Path    string // with the token; empty once it no longer works
	MadeBy  string
	ForMail bool // it was put into the mail about the invoice
	Made    time.Time
	Expires time.Time
	Ended   time.Time // zero: nobody ended it
	Works   bool
}

type row struct {
	ID        id.PayLink `gorm:"primaryKey"`
	AccountID id.Account
	InvoiceID id.Invoice
	TokenHash db.Blob
	Token     secretbox.Sealed
	MadeBy    secretbox.Sealed
	ForMail   bool
	MadeAt    db.Time
	ExpiresAt db.Time
	EndedAt   db.Time
}

// TableName names the table.
func (*row) TableName() string { return table }

func (r *row) works(now time.Time) bool { return r.EndedAt.IsZero() && now.Before(r.ExpiresAt.Time) }

// needs is the permission to make links, for a contact and for the provider's people.
func needs(who actor.Actor) verb.Verb {
	if who.Kind == actor.Staff {
		return verb.BillingManage
	}
	return verb.InvoicesPay
}

// invoice reads the invoice that a link is for, as the asker may see it.
func (l *Links) invoice(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) (billing.Invoice, error) {
	if who.Kind == actor.Staff {
		return l.billing.ClientInvoice(ctx, who, account, invoice)
	}
	return l.billing.PayersInvoice(ctx, who, account, invoice)
}

// Make makes a link that works for some days. Making the same key again returns the link of the first time.
func (l *Links) Make(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice, key id.PayLink, days int,
) (Link, error) {
	if !slices.Contains(Lives(), days) {
		return Link{}, fault.InvalidField("days", "Choose for how long the link works.")
	}
	if key.IsZero() {
		return Link{}, fault.InvalidField("key", "Open the page again, and make the link once more.")
	}
	in, err := l.invoice(ctx, who, account, invoice)
	if err != nil {
		return Link{}, err
	}
	return l.make(ctx, who, account, in, row{ID: key}, time.Duration(days)*day)
}

// ForMail is the one link that goes into the mail about an invoice, made the first time that it is asked for.
func (l *Links) ForMail(ctx context.Context, account id.Account, invoice id.Invoice) (path string, err error) {
	who := actor.NewSystem("invoice mail")
	in, err := l.invoice(ctx, who, account, invoice)
	if err != nil || in.Left.IsZero() {
		return "", err
	}
	now, err := l.reader.Now(ctx)
	if err != nil {
		return "", fmt.Errorf("payment link: %w", err)
	}
	key, err := id.FromBytes[id.PayLinkKind](invoice.Bytes()) // so that a mail that is tried again brings no second one
	if err != nil {
		return "", fmt.Errorf("payment link: %w", err)
	}
	life := max(in.Due.Sub(now), 0) + mailLife
	made, err := l.make(ctx, who, account, in, row{ID: key, ForMail: true}, life)
	return made.Path, err
}

func (l *Links) make(
	ctx context.Context, who actor.Actor, account id.Account, in billing.Invoice, r row, life time.Duration,
) (Link, error) {
	token, hash := tokens.New()
	r.AccountID, r.InvoiceID, r.TokenHash = account, in.ID, hash
	var err error
	if r.Token, err = l.seal("token", r.ID, token); err != nil {
		return Link{}, err
	}
	if r.MadeBy, err = l.seal("made_by", r.ID, who.Name); err != nil {
		return Link{}, err
	}
	var made row
	err = l.gate.Change(ctx, who, needs(who), id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			before, found, err := db.One[row](g.On(tx.DB).Where("id = ?", r.ID))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("make a payment link: %w", err)
			}
			if found {
				made = before
				return gate.Entry{}, errDone
			}
			made, err = l.write(tx, g, r, in, life)
			return g.Entry(activity.PayLinkMade, activity.Details{
				Target: target(in.ID, in.Number), Changes: []activity.Change{
					{Field: "until", New: made.ExpiresAt.Format(time.DateOnly)},
				},
			}), err
		})
	if err = done(err); err != nil {
		return Link{}, err
	}
	if made.InvoiceID != in.ID {
		return Link{}, fault.NotFound("make a payment link") // the key is that of another invoice's link
	}
	now, err := l.reader.Now(ctx)
	if err != nil {
		return Link{}, fmt.Errorf("make a payment link: %w", err)
	}
	return l.link(&made, now)
}

func (l *Links) write(tx *db.Tx, g gate.Grant, r row, in billing.Invoice, life time.Duration) (row, error) {
	if in.Number == "" || in.Left.IsZero() {
		return row{}, fault.Conflict("There is nothing to pay on this invoice.")
	}
	var open int64
	err := g.On(tx.Table(table)).
		Where("invoice_id = ? AND ended_at IS NULL AND expires_at > ?", r.InvoiceID, db.At(g.Now())).Count(&open).Error
	if err != nil {
		return row{}, fmt.Errorf("make a payment link: %w", err)
	}
	if open >= mostOpen {
		return row{}, fault.Conflict("This invoice has as many payment links as it can have. End one first.")
	}
	r.MadeAt, r.ExpiresAt = db.At(g.Now()), db.At(g.Now().Add(life))
	if err := g.On(tx.DB).Create(&r).Error; err != nil {
		if db.IsDuplicate(err) {
			return row{}, fault.NotFound("make a payment link") // the key is the id of somebody else's
		}
		return row{}, fmt.Errorf("make a payment link: %w", err)
	}
	return r, nil
}

// List is all links of an invoice, the newest first.
func (l *Links) List(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) ([]Link, error) {
	g, err := l.gate.View(ctx, who, needs(who), id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []row
	err = g.On(l.reader.With(ctx)).Where("invoice_id = ?", invoice).Order("made_at DESC, id").Limit(100).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("payment links: %w", err)
	}
	now, err := l.reader.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("payment links: %w", err)
	}
	out := make([]Link, 0, len(rows))
	for i := range rows {
		one, err := l.link(&rows[i], now)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// End ends a link at once. Ending it again changes nothing.
func (l *Links) End(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice, link id.PayLink,
) error {
	in, err := l.invoice(ctx, who, account, invoice)
	if err != nil {
		return err
	}
	err = l.gate.Change(ctx, who, needs(who), id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			ended := g.On(tx.Model(&row{})).Where("id = ? AND invoice_id = ? AND ended_at IS NULL", link, invoice).
				Update("ended_at", db.At(g.Now()))
			if ended.Error != nil {
				return gate.Entry{}, fmt.Errorf("end a payment link: %w", ended.Error)
			}
			if ended.RowsAffected == 1 {
				return g.Entry(activity.PayLinkEnded, activity.Details{Target: target(in.ID, in.Number)}), nil
			}
			_, found, err := db.One[row](g.On(tx.DB).Where("id = ? AND invoice_id = ?", link, invoice))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("end a payment link: %w", err)
			}
			if !found {
				return gate.Entry{}, fault.NotFound("end a payment link")
			}
			return gate.Entry{}, errDone
		})
	return done(err)
}

func target(invoice id.Invoice, number string) activity.Target {
	return activity.TargetOf("invoice", invoice, number)
}

func (l *Links) link(r *row, now time.Time) (Link, error) {
	out := Link{
		ID: r.ID, ForMail: r.ForMail, Made: r.MadeAt.Time, Expires: r.ExpiresAt.Time, Ended: r.EndedAt.Time,
		Works: r.works(now),
	}
	var err error
	if out.MadeBy, err = l.open("made_by", r.ID, r.MadeBy); err != nil {
		return Link{}, err
	}
	if !out.Works {
		return out, nil
	}
	token, err := l.open("token", r.ID, r.Token)
	out.Path = Path + token
	return out, err
}

func place(column string, link id.PayLink) secretbox.Place {
	return secretbox.Place{Table: table, Column: column, Row: link.Bytes()}
}

func (l *Links) seal(column string, link id.PayLink, text string) (secretbox.Sealed, error) {
	s, err := l.box.Seal(text, place(column, link))
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("payment link: %w", err)
	}
	return s, nil
}

func (l *Links) open(column string, link id.PayLink, s secretbox.Sealed) (string, error) {
	text, err := l.box.Open(s, place(column, link))
	if err != nil {
		return "", fmt.Errorf("payment link: %w", err)
	}
	return text, nil
}
