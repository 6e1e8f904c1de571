package cards

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// MailEnding is the kind of message about a card that ends soon; it carries an Ending.
const MailEnding = "mail.cardending"

// Ending tells of a card that pays by itself, and is good for a few more days only.
type Ending struct {
	Account id.Account `json:"account"`
	Card    string     `json:"card"`
	Last    time.Time  `json:"last"` // the last day on which it is good
	Days    int        `json:"days"` // until then
}

// warnings are how many days before a card's last one whoever pays is told, the earliest first.
func warnings() []int { return []int{30, 7} }

type warningRow struct {
	CardID    id.Card `gorm:"primaryKey"`
	Days      int     `gorm:"primaryKey;autoIncrement:false"`
	AccountID id.Account
	MadeAt    db.Time
}

// TableName names the table.
func (warningRow) TableName() string { return "card_warnings" }

// defaultsSQL reads the cards that pay by themselves, behind the last one that was read.
const defaultsSQL = `SELECT * FROM cards WHERE default_for IS NOT NULL AND id > ? ORDER BY id LIMIT ?`

// Warn has whoever pays told of cards that pay by themselves and end soon: thirty days ahead and seven, once each. When
// a card ends is sealed, so each that pays is looked at. It may run as often as it likes, late, and on several nodes.
func (c *Cards) Warn(ctx context.Context) error {
	now, err := c.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("warn of cards: %w", err)
	}
	var last id.Card
	for {
		var rows []cardRow
		if err := c.across(ctx).Raw(defaultsSQL, last.Bytes(), batch).Scan(&rows).Error; err != nil {
			return fmt.Errorf("warn of cards: %w", err)
		}
		for i := range rows {
			if err := c.warn(ctx, &rows[i], now); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			c.outbox.Wake()
			return nil
		}
		last = rows[len(rows)-1].ID
	}
}

// lastDay is the last day of the month until the end of which a card is good.
func (d detail) lastDay() time.Time {
	const noon = 12
	return time.Date(d.Year, time.Month(d.Month)+1, 0, noon, 0, 0, 0, time.UTC)
}

// due is the nearest warning whose time has come; 0: none, or it is too late for one.
func due(left int) int {
	found := 0
	for _, days := range warnings() {
		if left >= 0 && left <= days {
			found = days
		}
	}
	return found
}

func (c *Cards) warn(ctx context.Context, row *cardRow, now time.Time) error {
	d, err := c.open(row)
	if err != nil {
		return err
	}
	left := int(d.lastDay().Sub(now.UTC().Truncate(day).Add(untilNoon)) / day)
	at := due(left)
	if at == 0 {
		return nil
	}
	warned, err := c.warned(ctx, row.ID, at)
	if err != nil || warned {
		return err
	}
	err = c.gate.Change(ctx, actor.NewSystem("cards that end"), verb.InvoicesPay, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			err := g.On(tx.DB).Create(&warningRow{
				CardID: row.ID, Days: at, AccountID: g.Account(), MadeAt: db.At(g.Now()),
			}).Error
			if db.IsDuplicate(err) {
				return gate.Entry{}, errDone
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("warn of cards: %w", err)
			}
			err = c.outbox.Enqueue(tx, outbox.Message{
				Kind: MailEnding, Key: row.ID.String() + "-" + strconv.Itoa(at),
				Payload: Ending{Account: row.AccountID, Card: d.label(), Last: d.lastDay(), Days: left},
			})
			return g.Entry(activity.CardEnding, activity.Details{
				Target: target(row, d), Changes: []activity.Change{{Field: "days", New: strconv.Itoa(left)}},
			}), err
		})
	return done(err)
}

// warned says whether this warning, or a nearer one, was made before.
func (c *Cards) warned(ctx context.Context, card id.Card, days int) (bool, error) {
	var n int64
	err := c.across(ctx).Model(&warningRow{}).Where("card_id = ? AND days <= ?", card, days).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("warn of cards: %w", err)
	}
	return n > 0, nil
}
