package assist

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// looksShown is how many looks of staff an account sees at a time, and lookEntries how many entries of its log are read
// at once to say what was looked at, lookPages times at most: more than that many looks can leave.
const (
	looksShown  = 25
	lookEntries = 200
	lookPages   = 20
)

// Say has somebody of the staff say why they look at a client. It holds in this session, for that client, for
// actor.LookTime. The client reads it at once.
func (a *Assist) Say(ctx context.Context, who actor.Actor, account id.Account, why Reason) error {
	begin, err := a.begin(who, account, why)
	if err != nil {
		return err
	}
	// Over the provider, since nothing is seen of the client yet; whoever may see no clients has nothing to say.
	return a.gate.ChangeWith(
		ctx, who, verb.ClientsView, id.ProviderScope(), []id.Scope{id.AccountScope(account)}, begin,
	)
}

// SetUp writes, in the change in which somebody of the staff makes a client, that they go on to set it up: they look at
// what they have just entered, and need not say so.
func (a *Assist) SetUp(tx *db.Tx, g gate.Grant, account id.Account) (gate.Entry, error) {
	begin, err := a.begin(g.Who(), account, Reason{Code: activity.GivenOther, Text: "They set this account up"})
	if err != nil {
		return gate.Entry{}, err
	}
	return begin(tx, g)
}

// begin is the change that keeps a reason, and the words of it as the client reads them.
func (a *Assist) begin(
	who actor.Actor, account id.Account, why Reason,
) (func(tx *db.Tx, g gate.Grant) (gate.Entry, error), error) {
	why, err := why.checked()
	if err != nil {
		return nil, err
	}
	row := lookRow{
		ID: id.New[id.LookKind](), AccountID: account, SessionID: who.Session, StaffID: who.Person,
		Department: who.Seat.Department, Code: why.Code, CaseID: why.Case,
	}
	if row.Reason, err = a.box.Seal(why.words(), place(tableLooks, row.ID.Bytes())); err != nil {
		return nil, fmt.Errorf("say why: %w", err)
	}
	return func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row.StartedAt, row.EndsAt = db.At(g.Now()), db.At(g.Now().Add(actor.LookTime))
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("say why: %w", err)
		}
		return g.EntryIn(id.AccountScope(account), activity.LookBegun, activity.Details{
			Target: activity.TargetOf(gate.TargetLook, row.ID, ""), Changes: append(why.changes(), activity.Change{
				Field: "ends", New: row.EndsAt.UTC().Format("2 Jan 2006, 15:04 UTC"),
			}),
		}), nil
	}, nil
}

// Looked is one time in which somebody of the staff could look at an account, or can.
type Looked struct {
	ID         id.Look
	Staff      string
	Department string // key
	Code, Why  string
	Started    time.Time
	Ends       time.Time
	Running    bool
	Opened     string      // key of the department whose data it opened in an emergency; empty: an ordinary look
	Saw        []verb.Verb // what they looked at, by permission
}

// Looks are the times in which staff could look at an account, the newest first, with what they looked at; next is
// where the older ones begin, zero where there are none. Whoever sees but their own doings in the log is not told.
func (a *Assist) Looks(
	ctx context.Context, who actor.Actor, account id.Account, before id.Look,
) (list []Looked, next id.Look, err error) {
	g, err := a.gate.View(ctx, who, verb.ActivityView, id.AccountScope(account))
	if err != nil || g.Decision().Own {
		return nil, next, err
	}
	if list, next, err = a.looks(g, a.reader.With(ctx), before); err != nil || len(list) == 0 {
		return nil, next, err
	}
	saw := map[string]map[verb.Verb]bool{}
	wanted := activity.Filter{
		Kind: actor.Staff, Mode: activity.Reading, From: list[len(list)-1].Started, To: list[0].Ends, Limit: lookEntries,
	}
	for range lookPages {
		page, err := a.gate.Log(ctx, who, verb.ActivityView, id.AccountScope(account), wanted)
		if err != nil {
			return nil, next, fmt.Errorf("read looks of staff: %w", err)
		}
		lookedAt(page.Entries, saw)
		if wanted.Before = page.Older; wanted.Before == 0 {
			break
		}
	}
	for i := range list {
		for _, v := range verb.Staff() { // in their order
			if saw[list[i].ID.String()][v] {
				list[i].Saw = append(list[i].Saw, v)
			}
		}
	}
	return list, next, nil
}

// lookedAt adds by which permissions something was looked at, by the id of the time.
func lookedAt(entries []activity.Entry, saw map[string]map[verb.Verb]bool) {
	for _, e := range entries {
		if e.TargetKind != gate.TargetLook || e.Outcome != activity.Success || e.Verb == "" {
			continue
		}
		if saw[e.TargetID] == nil {
			saw[e.TargetID] = map[verb.Verb]bool{}
		}
		saw[e.TargetID][e.Verb] = true
	}
}

func (a *Assist) looks(g gate.Grant, q *gorm.DB, before id.Look) (list []Looked, next id.Look, err error) {
	var rows []struct {
		Row       lookRow `gorm:"embedded"`
		StaffName secretbox.Sealed
	}
	q = g.On(q.Table(tableLooks)).Select("looks.*, w.name AS staff_name").
		Joins("JOIN persons w ON w.id = looks.staff_id")
	if !before.IsZero() { // ids are in the order of time
		q = q.Where("looks.id < ?", before)
	}
	if err := q.Order("looks.id DESC").Limit(looksShown + 1).Find(&rows).Error; err != nil {
		return nil, next, fmt.Errorf("read looks of staff: %w", err)
	}
	if len(rows) > looksShown {
		rows = rows[:looksShown]
		next = rows[looksShown-1].Row.ID
	}
	for _, r := range rows {
		l := Looked{
			ID: r.Row.ID, Department: r.Row.Department, Code: r.Row.Code, Started: r.Row.StartedAt.Time,
			Ends: r.Row.EndsAt.Time, Running: g.Now().Before(r.Row.EndsAt.Time),
		}
		if r.Row.Opened != nil {
			l.Opened = *r.Row.Opened
		}
		name, err := a.people.OpenName(r.Row.StaffID, r.StaffName)
		if err != nil {
			return nil, next, err
		}
		l.Staff = a.accounts.StaffName(r.Row.StaffID, name)
		if l.Why, err = a.box.Open(r.Row.Reason, place(tableLooks, r.Row.ID.Bytes())); err != nil {
			return nil, next, fmt.Errorf("read looks of staff: %w", err)
		}
		list = append(list, l)
	}
	return list, next, nil
}
