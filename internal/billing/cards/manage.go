package cards

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Forget is the kind of message that has a gateway forget a card.
const Forget = "card.forget"

// forgotten is what such a message carries.
type forgotten struct {
	Gateway  string `json:"gateway"`
	Customer string `json:"customer"`
	Method   string `json:"method"`
}

// List is the cards of an account, the one that pays by itself first.
func (c *Cards) List(ctx context.Context, who actor.Actor, account id.Account) ([]Card, error) {
	g, err := c.gate.View(ctx, who, verb.PaymentMethodsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return c.list(ctx, g)
}

// ClientList is List for the provider's people.
func (c *Cards) ClientList(ctx context.Context, who actor.Actor, account id.Account) ([]Card, error) {
	g, err := c.gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return c.list(ctx, g)
}

func (c *Cards) list(ctx context.Context, g gate.Grant) ([]Card, error) {
	var rows []cardRow
	err := g.On(c.reader.With(ctx)).Where("removed_at IS NULL").Order("default_for IS NULL, added_at, id").
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	out := make([]Card, 0, len(rows))
	for i := range rows {
		one, err := c.public(&rows[i], g.Now())
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// endingSoon is how many months before its end a card is said to end.
const endingSoon = 3

func (c *Cards) public(row *cardRow, now time.Time) (Card, error) {
	d, err := c.open(row)
	if err != nil {
		return Card{}, err
	}
	end := time.Date(d.Year, time.Month(d.Month)+1, 1, 0, 0, 0, 0, time.UTC)
	return Card{
		ID: row.ID, Brand: d.Brand, Last4: d.Last4, Month: d.Month, Year: d.Year, Default: !row.DefaultFor.IsZero(),
		Added: row.AddedAt.Time, Ended: !now.Before(end), Ending: !now.Before(end.AddDate(0, -endingSoon, 0)),
	}, nil
}

// card reads one that is on file.
func (c *Cards) card(tx *db.Tx, g gate.Grant, card id.Card) (cardRow, detail, error) {
	row, found, err := db.One[cardRow](g.On(tx.DB).Where("id = ? AND removed_at IS NULL", card))
	if err != nil {
		return cardRow{}, detail{}, fmt.Errorf("read a card: %w", err)
	}
	if !found {
		return cardRow{}, detail{}, fault.NotFound("card")
	}
	d, err := c.open(&row)
	return row, d, err
}

// MakeDefault has a card pay by itself from now on, instead of the one that did.
func (c *Cards) MakeDefault(ctx context.Context, who actor.Actor, account id.Account, card id.Card) error {
	return done(c.gate.Change(ctx, who, verb.PaymentMethodsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, d, err := c.card(tx, g, card)
			if err != nil {
				return gate.Entry{}, err
			}
			if !row.DefaultFor.IsZero() {
				return gate.Entry{}, errDone
			}
			if err := c.Choose(tx, g, card.Bytes()); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.CardChosen, activity.Details{Target: target(&row, d)}), nil
		}))
}

// Remove takes a card off the file; the gateway is told afterwards. Where it was the one that pays by itself, the card
// that was added last does so from then on. Removing it again changes nothing.
func (c *Cards) Remove(ctx context.Context, who actor.Actor, account id.Account, card id.Card) error {
	err := c.gate.Change(ctx, who, verb.PaymentMethodsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, d, err := c.card(tx, g, card)
			if err != nil {
				return gate.Entry{}, err
			}
			err = g.On(tx.Model(&cardRow{})).Where("id = ?", card).
				Updates(map[string]any{"removed_at": db.At(g.Now()), "default_for": nil}).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("remove a card: %w", err)
			}
			if !row.DefaultFor.IsZero() {
				if err := succeed(tx, g, account); err != nil {
					return gate.Entry{}, err
				}
			}
			err = c.outbox.Enqueue(tx, outbox.Message{Kind: Forget, Key: row.ID.String(), Payload: forgotten{
				Gateway: row.Gateway, Customer: row.CustomerRef, Method: row.MethodRef,
			}})
			return g.Entry(activity.CardRemoved, activity.Details{Target: target(&row, d)}), err
		})
	if err == nil {
		c.outbox.Wake()
	}
	return err
}

// succeed has the card pay by itself that was added last; there may be none.
func succeed(tx *db.Tx, g gate.Grant, account id.Account) error {
	next, found, err := db.One[cardRow](g.On(tx.DB).Where("removed_at IS NULL").Order("added_at DESC, id"))
	if err == nil && found {
		err = g.On(tx.Model(&cardRow{})).Where("id = ?", next.ID).Update("default_for", account).Error
	}
	if err != nil {
		return fmt.Errorf("remove a card: %w", err)
	}
	return nil
}

// ForgetCard has a gateway forget a card that was removed here. It is the handler of Forget.
func (c *Cards) ForgetCard(ctx context.Context, d outbox.Delivery) error {
	var m forgotten
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	keeper, ok := c.billing.KeeperOf(m.Gateway)
	if !ok {
		return fmt.Errorf("%w: there is no gateway %s any more", outbox.ErrNeverWorks, m.Gateway)
	}
	return keeper.Forget(ctx, billing.Card{Customer: m.Customer, Method: m.Method})
}
