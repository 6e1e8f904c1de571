package conduct

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Register is who of the staff acknowledged what, and which trainings they had: what an audit asks for.
type Register struct {
	At      time.Time
	Current []Document
	Rows    []Entry
}

// Entry is one of the staff in the register.
type Entry struct {
	Person     id.Person
	Name       string
	Department string // key
	Acks       []Ack  // one for each current policy, in their order
	Trainings  []Training
}

// Ack is when somebody acknowledged a current policy, or a later version of it; zero: not.
type Ack struct {
	Version int
	At      time.Time
}

// Register reads it.
func (c *Conduct) Register(ctx context.Context, who actor.Actor) (Register, error) {
	g, err := c.gate.View(ctx, who, verb.StaffView, id.ProviderScope())
	if err != nil {
		return Register{}, err
	}
	q := c.reader.With(ctx)
	all, err := c.documents(q)
	if err != nil {
		return Register{}, err
	}
	r := Register{At: g.Now()}
	r.Current, _ = Current(all, g.Now())
	var people []struct {
		PersonID   id.Person
		Name       secretbox.Sealed
		Department string
	}
	err = g.On(q.Table("staff_members")).Select("staff_members.person_id, p.name, staff_members.department").
		Joins("JOIN persons p ON p.id = staff_members.person_id").
		Order("staff_members.created_at, staff_members.person_id").Find(&people).Error
	if err != nil {
		return Register{}, fmt.Errorf("read the register: %w", err)
	}
	var given []ackRow
	if err := q.Order("version").Find(&given).Error; err != nil {
		return Register{}, fmt.Errorf("read the register: %w", err)
	}
	by := map[id.Person]acks{}
	for _, a := range given {
		by[a.MemberID] = append(by[a.MemberID], a)
	}
	trainings, err := c.trainings(ctx)
	if err != nil {
		return Register{}, err
	}
	for _, p := range people {
		e := Entry{Person: p.PersonID, Department: p.Department, Trainings: trainings[p.PersonID]}
		if e.Name, err = c.people.OpenName(p.PersonID, p.Name); err != nil {
			return Register{}, err
		}
		for i := range e.Trainings {
			e.Trainings[i].Of = e.Name
		}
		for _, d := range r.Current {
			e.Acks = append(e.Acks, Ack{Version: d.Version, At: by[p.PersonID].covers(d.Kind, d.Version)})
		}
		r.Rows = append(r.Rows, e)
	}
	return r, nil
}

func (c *Conduct) trainings(ctx context.Context) (map[id.Person][]Training, error) {
	var rows []trainingRow
	err := c.reader.With(ctx).Where("removed_at IS NULL").Order("done_at DESC, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list trainings: %w", err)
	}
	list := map[id.Person][]Training{}
	for _, row := range rows {
		t := Training{ID: row.ID, Person: row.MemberID, Done: row.DoneAt.Time, Expires: row.ExpiresAt.Time}
		if t.Name, err = c.box.Open(row.Name, row.place()); err != nil {
			return nil, fmt.Errorf("list trainings: %w", err)
		}
		list[row.MemberID] = append(list[row.MemberID], t)
	}
	return list, nil
}
