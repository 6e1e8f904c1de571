package accounts

import (
	"context"
	"fmt"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// NewStaff is a new member of the provider's staff, and the secret with which they add their first security key: it is
// handed to them, and works once.
type NewStaff struct {
	Person id.Person
	Start  factors.Start
}

// CreateStaff is how the operator makes a sign-in for a new member of the provider's staff and gives them a seat, in
// one change.
func (a *Accounts) CreateStaff(
	ctx context.Context, who actor.Actor, n persons.NewPerson, department string,
) (NewStaff, error) {
	if err := a.checkDepartment(department); err != nil {
		return NewStaff{}, err
	}
	n.Staff = true
	prepared, err := a.people.Prepare(ctx, n)
	if err != nil {
		return NewStaff{}, err
	}
	made := NewStaff{Person: prepared.Person()}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if g.Who().SignedIn() { // A10: staffing asks a second administrator
			return gate.Entry{}, refuse(g, access.ReasonNotForKind, activity.Target{})
		}
		created, err := a.people.CreatePerson(tx, g, prepared)
		if err != nil {
			return gate.Entry{}, err
		}
		seated, err := a.seat(tx, g, made.Person, department)
		if err != nil {
			return gate.Entry{}, err
		}
		var started gate.Entry
		made.Start, started, err = a.people.IssueStart(tx, g, made.Person, prepared.Name())
		if err != nil {
			return gate.Entry{}, err
		}
		return created.And(seated).And(started), nil
	}
	if err := a.change(ctx, who, verb.StaffManage, id.ProviderScope(), nil, work); err != nil {
		return NewStaff{}, err
	}
	return made, nil
}

// StartStaff makes a new start link for somebody who has a seat and has no security key, or lost them.
func (a *Accounts) StartStaff(ctx context.Context, who actor.Actor, person id.Person) (factors.Start, error) {
	var start factors.Start
	err := a.changeSeat(ctx, who, person, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		_, found, err := db.One[staffRow](g.On(tx.DB).Where("person_id = ?", person))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("start staff: %w", err)
		}
		if !found {
			return gate.Entry{}, fault.NotFound("start staff")
		}
		name, err := a.nameOf(tx.DB, person)
		if err != nil {
			return gate.Entry{}, err
		}
		var entry gate.Entry
		start, entry, err = a.people.IssueStart(tx, g, person, name)
		if err != nil {
			return gate.Entry{}, err
		}
		return entry.And(g.Entry(activity.StartIssued, activity.Details{Target: activity.TargetOf("person", person, name)})),
			nil
	})
	return start, err
}

// GrantSeat is how the operator gives somebody who has a sign-in a seat among the staff, or another department. Nobody
// of the staff does that alone: staffing asks a second administrator (A10).
func (a *Accounts) GrantSeat(ctx context.Context, who actor.Actor, person id.Person, department string) error {
	return a.changeSeat(ctx, who, person, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if g.Who().SignedIn() {
			return gate.Entry{}, refuse(g, access.ReasonNotForKind, activity.Target{})
		}
		return a.GiveSeat(tx, g, person, department)
	})
}

// EndSeat takes somebody's seat among the staff away, from their next request on.
func (a *Accounts) EndSeat(ctx context.Context, who actor.Actor, person id.Person) error {
	return a.changeSeat(ctx, who, person, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return a.TakeSeat(tx, g, person)
	})
}

func (a *Accounts) checkDepartment(department string) error {
	if _, ok := a.access.Department(department); !ok {
		return fault.InvalidField("department", "Choose a department.")
	}
	return nil
}

// changeSeat changes somebody else's seat: nobody raises themselves (A3).
func (a *Accounts) changeSeat(ctx context.Context, who actor.Actor, person id.Person, work gate.Work) error {
	others := []id.Scope{id.PersonScope(person)}
	return a.change(ctx, who, verb.StaffManage, id.ProviderScope(), others,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if g.Who().Person == person {
				return gate.Entry{}, refuse(g, access.ReasonOwnRole, activity.Target{})
			}
			return work(tx, g)
		})
}

func (a *Accounts) seat(tx *db.Tx, g gate.Grant, person id.Person, department string) (gate.Entry, error) {
	row, found, err := db.One[staffRow](g.On(tx.DB).Where("person_id = ?", person))
	if err != nil {
		return gate.Entry{}, fmt.Errorf("grant seat: %w", err)
	}
	change := activity.Change{Field: "department", Old: row.Department, New: department}
	switch {
	case found && row.Department == department && !row.Suspended:
		return gate.Entry{}, fault.Conflict("This person has that seat already.")
	case found && !row.RecoveryID.IsZero():
		return gate.Entry{}, fault.Conflict("This person recovered their sign-in. Two members of staff approve that first.")
	case found:
		err = g.On(tx.Model(&staffRow{})).Where("person_id = ?", person).
			Updates(map[string]any{"department": department, "suspended": false, "given_at": db.At(g.Now())}).Error
	default:
		row = staffRow{PersonID: person, Department: department, CreatedAt: db.At(g.Now()), GivenAt: db.At(g.Now())}
		err = g.On(tx.DB).Create(&row).Error
	}
	if err != nil {
		return gate.Entry{}, fmt.Errorf("grant seat: %w", err)
	}
	if err := a.people.MarkStaff(tx, person, true); err != nil {
		return gate.Entry{}, err
	}
	return a.seatEntry(tx, g, activity.SeatGranted, person, change)
}

// seatEntry says it in the provider's log and in the person's own.
func (a *Accounts) seatEntry(
	tx *db.Tx, g gate.Grant, action activity.Action, person id.Person, change activity.Change,
) (gate.Entry, error) {
	name, err := a.nameOf(tx.DB, person)
	if err != nil {
		return gate.Entry{}, err
	}
	details := activity.Details{
		Target: activity.TargetOf("person", person, name), Changes: []activity.Change{change},
	}
	return g.Entry(action, details).And(g.EntryIn(id.PersonScope(person), action, details)), nil
}

// Seats are how many people of the staff can work in each department, for the people of an account: whoever is
// suspended or disabled is not counted, and nobody is named.
func (a *Accounts) Seats(ctx context.Context, who actor.Actor, account id.Account) (map[string]int, error) {
	if _, err := a.gate.View(ctx, who, verb.AccountView, id.AccountScope(account)); err != nil {
		return nil, err
	}
	var rows []staffRow
	err := db.Across(a.reader.With(ctx).Table(tableStaff), "how many people each department has").
		Select("staff_members.department").Joins("JOIN persons ON persons.id = staff_members.person_id").
		Where("staff_members.suspended = ? AND persons.state = ?", false, personActive).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count the staff: %w", err)
	}
	seats := map[string]int{}
	for _, row := range rows {
		seats[row.Department]++
	}
	return seats, nil
}
