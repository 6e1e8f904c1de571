package tries

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"gorm.io/gorm/clause"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Limit says how often something may be asked for from outside, in each span of time. Failed tries are counted
// otherwise: their waits grow. Who is over a limit changes nothing by asking, so that a stranger who asks for ever
// keeps nobody's last link from working.
type Limit struct {
	kind   string
	most   int
	within time.Duration
}

// ResetAddressLimit is how often a new password may be asked for under an address (D2, S14; these are our own figures).
func ResetAddressLimit() Limit { return Limit{"reset address", 3, time.Hour} }

// ResetNetworkLimit is how often a network may ask for new passwords.
func ResetNetworkLimit() Limit { return Limit{"reset network", 20, time.Hour} }

// ResetUseLimit is how often a network may use links for new passwords.
func ResetUseLimit() Limit { return Limit{"reset use", 20, 15 * time.Minute} }

// EmailChangeLimit is how often somebody may ask for another address.
func EmailChangeLimit() Limit { return Limit{"e-mail change", 10, time.Hour} }

// RecoveryAskedLimit is how often somebody may say that they have lost every factor.
func RecoveryAskedLimit() Limit { return Limit{"recovery", 3, 24 * time.Hour} }

// Take counts something that is asked for, in a transaction of its own, and refuses what is over the limit.
func (p *Tries) Take(ctx context.Context, l Limit, subject secretbox.Index) error {
	var wait time.Duration
	err := p.gate.Bookkeep(ctx, countersTable, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		row := counterRow{Kind: l.kind, Subject: subject}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return fmt.Errorf("count: %w", err)
		}
		at, until := now.UnixMilli(), now.Add(l.within).UnixMilli()
		// The count stands before the span's end: MariaDB evaluates assignments from left to right.
		taken := tx.Exec("UPDATE signin_counters SET failures = CASE WHEN waits_until <= ? THEN 1 ELSE failures + 1 END, "+
			"waits_until = CASE WHEN waits_until <= ? THEN ? ELSE waits_until END, last_failed_at = ? "+
			"WHERE kind = ? AND subject = ? AND (waits_until <= ? OR failures < ?)",
			at, at, until, at, l.kind, subject, at, l.most)
		if taken.Error != nil {
			return fmt.Errorf("count: %w", taken.Error)
		}
		if err := tx.Where("kind = ? AND subject = ?", l.kind, subject).Take(&row).Error; err != nil {
			return fmt.Errorf("count: %w", err)
		}
		wait = 0
		if taken.RowsAffected == 0 {
			wait = max(time.UnixMilli(row.WaitsUntil).Sub(now), time.Second)
		}
		return nil
	})
	if err != nil || wait == 0 {
		return err
	}
	return fault.Limited(wait, fmt.Sprintf("This was asked for too often. Wait %d minutes, then try again.",
		int((wait+time.Minute-1)/time.Minute)))
}

// Network is what is counted of an address: of the sixth version of the protocol everybody holds a whole network of 64
// bits, and could come from one address after the other.
func (p *Tries) Network(who actor.Actor) secretbox.Index {
	const ownBits = 64
	text := who.Address.Unmap().String()
	if who.Address.IsValid() && !who.Address.Unmap().Is4() {
		text = netip.PrefixFrom(who.Address.WithZone(""), ownBits).Masked().String()
	}
	return p.box.Index("signin_counters.network", text)
}
