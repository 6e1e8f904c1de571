package staffing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// IdleFor is after how long without a sign-in one of staff is disabled (A11).
const IdleFor = 90 * 24 * time.Hour

// warnings are how long before that they are warned.
func warnings() []time.Duration { return []time.Duration{14 * 24 * time.Hour, 3 * 24 * time.Hour} }

// used writes down that a sign-in of staff was used.
func used(tx *db.Tx, member id.Person, at time.Time) error {
	return writeUse(tx, useRow{MemberID: member, UsedAt: db.At(at)})
}

func writeUse(tx *db.Tx, row useRow) error {
	err := tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "member_id"}}, DoUpdates: clause.AssignmentColumns([]string{"used_at", "warned"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("write down a use: %w", err)
	}
	return nil
}

// lastUse is when a seat was last used: when its holder signed in, or got it.
func lastUse(q *gorm.DB, member id.Person, since time.Time) (useRow, error) {
	row, found, err := db.One[useRow](q.Where("member_id = ?", member))
	if err != nil {
		return useRow{}, fmt.Errorf("read a use: %w", err)
	}
	if !found {
		row.MemberID = member
	}
	if row.UsedAt.IsZero() {
		row.UsedAt = db.At(since)
	}
	return row, nil
}

// signedIn is told of each session that begins. Whoever was away for too long gets none, whether the job has been
// there already or not.
func (s *Staffing) signedIn(tx *db.Tx, g gate.Grant) error {
	member := g.Who().Person
	seat, found, err := s.accounts.SeatOf(tx.DB, member)
	if err != nil || !found {
		return err
	}
	row, err := lastUse(tx.DB, member, seat.Since)
	if err != nil {
		return err
	}
	if g.Now().Sub(row.UsedAt.Time) >= IdleFor {
		last, err := s.isLast(tx.DB, member, seat.Department)
		if err != nil {
			return err
		}
		if !last {
			return fault.Conflict("Nobody has signed in here for 90 days, so this sign-in is disabled. " +
				"An administrator enables it again.")
		}
	}
	return used(tx, member, g.Now())
}

// isLast says whether nobody else could manage the staff: they are never disabled by time.
func (s *Staffing) isLast(q *gorm.DB, member id.Person, department string) (bool, error) {
	if !s.manages(department) {
		return false, nil
	}
	others, err := s.administrators(q, member)
	return len(others) == 0, err
}

// idler is a member of staff who can sign in, and when they last did.
type idler struct {
	PersonID   id.Person
	Department string
	UsedAt     db.Time
	Warned     int
}

// Round warns whoever has not signed in for long, and disables whoever has not for 90 days, by the database's time. It
// is there often, on whichever node; what it did is not done again.
func (s *Staffing) Round(ctx context.Context) error {
	now, err := s.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("idle staff: %w", err)
	}
	var list []idler
	err = db.Across(s.reader.With(ctx).Table(tableSeats), "whoever of the staff has not signed in for long").
		Select("staff_members.person_id, staff_members.department, "+
			"COALESCE(u.used_at, staff_members.created_at) AS used_at, COALESCE(u.warned, 0) AS warned").
		Joins("JOIN persons p ON p.id = staff_members.person_id AND p.state = ?", persons.Active).
		Joins("LEFT JOIN staff_uses u ON u.member_id = staff_members.person_id").
		Where("COALESCE(u.used_at, staff_members.created_at) <= ?", db.At(now.Add(warnings()[0]-IdleFor))).
		Order("used_at").Find(&list).Error
	if err != nil {
		return fmt.Errorf("idle staff: %w", err)
	}
	var failed []error
	for _, one := range list {
		if err := s.idle(ctx, one.PersonID); err != nil && !errors.Is(err, errDone) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// idle looks at one of them again, in the transaction that does what is due.
func (s *Staffing) idle(ctx context.Context, member id.Person) error {
	return s.change(ctx, actor.NewSystem("idle staff"), []id.Person{member},
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			person, err := persons.ByID(tx.DB, member)
			if err != nil {
				return gate.Entry{}, err
			}
			seat, found, err := s.accounts.SeatOf(tx.DB, member)
			if err != nil {
				return gate.Entry{}, err
			}
			if !found || person.State != persons.Active {
				return gate.Entry{}, errDone
			}
			if last, err := s.isLast(tx.DB, member, seat.Department); err != nil || last {
				return gate.Entry{}, errOr(err, errDone)
			}
			row, err := lastUse(tx.DB, member, seat.Since)
			if err != nil {
				return gate.Entry{}, err
			}
			return s.due(tx, g, person, row)
		})
}

// due does what is due for somebody: nothing, a warning, or the end.
func (s *Staffing) due(tx *db.Tx, g gate.Grant, person persons.Row, row useRow) (gate.Entry, error) {
	ends := row.UsedAt.Add(IdleFor)
	name, err := s.people.OpenName(person.ID, person.Name)
	if err != nil {
		return gate.Entry{}, err
	}
	details := activity.Details{Target: persons.About(person.ID, name)}
	if !g.Now().Before(ends) {
		e, err := s.people.ShutOut(tx, g, person.ID)
		if err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.StaffIdleOut, details).And(e),
			s.warn(tx, row, IdleMail{To: person.ID, At: g.Now(), Off: true})
	}
	warned := 0
	for _, before := range warnings() {
		if !g.Now().Before(ends.Add(-before)) {
			warned++
		}
	}
	if warned <= row.Warned {
		return gate.Entry{}, errDone
	}
	row.Warned = warned
	if err := writeUse(tx, row); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.StaffIdleWarned, details).
			And(g.EntryIn(id.PersonScope(person.ID), activity.StaffIdleWarned, details)), s.warn(tx, row, IdleMail{
			To: person.ID, At: ends,
		})
}

func (s *Staffing) warn(tx *db.Tx, row useRow, m IdleMail) error {
	err := s.outbox.Enqueue(tx, outbox.Message{
		Kind: MailIdle, Payload: m,
		Key: fmt.Sprintf("%s-%d-%d-%t", row.MemberID, row.UsedAt.UnixMilli(), row.Warned, m.Off),
	})
	if err != nil {
		return fmt.Errorf("idle staff: %w", err)
	}
	return nil
}
