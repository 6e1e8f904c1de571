package tries

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// The ways in that are counted, each by itself: guessing at one never shuts another (S4).
const (
	ByPassword = "password"
	ByCode     = "code"
)

const countersTable = "signin_counters"

type counterRow struct {
	Kind         string          `gorm:"primaryKey"`
	Subject      secretbox.Index `gorm:"primaryKey"`
	Failures     int
	WaitsUntil   int64
	LastFailedAt int64
}

// TableName names the table.
func (counterRow) TableName() string { return countersTable }

// CodeSubject is what the failures of a person's second steps are counted under.
func (p *Tries) CodeSubject(person id.Person) secretbox.Index {
	return p.box.Index("signin_counters.person", person.String())
}

// Count counts an attempt as a failure before it is looked at, in a transaction of its own that no later trouble rolls
// back. What it returns is how long the way in is still shut: above zero, the attempt must be refused whatever it
// carries, and it was not counted. Success takes the count away again. Who is asked for makes no difference here: a
// counter is kept for addresses that nobody has, too (S4, S5). of is who fails, where the subject does not say it.
func (p *Tries) Count(
	ctx context.Context, kind string, subject secretbox.Index, of ...id.Person,
) (time.Duration, error) {
	var wait time.Duration
	var reached int
	err := p.gate.Bookkeep(ctx, countersTable, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		row := counterRow{Kind: kind, Subject: subject}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return fmt.Errorf("count attempt: %w", err)
		}
		// The wait stands before the count: MariaDB evaluates assignments from left to right.
		counted := tx.Exec("UPDATE signin_counters SET waits_until = ? + "+waitCase("failures")+
			", failures = failures + 1, last_failed_at = ? WHERE kind = ? AND subject = ? AND waits_until <= ?",
			now.UnixMilli(), now.UnixMilli(), kind, subject, now.UnixMilli())
		if counted.Error != nil {
			return fmt.Errorf("count attempt: %w", counted.Error)
		}
		if err := tx.Where("kind = ? AND subject = ?", kind, subject).Take(&row).Error; err != nil {
			return fmt.Errorf("count attempt: %w", err)
		}
		wait, reached = 0, row.Failures
		if counted.RowsAffected == 0 {
			wait, reached = time.UnixMilli(row.WaitsUntil).Sub(now), 0
		}
		return nil
	})
	if err == nil {
		err = p.noticeFailures(ctx, kind, subject, reached, of)
	}
	return wait, err
}

// Forget takes the count of a way in away, in the transaction of the success.
func Forget(tx *db.Tx, kind string, subject secretbox.Index) error {
	err := tx.Where("kind = ? AND subject = ?", kind, subject).Delete(&counterRow{}).Error
	if err != nil {
		return fmt.Errorf("forget failures: %w", err)
	}
	return nil
}

// MustWait tells somebody how long the way in is shut.
func MustWait(wait time.Duration) error {
	switch {
	case wait > 24*time.Hour:
		return fault.Limited(wait, "There were too many failed tries, so this way of signing in is shut. "+
			"Contact support to have it opened again.")
	case wait > time.Minute:
		return fault.Limited(wait, fmt.Sprintf("There were too many failed tries. Wait %d minutes, then try again.",
			int((wait+time.Minute-1)/time.Minute)))
	}
	return fault.Limited(wait, "There were too many failed tries. Wait a minute, then try again.")
}

// For how long failures are kept that decide nothing any more.
const (
	keepFewFailures = 24 * time.Hour      // too few to be followed by a wait
	keepFailures    = 30 * 24 * time.Hour // the longest wait is over; those that shut a way in stay
)

// Prune removes failures that decide nothing any more.
func (p *Tries) Prune(ctx context.Context) error {
	return p.gate.Bookkeep(ctx, countersTable, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = tx.Where("failures < ? AND last_failed_at < ? OR failures < ? AND last_failed_at < ?",
			freeFailures, now.Add(-keepFewFailures).UnixMilli(), lastFailure, now.Add(-keepFailures).UnixMilli()).
			Delete(&counterRow{}).Error
		if err != nil {
			return fmt.Errorf("prune counters: %w", err)
		}
		return nil
	})
}
