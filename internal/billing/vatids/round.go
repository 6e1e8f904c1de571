package vatids

import (
	"context"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// After these times a number is asked for again: who has a new number may not be in the register yet, and who gave one
// back is no longer in it.
const (
	againUnknown = 24 * time.Hour
	againInvalid = 7 * 24 * time.Hour
	againValid   = 180 * 24 * time.Hour
	mostAtOnce   = 200
)

const across = "VAT numbers of all accounts are checked"

// keepTry notes that a register gave no answer. What it said before of the same number stays.
func (v *VATIDs) keepTry(ctx context.Context, account id.Account, number, register string) error {
	return v.gate.Bookkeep(ctx, table, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		same, err := v.holds(tx, account, number)
		if err != nil {
			return err
		}
		of := db.Across(tx.DB, across).Model(&row{}).Where("account_id = ?", account)
		if same {
			return of.Updates(map[string]any{"asked_at": db.At(now)}).Error
		}
		if err := of.Delete(&row{}).Error; err != nil {
			return err
		}
		r := row{AccountID: account, State: Unknown, Register: register, AskedAt: db.At(now)}
		if r.Content, err = v.sealed(account, content{Number: number}); err != nil {
			return err
		}
		return db.Across(tx.DB, across).Create(&r).Error
	})
}

// holds says whether what is kept of an account is of this number.
func (v *VATIDs) holds(tx *db.Tx, account id.Account, number string) (bool, error) {
	r, found, err := db.One[row](db.Across(tx.DB, across).Where("account_id = ?", account))
	if err != nil || !found {
		return false, asFault(err)
	}
	c, err := v.opened(r)
	return err == nil && c.Number == number, err
}

// dueSQL finds accounts with a number of which nothing is known, or of which it is time to ask again.
const dueSQL = `SELECT a.account_id FROM accounts a LEFT JOIN vat_checks c ON c.account_id = a.account_id
 WHERE a.tax_id IS NOT NULL AND a.state <> 'closed' AND (c.account_id IS NULL OR c.state = 'unknown' AND c.asked_at <= ?
 OR c.state = 'invalid' AND c.asked_at <= ? OR c.state = 'valid' AND c.asked_at <= ?)
 ORDER BY c.asked_at, a.account_id LIMIT ?`

// Round has the numbers checked that nobody asked for yet, and those that were asked for long ago. A job calls it once
// a day; on two nodes, each number is asked for once a day.
func (v *VATIDs) Round(ctx context.Context) error {
	if len(v.registers) == 0 {
		return nil
	}
	now, err := v.reader.Now(ctx)
	if err != nil {
		return asFault(err)
	}
	var list []id.Account
	err = db.Across(v.reader.With(ctx), across).Raw(dueSQL, db.At(now.Add(-againUnknown)), db.At(now.Add(-againInvalid)),
		db.At(now.Add(-againValid)), mostAtOnce).Scan(&list).Error
	if err != nil || len(list) == 0 {
		return asFault(err)
	}
	err = v.gate.Bookkeep(ctx, "outbox", func(tx *db.Tx) error {
		for _, account := range list {
			err := v.outbox.Enqueue(tx, outbox.Message{
				Kind: accounts.CheckTaxID, Key: account.String() + "-" + now.Format(time.DateOnly),
				Payload: accounts.TaxIDCheck{Account: account},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	v.outbox.Wake()
	return nil
}
