package billing

import (
	"fmt"
	"math"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// limitSpan is for how long what somebody moved for an account counts towards the limit.
const limitSpan = 24 * time.Hour

// Limit is up to which amount of a currency one person of the provider may move money by hand for one account in a day.
func (b *Billing) Limit(cur money.Currency) money.Amount {
	limit := b.rules.Limit
	for range cur.Digits() {
		limit *= 10
	}
	return money.New(limit, cur)
}

// handRow is what somebody moved alone.
type handRow struct {
	ID          id.MoneyRequest `gorm:"primaryKey"`
	AccountID   id.Account
	MovedBy     id.Person
	AmountMinor int64
	Currency    money.Currency
	MovedAt     db.Time
}

// TableName names the table.
func (handRow) TableName() string { return "hand_moves" }

// tooMuch says whether somebody else has to approve: the amount is above the limit, together with what the same person
// moved for the account within a day or asked to (A10). Gatehouse itself asks nobody.
func (b *Billing) tooMuch(tx *db.Tx, g gate.Grant, a money.Amount) (bool, error) {
	limit := b.Limit(a.Currency())
	if g.Who().Kind != actor.Staff {
		return false, nil
	}
	if a.Cmp(limit) > 0 {
		return true, nil
	}
	since := db.At(g.Now().Add(-limitSpan))
	var before int64
	for _, sum := range []struct{ table, who, when string }{
		{"hand_moves", "moved_by = ?", "moved_at > ?"},
		{tableRequests, "asked_by = ?", "state = 'open' AND asked_at > ?"},
	} {
		var moved int64
		err := g.On(tx.Table(sum.table)).Select("COALESCE(SUM(amount_minor), 0)").
			Where(sum.who, g.Who().Person).Where(sum.when, since).Where("currency = ?", a.Currency()).Scan(&moved).Error
		if err != nil {
			return false, fmt.Errorf("what was moved today: %w", err)
		}
		before += min(moved, math.MaxInt64/4)
	}
	return a.Minor()+before > limit.Minor(), nil
}

// alone writes down what somebody of the provider moved without a second person.
func (b *Billing) alone(tx *db.Tx, g gate.Grant, w *weighed) error {
	if g.Who().Kind != actor.Staff {
		return nil
	}
	err := g.On(tx.DB).Create(&handRow{
		ID: w.Key, AccountID: g.Account(), MovedBy: g.Who().Person, AmountMinor: w.amount.Minor(),
		Currency: w.amount.Currency(), MovedAt: db.At(g.Now()),
	}).Error
	if err != nil {
		return fmt.Errorf("count towards the limit: %w", err)
	}
	return nil
}
