package domains

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// mostTries is how often a registrar that does not answer is asked for a change before somebody has to look: within an
	// hour and a half, by the outbox's waits.
	mostTries = 10
	// settleTime is for how long a registry may take to show what its registrar took.
	settleTime = 48 * time.Hour
	// noteTime is how long writing down what came of it may take.
	noteTime = 10 * time.Second
)

func system() actor.Actor { return actor.NewSystem("registrar") }

// Work asks a registrar for a change, and writes down what came of it. It may be called again for the same message.
func (d *Domains) Work(ctx context.Context, del outbox.Delivery) error {
	var m Ordered
	if err := del.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	g, err := d.gate.View(ctx, system(), verb.DomainsManage, id.AccountScope(m.Account))
	if err != nil {
		return err
	}
	row, one, err := d.find(d.reader.With(ctx), g, m.Domain)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil // it was taken out of the account
	}
	if err != nil {
		return err
	}
	c, is, err := d.openOf(d.reader.With(ctx), g, m.Domain)
	if err != nil || !is || c.ID != m.Change || c.State != Waiting {
		return err
	}
	failure := d.tell(ctx, row.Held, one.Name, c)
	if failure != nil && ctx.Err() != nil {
		return ctx.Err() // this node stops: another goes on
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime+answerTime)
	defer cancel()
	switch {
	case failure == nil:
		return d.learn(after, row.Held, one.Name, c.ID)
	case lasting(failure) || del.Attempt >= mostTries:
		return d.fail(after, m, trouble(failure, strings.Fields(c.Wants)))
	}
	return errors.Join(fmt.Errorf("%s: %w", del.Kind, ErrUnavailable), d.note(after, row.Held, trouble(failure, nil), nil))
}

// openOf is what is open of a domain.
func (d *Domains) openOf(q *gorm.DB, g gate.Grant, domain id.Domain) (Change, bool, error) {
	row, is, err := db.One[changeRow](g.On(q).Where("domain_id = ? AND state IN ?", domain, []Progress{Waiting, Taken}))
	if err != nil || !is {
		return Change{}, false, err
	}
	c, err := d.openChange(row)
	if c.State == Taken {
		c.Asked = row.TakenAt.Time
	}
	return c, err == nil, err
}

// fail gives a change up, once, and says so.
func (d *Domains) fail(ctx context.Context, m Ordered, why string) error {
	return d.change(ctx, system(), verb.DomainsManage, m.Account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, one, err := d.find(tx.DB, g, m.Domain)
		if err != nil {
			return gate.Entry{}, err
		}
		c, is, err := d.openOf(tx.DB, g, m.Domain)
		if err != nil || !is || c.ID != m.Change {
			return gate.Entry{}, orDone(err)
		}
		sealed, err := d.sealed(why, place(tableChanges, "trouble", c.ID.Bytes()))
		if err != nil {
			return gate.Entry{}, err
		}
		if err := settle(tx, g, c, map[string]any{"state": string(Failed), "trouble": sealed}); err != nil {
			return gate.Entry{}, err
		}
		// What the registrar has now is looked at soon, whatever it said.
		if err := g.On(tx.DB).Table(tableLooks).Where("domain_id = ?", row.Held.ID).
			Updates(map[string]any{"due_at": db.At(g.Now())}).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("change domain: %w", err)
		}
		details := about(row.Held, one.Name)
		details.Outcome, details.Reason = activity.Failed, why
		details.Changes = []activity.Change{c.difference()}
		return g.Entry(activity.DomainStuck, details), d.send(tx, id.New[id.RequestKind]().String(), Told{
			Account: m.Account, Domain: m.Domain, Service: one.Service, Name: one.Name, Event: Stuck, Kind: c.Kind, Was: c.Was,
			Wants: c.Wants, Why: why, At: g.Now(),
		})
	})
}

// settle moves a change on that is where it was read, and nowhere else.
func settle(tx *db.Tx, g gate.Grant, c Change, to map[string]any) error {
	to["settled_at"] = db.At(g.Now())
	return step(tx, g, c, to)
}

func step(tx *db.Tx, g gate.Grant, c Change, to map[string]any) error {
	res := g.On(tx.DB).Table(tableChanges).Where("id = ? AND state = ?", c.ID, c.State).Updates(to)
	if res.Error != nil {
		return fmt.Errorf("change domain: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return errDone
	}
	return nil
}

// note writes down that a registrar was asked, what went wrong, and when it is asked next; nil: as it was.
func (d *Domains) note(ctx context.Context, row domainRow, trouble string, next func(now time.Time) time.Time) error {
	return d.gate.Bookkeep(ctx, tableLooks, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		to := map[string]any{"trouble": trouble}
		if trouble == "" {
			to["looked_at"] = db.At(now)
		}
		if next != nil {
			to["due_at"] = db.At(next(now))
		}
		return db.Across(tx.DB, "registrars are asked about whosever domains").Table(tableLooks).
			Where("domain_id = ?", row.ID).Updates(to).Error
	})
}
