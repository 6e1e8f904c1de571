package domains

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	lookBatch = 100
	// lookLease is for how long a domain belongs to the node that asks about it.
	lookLease = 5 * time.Minute
	// lookAgain is when a registrar that does not answer is asked again.
	lookAgain = time.Hour
	remindMax = 200
)

// Refresh asks registrars how the domains stand that were not asked about for a day, those that waited longest first.
// What one registrar does not say keeps no other back. A job calls it.
func (d *Domains) Refresh(ctx context.Context) error {
	now, err := d.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("refresh domains: %w", err)
	}
	var due []lookRow
	err = db.Across(d.reader.With(ctx), "registrars are asked about whosever domains").
		Where("due_at <= ?", db.At(now)).Order("due_at, domain_id").Limit(lookBatch).Find(&due).Error
	if err != nil {
		return fmt.Errorf("refresh domains: %w", err)
	}
	silent := map[string]bool{} // a registrar that did not answer is not asked again in this turn
	var failures []error
	for _, look := range due {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failures = append(failures, d.refreshOne(ctx, look, silent))
	}
	d.post.Wake()
	return errors.Join(failures...)
}

func (d *Domains) refreshOne(ctx context.Context, look lookRow, silent map[string]bool) error {
	taken, err := d.takeLook(ctx, look)
	if err != nil || !taken {
		return err
	}
	row, is, err := db.One[domainRow](db.Across(d.reader.With(ctx), "a job knows domains by their ids").
		Where("id = ?", look.DomainID))
	if err != nil || !is {
		return err
	}
	name, err := d.name(row)
	if err != nil {
		return err
	}
	failure := ErrUnavailable
	if !silent[row.Registrar] {
		failure = d.learn(ctx, row, name, noChange())
	}
	if failure == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	silent[row.Registrar] = silent[row.Registrar] || !lasting(failure)
	return d.note(ctx, row, trouble(failure, nil), func(now time.Time) time.Time {
		if lasting(failure) {
			return now.Add(lookEach)
		}
		return now.Add(lookAgain)
	})
}

func (d *Domains) takeLook(ctx context.Context, look lookRow) (taken bool, err error) {
	err = d.gate.Bookkeep(ctx, tableLooks, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		res := db.Across(tx.DB, "the job takes whosever domain is due").Table(tableLooks).
			Where("domain_id = ? AND due_at = ?", look.DomainID, look.DueAt).
			Updates(map[string]any{"due_at": db.At(now.Add(lookLease))})
		taken = res.RowsAffected == 1
		return res.Error
	})
	return taken, err
}

// reminderDays are how many days before its end people are reminded of a domain.
func reminderDays() []int { return []int{60, 30, 7, 1} }

// remindAt is when the reminder with a number is due, counted from 0; zero: there is none.
func remindAt(expires time.Time, number int) db.Time {
	days := reminderDays()
	if number >= len(days) {
		return db.Time{}
	}
	return db.At(expires.AddDate(0, 0, -days[number]))
}

// Remind reminds of domains that run out: each reminder once, however many nodes run this, and only the last of those
// that are due where it could not run in time. A job calls it.
func (d *Domains) Remind(ctx context.Context) error {
	now, err := d.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("remind of domains: %w", err)
	}
	var due []domainRow
	err = db.Across(d.reader.With(ctx), "whosever domain runs out").
		Where("remind_at <= ? AND expires_at > ? AND state = ?", db.At(now), db.At(now), Active).
		Order("remind_at, id").Limit(remindMax).Find(&due).Error
	if err != nil {
		return fmt.Errorf("remind of domains: %w", err)
	}
	var failures []error
	for _, row := range due {
		failures = append(failures, d.remindOne(ctx, row))
	}
	if len(due) > 0 {
		d.post.Wake()
	}
	return errors.Join(failures...)
}

func (d *Domains) remindOne(ctx context.Context, seen domainRow) error {
	err := d.change(ctx, system(), verb.DomainsManage, seen.AccountID, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		held, one, err := d.find(tx.DB, g, seen.ID)
		if err != nil {
			return gate.Entry{}, err
		}
		number := held.Held.Reminded
		for number < len(reminderDays()) && !remindAt(one.Expires, number).After(g.Now()) {
			number++
		}
		if number == held.Held.Reminded || !one.Expires.After(g.Now()) {
			return gate.Entry{}, errDone
		}
		res := g.On(tx.DB).Table(tableDomains).
			Where("id = ? AND reminded = ? AND expires_at = ?", one.ID, held.Held.Reminded, held.Held.ExpiresAt).
			Updates(map[string]any{"reminded": number, "remind_at": remindAt(one.Expires, number)})
		if res.Error != nil || res.RowsAffected != 1 {
			return gate.Entry{}, orDone(res.Error)
		}
		err = d.post.Enqueue(tx, outbox.Message{
			Kind: MailRemind, Key: fmt.Sprintf("%s-%d-%d", one.ID, one.Expires.UnixMilli(), number), Payload: Reminder{
				Account: one.Account, Domain: one.ID, Service: one.Service, Name: one.Name, Expires: one.Expires,
				AutoRenew: one.AutoRenew,
			},
		})
		if err != nil {
			return gate.Entry{}, fmt.Errorf("remind of domains: %w", err)
		}
		details := about(held.Held, one.Name)
		details.Changes = []activity.Change{{Field: "Runs until", New: one.Expires.UTC().Format(time.DateOnly)}}
		return g.Entry(activity.DomainReminded, details), nil
	})
	if err != nil {
		return fmt.Errorf("domain %s: %w", seen.ID, err)
	}
	return nil
}
