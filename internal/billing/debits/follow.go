package debits

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/platform/db"
)

// askEvery is how often the gateway is asked about what no notice came of.
const askEvery = 24 * time.Hour

type inquiryRow struct {
	About   db.Blob `gorm:"primaryKey"`
	AskedAt db.Time
}

// TableName names the table.
func (inquiryRow) TableName() string { return tableInquiries }

const tableInquiries = "debit_inquiries"

// lateSQL finds collections whose bank should have answered, and that were not asked about today.
const lateSQL = `SELECT c.* FROM debit_collections c LEFT JOIN debit_inquiries q ON q.about = c.id
 WHERE c.state = 'processing' AND c.expect_on <= ? AND (q.asked_at IS NULL OR q.asked_at <= ?)
 ORDER BY c.expect_on, c.id LIMIT ?`

// pendingSQL finds mandates that wait for their bank.
const pendingSQL = `SELECT m.* FROM mandates m LEFT JOIN debit_inquiries q ON q.about = m.id
 WHERE m.state = 'pending' AND m.removed_at IS NULL AND m.added_at <= ? AND (q.asked_at IS NULL OR q.asked_at <= ?)
 ORDER BY m.added_at, m.id LIMIT ?`

// follow asks about collections and mandates of which a notice may be lost.
func (d *Debits) follow(ctx context.Context, now time.Time) error {
	before := db.At(now.Add(-askEvery))
	var late []collectionRow
	err := d.across(ctx).Raw(lateSQL, db.At(d.today(now).Add(untilNoon)), before, batch).Scan(&late).Error
	if err != nil {
		return fmt.Errorf("follow collections: %w", err)
	}
	var pending []mandateRow
	if err := d.across(ctx).Raw(pendingSQL, before, before, batch).Scan(&pending).Error; err != nil {
		return fmt.Errorf("follow mandates: %w", err)
	}
	var troubles []error
	for i := range late {
		troubles = append(troubles, d.ask(ctx, &late[i], now))
	}
	for i := range pending {
		m := &pending[i]
		troubles = append(troubles, d.asked(ctx, m.ID.Bytes(), now), d.changed(ctx, system(), m.Gateway, m.MandateRef))
	}
	return errors.Join(troubles...)
}

func (d *Debits) ask(ctx context.Context, row *collectionRow, now time.Time) error {
	mandate, found, err := db.One[mandateRow](d.across(ctx).Where("id = ?", row.MandateID))
	if err != nil {
		return fmt.Errorf("follow collections: %w", err)
	}
	debiter, ok := d.billing.DebiterOf(mandate.Gateway)
	if !found || !ok {
		return nil
	}
	if err := d.asked(ctx, row.ID.Bytes(), now); err != nil {
		return err
	}
	told, err := debiter.Told(ctx, row.Reference)
	if err != nil {
		return fmt.Errorf("follow collections: %w", err)
	}
	if told.Checkout != row.ID {
		return fmt.Errorf("follow collections: %s names another payment", mandate.Gateway)
	}
	return d.became(ctx, row, mandate.Gateway, told)
}

// asked writes down when was asked.
func (d *Debits) asked(ctx context.Context, about []byte, now time.Time) error {
	return d.gate.Bookkeep(ctx, tableInquiries, func(tx *db.Tx) error {
		err := tx.Where("about = ?", about).Delete(&inquiryRow{}).Error
		if err == nil {
			err = tx.Create(&inquiryRow{About: about, AskedAt: db.At(now)}).Error
		}
		if err != nil && !db.IsDuplicate(err) {
			return fmt.Errorf("write down what was asked: %w", err)
		}
		return nil
	})
}
