package assist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// JudgedWithin is how long an emergency may wait for whoever judges it (our own figure).
	JudgedWithin = 3 * 24 * time.Hour
	// remindEvery is how often those who judge are reminded, remindMost how many times.
	remindEvery = 24 * time.Hour
	remindMost  = 5

	emergenciesShown = 25
)

// Finding is what somebody found who judged an emergency.
type Finding string

// The findings.
const (
	Needed   Finding = "needed"
	Unneeded Finding = "unneeded"
	Misused  Finding = "misused"
)

// Findings are all of them, in the order in which they are shown.
func Findings() []Finding { return []Finding{Needed, Unneeded, Misused} }

// InWords says it in words.
func (f Finding) InWords() string {
	switch f {
	case Needed:
		return "It was needed"
	case Unneeded:
		return "It was not needed, and was talked over"
	case Misused:
		return "It was misused, and is followed up"
	}
	return string(f)
}

// Emergency is one time in which somebody opened another department's data of a client.
type Emergency struct {
	ID             id.Look
	Account        id.Account
	Client         string
	Person         id.Person // who opened it
	Staff          string
	Own, Opened    string // keys of departments: theirs, and the one whose data it was
	Code, Why      string
	Started, Ends  time.Time
	Due            time.Time // by when it should be judged
	Closed         time.Time // zero: it waits
	Finding        Finding
	Found, Decider string
}

// Waits says whether nobody has judged it yet.
func (e Emergency) Waits() bool { return e.Closed.IsZero() }

type emergencyRead struct {
	Row         emergencyRow `gorm:"embedded"`
	StaffName   secretbox.Sealed
	CloserName  secretbox.Sealed
	AccountName secretbox.Sealed
}

func (a *Assist) emergencies(g gate.Grant, q *gorm.DB) *gorm.DB {
	return g.On(q.Table(tableEmergencies)).
		Select("emergencies.*, w.name AS staff_name, c.name AS closer_name, ac.name AS account_name").
		Joins("JOIN persons w ON w.id = emergencies.staff_id").
		Joins("JOIN accounts ac ON ac.account_id = emergencies.account_id").
		Joins("LEFT JOIN persons c ON c.id = emergencies.closed_by")
}

// Emergencies are those of all clients, the newest first, for whoever judges; only those that wait, or all. next is
// where the older ones begin, zero where there are none.
func (a *Assist) Emergencies(
	ctx context.Context, who actor.Actor, waiting bool, before id.Look,
) (list []Emergency, next id.Look, err error) {
	g, err := a.gate.View(ctx, who, verb.EmergenciesView, id.ProviderScope())
	if err != nil {
		return nil, next, err
	}
	q := a.emergencies(g, a.reader.With(ctx))
	if waiting {
		q = q.Where("emergencies.state = ?", stateOpen)
	}
	if !before.IsZero() { // ids are in the order of time
		q = q.Where("emergencies.id < ?", before)
	}
	var rows []emergencyRead
	if err := q.Order("emergencies.id DESC").Limit(emergenciesShown + 1).Find(&rows).Error; err != nil {
		return nil, next, fmt.Errorf("list emergencies: %w", err)
	}
	if len(rows) > emergenciesShown {
		rows = rows[:emergenciesShown]
		next = rows[emergenciesShown-1].Row.ID
	}
	for _, r := range rows {
		one, err := a.openEmergency(r)
		if err != nil {
			return nil, next, err
		}
		list = append(list, one)
	}
	return list, next, nil
}

// Emergency is one of them.
func (a *Assist) Emergency(ctx context.Context, who actor.Actor, which id.Look) (Emergency, error) {
	g, err := a.gate.View(ctx, who, verb.EmergenciesView, id.ProviderScope())
	if err != nil {
		return Emergency{}, err
	}
	var rows []emergencyRead
	if err := a.emergencies(g, a.reader.With(ctx)).Where("emergencies.id = ?", which).Find(&rows).Error; err != nil {
		return Emergency{}, fmt.Errorf("read an emergency: %w", err)
	}
	if len(rows) == 0 {
		return Emergency{}, fault.NotFound("emergency")
	}
	return a.openEmergency(rows[0])
}

// SawIn is what was looked at in an emergency, by permission, from the client's log: for whoever may read that and has
// said why they look at the client.
func (a *Assist) SawIn(ctx context.Context, who actor.Actor, e Emergency) ([]verb.Verb, error) {
	saw := map[string]map[verb.Verb]bool{}
	wanted := activity.Filter{
		Kind: actor.Staff, Mode: activity.Reading, From: e.Started, To: e.Ends.Add(time.Hour), Limit: lookEntries,
	}
	for range lookPages {
		page, err := a.gate.Log(ctx, who, verb.AuditView, id.AccountScope(e.Account), wanted)
		if err != nil {
			return nil, fmt.Errorf("read what was looked at: %w", err)
		}
		lookedAt(page.Entries, saw)
		if wanted.Before = page.Older; wanted.Before == 0 {
			break
		}
	}
	return slices.DeleteFunc(verb.Staff(), func(v verb.Verb) bool { return !saw[e.ID.String()][v] }), nil
}

func (a *Assist) openEmergency(r emergencyRead) (Emergency, error) {
	row := r.Row
	out := Emergency{
		ID: row.ID, Account: row.AccountID, Person: row.StaffID, Own: row.Department, Opened: row.Opened, Code: row.Code,
		Started: row.StartedAt.Time, Ends: row.EndsAt.Time, Due: row.StartedAt.Add(JudgedWithin), Closed: row.ClosedAt.Time,
	}
	var errs [5]error
	out.Staff, errs[0] = a.people.OpenName(row.StaffID, r.StaffName)
	out.Client, errs[1] = a.accounts.AccountName(row.AccountID, r.AccountName)
	out.Why, errs[2] = a.box.Open(row.Reason, place(tableEmergencies, row.ID.Bytes()))
	if row.Finding != nil {
		out.Finding = Finding(*row.Finding)
		out.Found, errs[3] = a.box.Open(row.FindingText, findingPlace(row.ID))
		out.Decider, errs[4] = a.people.OpenName(row.ClosedBy, r.CloserName)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return out, fmt.Errorf("read an emergency: %w", err)
	}
	return out, nil
}

func findingPlace(which id.Look) secretbox.Place {
	return secretbox.Place{Table: tableEmergencies, Column: "finding_text", Row: which.Bytes()}
}

// ownCaseError says that somebody wanted to judge what they opened themselves.
type ownCaseError struct{ decision access.Decision }

func (o *ownCaseError) Error() string { return "assist: one's own emergency" }

// Judge closes an emergency, once, with what was found: by somebody else than the one who opened it. What still runs of
// it ends at once.
func (a *Assist) Judge(ctx context.Context, who actor.Actor, which id.Look, found Finding, text string) error {
	text = strings.Join(strings.Fields(text), " ")
	if !slices.Contains(Findings(), found) {
		return fault.InvalidField("finding", "Choose what you found.")
	}
	if err := checkedWords("text", text); err != nil {
		return err
	}
	e, err := a.Emergency(ctx, who, which)
	if err != nil {
		return err
	}
	sealed, err := a.box.Seal(text, findingPlace(which))
	if err != nil {
		return fmt.Errorf("close an emergency: %w", err)
	}
	here := id.AccountScope(e.Account)
	err = a.gate.ChangeWith(ctx, who, verb.EmergenciesReview, id.ProviderScope(), []id.Scope{here},
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if e.Person == g.Who().Person {
				return gate.Entry{}, &ownCaseError{g.Decision().Refused(access.ReasonOwnEmergency)}
			}
			if err := closeEmergency(tx, g, which, map[string]any{
				"state": stateClosed, "finding": string(found), "finding_text": sealed, "closed_by": g.Who().Person,
				"closed_at": db.At(g.Now()),
			}); err != nil {
				return gate.Entry{}, err
			}
			theirs, _ := a.access.Department(e.Opened)
			about := activity.Details{
				Target: activity.TargetOf(gate.TargetLook, which, whatIsSeenBy(theirs)),
				Changes: []activity.Change{
					{Field: "finding", New: found.InWords()}, {Field: "in words", New: text}, {Field: "opened by", New: e.Staff},
				},
			}
			told := about
			told.Changes = []activity.Change{{Field: "finding", New: found.InWords()}}
			return g.Entry(activity.EmergencyClosed, about).And(g.EntryIn(here, activity.EmergencyClosed, told)), nil
		})
	if own, ok := errors.AsType[*ownCaseError](err); ok {
		return errors.Join(own.decision.Fault("close an emergency"), a.gate.RefusedAbout(ctx, who, own.decision,
			activity.Details{Target: activity.TargetOf(gate.TargetLook, which, "")}))
	}
	return err
}

func closeEmergency(tx *db.Tx, g gate.Grant, which id.Look, set map[string]any) error {
	done := g.On(tx.Model(&emergencyRow{})).Where("id = ? AND state = ?", which, stateOpen).Updates(set)
	if done.Error != nil {
		return fmt.Errorf("close an emergency: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return fault.Conflict("Somebody has judged this already.")
	}
	now := db.At(g.Now())
	err := g.On(tx.Model(&lookRow{})).Where("id = ? AND started_at < ? AND ends_at > ?", which, now, now).
		Update("ends_at", now).Error
	if err != nil {
		return fmt.Errorf("close an emergency: %w", err)
	}
	return nil
}
