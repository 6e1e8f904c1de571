package recovery

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// listed bounds how many recoveries a page shows.
const listed = 50

// Decision is what somebody decided.
type Decision struct {
	By       string
	As       string // "owner", "staff", "operator"
	Approved bool
	At       time.Time
}

// Place is an account of the person, with who could approve for it.
type Place struct {
	Account  id.Account
	Name     string
	RoleName string
	Owners   []string // besides the person
	Decision *Decision
	Held     bool // suspended until somebody approves
}

// View is a recovery for those who decide about it, or who wait for it.
type View struct {
	ID            id.Recovery
	State         State
	Person        id.Person
	Name          string
	Email         string
	Colleague     bool // has a seat among the staff
	AskedAt       time.Time
	PasswordSince time.Time // zero: no password was given, the provider asked
	Device        string
	Address       string
	ProvedAt      time.Time
	WaitsUntil    time.Time
	LinkUntil     time.Time
	Places        []Place
	Decisions     []Decision // of staff and the operator
	MayDecide     bool       // the asker, now
}

// Open says whether the recovery can still be decided about.
func (v View) Open() bool { return v.State == Waiting || v.State == Ready || v.State == Enrolling }

// Holds says whether access is still suspended because of it.
func (v View) Holds() bool {
	return v.State == Done && slices.ContainsFunc(v.Places, func(p Place) bool { return p.Held })
}

// Queue lists the recoveries for staff: those that can be decided about, and those that still hold access.
func (r *Recovery) Queue(ctx context.Context, who actor.Actor) ([]View, error) {
	g, err := r.gate.View(ctx, who, verb.RecoveriesView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	var rows []row
	err = g.On(r.reader.With(ctx)).
		Where("state IN ? OR state = ? AND id IN (SELECT m.recovery_id FROM memberships m)",
			[]State{Waiting, Ready, Enrolling}, Done).Order("asked_at, id").Limit(listed).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list recoveries: %w", err)
	}
	var list []View
	for _, rec := range rows {
		v, err := r.view(ctx, who, rec, g.Now(), id.Account{})
		if fault.KindOf(err) == fault.KindNotFound { // disabled since
			continue
		}
		if err != nil {
			return nil, err
		}
		if v.State != Expired {
			list = append(list, v)
		}
	}
	return list, nil
}

// ForStaff reads one recovery.
func (r *Recovery) ForStaff(ctx context.Context, who actor.Actor, recovery id.Recovery) (View, error) {
	rec, err := r.forStaff(ctx, who, recovery)
	if err != nil {
		return View{}, err
	}
	now, err := r.reader.Now(ctx)
	if err != nil {
		return View{}, fmt.Errorf("read recovery: %w", err)
	}
	v, err := r.view(ctx, who, rec, now, id.Account{})
	v.MayDecide = rec.PersonID != who.Person
	return v, err
}

func (r *Recovery) forStaff(ctx context.Context, who actor.Actor, recovery id.Recovery) (row, error) {
	g, err := r.gate.View(ctx, who, verb.RecoveriesView, id.ProviderScope())
	if err != nil {
		return row{}, err
	}
	rec, found, err := db.One[row](g.On(r.reader.With(ctx)).Where("id = ?", recovery))
	if err != nil {
		return row{}, fmt.Errorf("read recovery: %w", err)
	}
	if !found || rec.State == Asked || rec.State == replaced {
		return row{}, fault.NotFound("read recovery")
	}
	return rec, nil
}

// Of finds the recovery of a person that can be decided about, for the operator.
func (r *Recovery) Of(ctx context.Context, who actor.Actor, email string) (id.Recovery, error) {
	person, err := r.people.Find(ctx, who, email)
	if err != nil {
		return id.Recovery{}, err
	}
	list, err := r.Queue(ctx, who)
	if err != nil {
		return id.Recovery{}, err
	}
	for _, v := range list {
		if v.Person == person {
			return v.ID, nil
		}
	}
	return id.Recovery{}, fault.NotFound("find recovery")
}

// OfAccount lists the recoveries of an account's people that its owners can decide about.
func (r *Recovery) OfAccount(ctx context.Context, who actor.Actor, account id.Account) ([]View, error) {
	g, err := r.gate.View(ctx, who, verb.ContactsManage, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []row
	err = r.ofMembers(ctx, account).Where("recoveries.state IN ? OR memberships.recovery_id = recoveries.id",
		[]State{Waiting, Ready, Enrolling}).Order("recoveries.asked_at, recoveries.id").Limit(listed).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list recoveries: %w", err)
	}
	var list []View
	for _, rec := range rows {
		v, err := r.view(ctx, who, rec, g.Now(), account)
		if fault.KindOf(err) == fault.KindNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if v.State != Expired {
			list = append(list, v)
		}
	}
	return list, nil
}

func (r *Recovery) ofMembers(ctx context.Context, account id.Account) *gorm.DB {
	return db.WithScope(r.reader.With(ctx).Table("memberships"), "account_id", account.Bytes()).Select("recoveries.*").
		Joins("JOIN recoveries ON recoveries.person_id = memberships.person_id")
}

// ForAccount reads one recovery of one of an account's people. Of other accounts it says nothing.
func (r *Recovery) ForAccount(
	ctx context.Context, who actor.Actor, account id.Account, recovery id.Recovery,
) (View, error) {
	rec, _, err := r.inAccount(ctx, who, account, recovery)
	if err != nil {
		return View{}, err
	}
	now, err := r.reader.Now(ctx)
	if err != nil {
		return View{}, fmt.Errorf("read recovery: %w", err)
	}
	v, err := r.view(ctx, who, rec, now, account)
	v.MayDecide = rec.PersonID != who.Person && who.Membership.Role == access.RoleOwner
	return v, err
}

func (r *Recovery) inAccount(
	ctx context.Context, who actor.Actor, account id.Account, recovery id.Recovery,
) (row, persons.Lost, error) {
	if _, err := r.gate.View(ctx, who, verb.ContactsManage, id.AccountScope(account)); err != nil {
		return row{}, persons.Lost{}, err
	}
	rec, found, err := db.One[row](r.ofMembers(ctx, account).Where("recoveries.id = ?", recovery))
	if err != nil {
		return row{}, persons.Lost{}, fmt.Errorf("read recovery: %w", err)
	}
	if !found || rec.State == Asked || rec.State == replaced {
		return row{}, persons.Lost{}, fault.NotFound("read recovery")
	}
	lost, err := r.people.Lost(ctx, r.reader.With(ctx), rec.PersonID)
	return rec, lost, err
}

// Status is how a recovery stands for whoever reads the person's mailbox.
func (r *Recovery) Status(ctx context.Context, token string) (View, error) {
	rec, err := r.byToken(ctx, "token_hash", token)
	if err != nil {
		return View{}, err
	}
	now, err := r.reader.Now(ctx)
	if err != nil {
		return View{}, fmt.Errorf("read recovery: %w", err)
	}
	return r.view(ctx, actor.Actor{}, rec, now, id.Account{})
}

// view makes the view of a recovery; with an account, of that account's part alone.
func (r *Recovery) view(
	ctx context.Context, _ actor.Actor, rec row, now time.Time, only id.Account,
) (View, error) {
	q := r.reader.With(ctx)
	lost, err := r.people.Lost(ctx, q, rec.PersonID)
	if err != nil {
		return View{}, err
	}
	v := View{
		ID: rec.ID, State: rec.at(now), Person: rec.PersonID, Name: lost.Name, Email: lost.Email,
		AskedAt: rec.AskedAt.Time, PasswordSince: rec.PasswordSince.Time, ProvedAt: rec.ProvedAt.Time,
		WaitsUntil: rec.WaitsUntil.Time, LinkUntil: rec.LinkUntil.Time,
	}
	if v.Device, err = r.box.Open(rec.Device, rec.place("device")); err != nil {
		return View{}, err
	}
	if v.Address, err = r.box.Open(rec.Address, rec.place("address")); err != nil {
		return View{}, err
	}
	seat, err := r.accounts.Seat(q, rec.PersonID)
	if err != nil {
		return View{}, err
	}
	v.Colleague = seat != ""
	places, err := r.accounts.Standings(q, rec.PersonID)
	if err != nil {
		return View{}, err
	}
	for _, p := range places {
		if only.IsZero() || p.Account == only {
			place := Place{Account: p.Account, Name: p.Name, RoleName: p.RoleName, Held: p.Held == rec.ID}
			if place.Owners, err = r.ownersOf(q, p, rec.PersonID); err != nil {
				return View{}, err
			}
			v.Places = append(v.Places, place)
		}
	}
	return r.decided(q, rec, v)
}

func (r *Recovery) ownersOf(q *gorm.DB, p accounts.Standing, besides id.Person) ([]string, error) {
	owners, err := r.accounts.Owners(q, p.Account, besides)
	names := make([]string, 0, len(owners))
	for _, o := range owners {
		names = append(names, o.Name)
	}
	return names, err
}

func (r *Recovery) decided(q *gorm.DB, rec row, v View) (View, error) {
	var rows []decisionRow
	err := of(q, rec.PersonID).Where("recovery_id = ?", rec.ID).Order("decided_at, id").Find(&rows).Error
	if err != nil {
		return View{}, fmt.Errorf("read decisions: %w", err)
	}
	for _, d := range rows {
		name, err := r.box.Open(d.Name, decisionPlace(d))
		if err != nil {
			return View{}, err
		}
		said := Decision{By: name, As: d.DecidedAs, Approved: d.Approved, At: d.DecidedAt.Time}
		if d.DecidedAs != asOwner {
			v.Decisions = append(v.Decisions, said)
			continue
		}
		for i := range v.Places {
			if v.Places[i].Account == d.AccountID {
				v.Places[i].Decision = &said
			}
		}
	}
	return v, nil
}
