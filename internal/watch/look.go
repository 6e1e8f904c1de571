package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	chainsAtOnce = 200
	// overlap is by how much looking for logs that moved goes back: a change commits after the time that it carries.
	overlap = 2 * time.Minute
	// sweepEvery is how often all logs are looked at, whatever the clocks said meanwhile.
	sweepEvery = time.Hour
)

type cursorRow struct {
	Chain db.Blob `gorm:"primaryKey"`
	Seq   int64
}

// TableName names the table.
func (cursorRow) TableName() string { return tableCursors }

func all() db.Blob { return make(db.Blob, 16) }

// Look looks at what came into the logs of accounts and people since the last time, and leaves word of what a rule
// applies to. It may run on several nodes: an entry raises an alert once. A job calls it.
func (a *Watch) Look(ctx context.Context) error {
	now, err := a.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("watch the logs: %w", err)
	}
	at, found, err := db.One[cursorRow](a.reader.With(ctx).Where("chain = ?", all()))
	if err != nil {
		return fmt.Errorf("watch the logs: %w", err)
	}
	if !found {
		return a.begin(ctx, now)
	}
	seen := time.UnixMilli(at.Seq)
	from := seen.Add(-overlap)
	if now.Before(seen) || !now.Truncate(sweepEvery).Equal(seen.Truncate(sweepEvery)) {
		from = time.Time{}
	}
	after := db.Blob{}
	for {
		moved, err := a.moved(ctx, from, after)
		if err != nil {
			return err
		}
		for _, m := range moved {
			if err := a.along(ctx, m.scope, m.seq); err != nil {
				return err
			}
			after = m.scope.Bytes()
		}
		if len(moved) < chainsAtOnce {
			return a.note(ctx, all(), now.UnixMilli())
		}
	}
}

// begin puts the cursors at the present ends: of what was before nobody is told.
func (a *Watch) begin(ctx context.Context, now time.Time) error {
	err := a.gate.Bookkeep(ctx, tableCursors, func(tx *db.Tx) error {
		ignore := "INSERT INTO alert_cursors (chain, seq) SELECT chain, seq FROM heads WHERE kind <> 'provider' "
		if tx.Dialect() == db.SQLite {
			ignore += "ON CONFLICT (chain) DO NOTHING"
		} else {
			ignore += "ON DUPLICATE KEY UPDATE alert_cursors.seq = alert_cursors.seq"
		}
		return tx.Exec(ignore).Error
	})
	if err != nil {
		return err
	}
	return a.note(ctx, all(), now.UnixMilli())
}

type movedChain struct {
	scope id.Scope
	seq   int64
}

func (a *Watch) moved(ctx context.Context, from time.Time, after db.Blob) ([]movedChain, error) {
	var rows []struct {
		Chain db.Blob
		Kind  string
		Seq   int64
	}
	err := a.reader.With(ctx).Raw("SELECT h.chain, h.kind, COALESCE(c.seq, 0) AS seq FROM heads h LEFT JOIN "+
		"alert_cursors c ON c.chain = h.chain WHERE h.changed_at >= ? AND h.chain > ? AND h.kind <> 'provider' "+
		"AND h.seq > COALESCE(c.seq, 0) ORDER BY h.chain LIMIT ?", max(from.UnixMilli(), 0), after, chainsAtOnce).
		Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("watch the logs: %w", err)
	}
	list := make([]movedChain, 0, len(rows))
	for _, r := range rows {
		if scope, ok := id.ScopeOf(id.ScopeKind(r.Kind), r.Chain); ok {
			list = append(list, movedChain{scope, r.Seq})
		}
	}
	return list, nil
}

// along looks at a log from its cursor to its end.
func (a *Watch) along(ctx context.Context, chain id.Scope, after int64) error {
	for {
		entries, err := a.gate.Follow(ctx, actor.NewSystem("alerts"), chain, after, gate.FollowMost)
		if err != nil || len(entries) == 0 {
			return err
		}
		for i := range entries {
			if err := a.look(ctx, &entries[i]); err != nil {
				return err
			}
		}
		after = entries[len(entries)-1].Seq
		if err := a.note(ctx, chain.Bytes(), after); err != nil {
			return err
		}
	}
}

// note says how far a log was looked through.
func (a *Watch) note(ctx context.Context, chain db.Blob, seq int64) error {
	return a.gate.Bookkeep(ctx, tableCursors, func(tx *db.Tx) error {
		onto := clause.OnConflict{
			Columns: []clause.Column{{Name: "chain"}}, DoUpdates: clause.AssignmentColumns([]string{"seq"}),
		}
		return tx.Clauses(onto).Create(&cursorRow{Chain: chain, Seq: seq}).Error
	})
}

// look holds an entry against the rules.
func (a *Watch) look(ctx context.Context, e *activity.Entry) error {
	strange, err := a.fromNewCountry(ctx, e)
	if err != nil {
		return err
	}
	account, ok := e.Chain.Account()
	if !ok {
		if strange {
			return a.tellPerson(ctx, e)
		}
		return nil
	}
	rules := a.applies(e)
	if strange {
		rules = append(rules, NewCountry)
	}
	for _, rule := range rules {
		if err := a.raise(ctx, account, e, rule); err != nil {
			return err
		}
	}
	return nil
}

// tellPerson has somebody told that they signed in from a new country, with the link that says “this wasn’t me”.
func (a *Watch) tellPerson(ctx context.Context, e *activity.Entry) error {
	person, _ := e.Chain.Person()
	err := a.gate.Change(ctx, actor.NewSystem("alerts"), verb.SelfManage, e.Chain,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row := hitRow{
				Chain: e.Chain.Bytes(), Seq: e.Seq, Rule: NewCountry, PersonID: person, HitAt: db.At(g.Now()),
			}
			if err := g.On(tx.DB).Create(&row).Error; err != nil {
				return gate.Entry{}, err
			}
			if err := a.people.Alert(tx, g, person, alerts.NewCountry, e.Who.Country); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.AlertRaised, activity.Details{Target: target(e, NewCountry)}), nil
		})
	return once(err)
}

// once takes for granted what another turn or node did already, and who is gone.
func once(err error) error {
	if db.IsDuplicate(err) || fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("raise an alert: %w", err)
	}
	return nil
}

// errNobody says that nobody wants to be told.
var errNobody = errors.New("alerts: nobody is told")

// raise leaves word of an entry for everybody who wants to know.
func (a *Watch) raise(ctx context.Context, account id.Account, e *activity.Entry, rule Rule) error {
	system := actor.NewSystem("alerts")
	name, owners, others, err := a.accounts.Readers(ctx, system, account)
	if err != nil {
		return once(err)
	}
	err = a.gate.Change(ctx, system, verb.ContactsView, e.Chain, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		var chosen []choiceRow
		if err := g.On(tx.DB).Where("rule = ?", rule).Find(&chosen).Error; err != nil {
			return gate.Entry{}, err
		}
		told := 0
		for i, to := range slices.Concat(owners, others) {
			d := delivery(chosen, to.Person, rule, i < len(owners))
			if !tells(d, e, rule, to) {
				continue
			}
			told++
			if err := a.leave(tx, g, e, rule, d, name, to); err != nil {
				return gate.Entry{}, err
			}
		}
		if told == 0 {
			return gate.Entry{}, errNobody
		}
		return g.Entry(activity.AlertRaised, activity.Details{Target: target(e, rule)}), nil
	})
	if errors.Is(err, errNobody) {
		return nil
	}
	return once(err)
}

// tells says whether somebody is told of an entry. Of their own doing they need no word, except where it could be that
// of somebody else in their name.
func tells(d Delivery, e *activity.Entry, rule Rule, to accounts.Recipient) bool {
	return d != Never && (to.Person != e.ActorID || rule.Security())
}

// leave writes down that somebody is told of an entry, and leaves the mail where it is to go at once.
func (a *Watch) leave(
	tx *db.Tx, g gate.Grant, e *activity.Entry, rule Rule, d Delivery, account string, to accounts.Recipient,
) error {
	row := hitRow{
		Chain: e.Chain.Bytes(), Seq: e.Seq, Rule: rule, PersonID: to.Person, AccountID: g.Account(), HitAt: db.At(e.Occurred),
	}
	if d == Daily {
		row.DueAt = db.At(nextMail(g.Now(), a.zoneOf(to.TimeZone)))
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return err
	}
	if d == Daily {
		return nil
	}
	return a.out.Enqueue(tx, outbox.Message{ // the outbox says what it did
		Kind: MailHit, Key: fmt.Sprintf("%s-%d-%s-%s", e.Chain, e.Seq, rule, to.Person),
		Payload: Hit{
			Account: g.Account(), Name: account, Person: to.Person, To: to.Email, Greet: to.Name, Zone: to.TimeZone, Rule: rule,
			Seq: e.Seq, At: e.Occurred,
		},
	})
}

func (a *Watch) zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil && name != "" {
		return zone
	}
	return a.zone
}

// nextMail is the next seven o'clock of somebody's day.
func nextMail(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	next := time.Date(local.Year(), local.Month(), local.Day(), mailHour, 0, 0, 0, zone)
	if !next.After(local) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}
