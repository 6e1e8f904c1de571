package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

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

// tellPerson has somebody told of an entry of their own log: at once with the link that says “this wasn’t me”, or in
// their daily mail.
func (a *Watch) tellPerson(ctx context.Context, e *activity.Entry, rule Rule) error {
	person, _ := e.Chain.Person()
	return once(a.gate.Change(ctx, actor.NewSystem("alerts"), verb.SelfManage, e.Chain,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var chosen []ownRow
			if err := g.On(tx.DB).Where("rule = ?", rule).Find(&chosen).Error; err != nil {
				return gate.Entry{}, err
			}
			d := ownDelivery(chosen, rule)
			if d == Never {
				return gate.Entry{}, errNobody
			}
			if err := a.leaveOwn(ctx, tx, g, person, e, rule, d); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.AlertRaised, activity.Details{Target: target(e, rule)}), nil
		}))
}

// leaveOwn writes down that somebody is told of an entry of their own log, and leaves the mail where it is to go at
// once.
func (a *Watch) leaveOwn(
	ctx context.Context, tx *db.Tx, g gate.Grant, person id.Person, e *activity.Entry, rule Rule, d Delivery,
) error {
	row := hitRow{Chain: e.Chain.Bytes(), Seq: e.Seq, Rule: rule, PersonID: person, HitAt: db.At(e.Occurred)}
	if d == Daily {
		zone, err := a.zoneIn(ctx, person)
		if err != nil {
			return err
		}
		row.DueAt = db.At(nextMail(g.Now(), zone))
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return err
	}
	if d != AtOnce {
		return nil
	}
	return a.people.AlertOf(tx, g, person, ownKind(rule), e.Who.Country, e)
}

// ownKind is the alert by which people are told of their own sign-in.
func ownKind(rule Rule) alerts.Kind {
	switch rule { //nolint:exhaustive // the others are of accounts
	case FailedThenIn:
		return alerts.FailedThenIn
	case Travelled:
		return alerts.Travelled
	case LogTaken:
		return alerts.LogTaken
	case UnusualHour:
		return alerts.UnusualHour
	}
	return alerts.NewCountry
}

// zoneIn is the time zone that somebody reads in.
func (a *Watch) zoneIn(ctx context.Context, person id.Person) (*time.Location, error) {
	box, err := a.people.Mailbox(ctx, actor.NewSystem("alerts"), person)
	if err != nil {
		return nil, err // identity says what it did
	}
	return a.zoneOf(box.TimeZone), nil
}

// once takes for granted what another turn or node did already, and who is gone.
func once(err error) error {
	if errors.Is(err, errNobody) || db.IsDuplicate(err) || fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("raise an alert: %w", err)
	}
	return nil
}

// errNobody says that nobody wants to be told.
var errNobody = errors.New("alerts: nobody is told")

// raise leaves word of an entry for everybody of an account who wants to know. An entry of somebody's own log concerns
// several accounts, and whoever reads the logs of two of them is told once: therefore that log is held, too.
func (a *Watch) raise(ctx context.Context, account id.Account, e *activity.Entry, rule Rule) error {
	system, here := actor.NewSystem("alerts"), id.AccountScope(account)
	name, owners, others, err := a.accounts.Readers(ctx, system, account)
	if err != nil {
		return once(err)
	}
	var also []id.Scope
	if e.Chain != here {
		also = append(also, e.Chain)
	}
	return once(a.gate.ChangeWith(ctx, system, verb.ContactsView, here, also,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			told, err := a.leaveAll(tx, g, e, rule, name, owners, others)
			if err != nil {
				return gate.Entry{}, err
			}
			if told == 0 {
				return gate.Entry{}, errNobody
			}
			return g.Entry(activity.AlertRaised, activity.Details{Target: targetIn(here, e, rule)}), nil
		}))
}

// leaveAll leaves word for those of an account who want to know and were not told yet, and counts them.
func (a *Watch) leaveAll(
	tx *db.Tx, g gate.Grant, e *activity.Entry, rule Rule, account string, owners, others []accounts.Recipient,
) (told int, err error) {
	var chosen []choiceRow
	if err := g.On(tx.DB).Where("rule = ?", rule).Find(&chosen).Error; err != nil {
		return 0, err
	}
	knows, err := a.told(tx, e, rule)
	if err != nil {
		return 0, err
	}
	for i, to := range slices.Concat(owners, others) {
		d := delivery(chosen, to.Person, rule, i < len(owners))
		if slices.Contains(knows, to.Person) || !tells(d, e, rule, to) {
			continue
		}
		told++
		if err := a.leave(tx, g, e, rule, d, account, to); err != nil {
			return 0, err
		}
	}
	return told, nil
}

// told are those who were told of an entry by a rule already, here or in another account.
func (a *Watch) told(tx *db.Tx, e *activity.Entry, rule Rule) ([]id.Person, error) {
	var rows []hitRow
	err := db.Across(tx.DB, "whoever is told in one account is not told in the next").Select("person_id").
		Where("chain = ? AND seq = ? AND rule = ?", e.Chain, e.Seq, rule).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read alerts: %w", err)
	}
	list := make([]id.Person, 0, len(rows))
	for _, row := range rows {
		list = append(list, row.PersonID)
	}
	return list, nil
}

// raiseInAccounts leaves word of an entry of somebody's own log in each account that they have access to.
func (a *Watch) raiseInAccounts(ctx context.Context, e *activity.Entry, rule Rule) error {
	person, _ := e.Chain.Person()
	in, err := a.accounts.AccountsOf(ctx, actor.NewSystem("alerts"), person)
	if err != nil {
		return once(err)
	}
	for _, account := range in {
		if err := a.raise(ctx, account, e, rule); err != nil {
			return err
		}
	}
	return nil
}

// tells says whether somebody is told of an entry. Of their own doing they need no word, except where it could be that
// of somebody else in their name; of what is in their own log they are told there.
func tells(d Delivery, e *activity.Entry, rule Rule, to accounts.Recipient) bool {
	if d == Never || e.Chain == id.PersonScope(to.Person) {
		return false
	}
	return to.Person != e.ActorID || rule.Security()
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
			Seq: e.Seq, At: e.Occurred, About: row.about(), Own: to.Person == e.ActorID,
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
