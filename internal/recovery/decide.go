package recovery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	asOwner    = "owner"
	asStaff    = "staff"
	asOperator = "operator"

	needed    = 2 // members of staff
	recentFor = 10 * time.Minute
)

// DecideForAccount is an owner's word: it opens, or keeps shut, that owner's account and no other (S15). A factor must
// have been used in the last ten minutes.
func (r *Recovery) DecideForAccount(
	ctx context.Context, who actor.Actor, account id.Account, recovery id.Recovery, approve bool,
) error {
	rec, lost, err := r.inAccount(ctx, who, account, recovery)
	if err != nil {
		return err
	}
	return r.withPlaces(ctx, who, verb.ContactsManage, id.AccountScope(account), lost.Person,
		func(tx *db.Tx, g gate.Grant, places []accounts.Standing) (gate.Entry, error) {
			if err := mayDecideAsOwner(g, lost); err != nil {
				return gate.Entry{}, err
			}
			rec, err := again(tx, rec)
			if err != nil {
				return gate.Entry{}, err
			}
			i := slices.IndexFunc(places, func(p accounts.Standing) bool { return p.Account == account })
			if i < 0 {
				return gate.Entry{}, fault.NotFound("decide about a recovery")
			}
			state := rec.at(g.Now())
			held := state == Done && places[i].Held == rec.ID
			if !held && !slices.Contains([]State{Waiting, Ready, Enrolling}, state) || held && !approve {
				return gate.Entry{}, gone()
			}
			err = r.note(tx, g, rec, decisionRow{
				AccountID: account, DecidedAs: asOwner, DecidedBy: g.Who().Person, Place: account.Bytes(), Approved: approve,
			})
			if err != nil {
				return gate.Entry{}, err
			}
			return r.afterOwner(ctx, tx, g, rec, lost, places, places[i], approve)
		})
}

func (r *Recovery) afterOwner(
	ctx context.Context, tx *db.Tx, g gate.Grant, rec row, lost persons.Lost, places []accounts.Standing,
	place accounts.Standing, approve bool,
) (gate.Entry, error) {
	action, here := activity.RecoveryDeclined, []accounts.Standing{place}
	if !approve {
		return everywhere(g, lost, here, action), nil
	}
	entry := everywhere(g, lost, here, activity.RecoveryApproved)
	if rec.State == Done {
		released, err := r.release(tx, g, lost, here)
		return entry.And(released), err
	}
	ready, err := r.perhapsReady(ctx, tx, g, rec, lost, places)
	return entry.And(ready), err
}

// mayDecideAsOwner holds for owners, for others than themselves, who have proved who they are a moment ago.
func mayDecideAsOwner(g gate.Grant, lost persons.Lost) error {
	who := g.Who()
	confirmed := who.FactorAt
	if confirmed.IsZero() && who.Factor == actor.ByPassword {
		confirmed = who.ProvedAt
	}
	switch {
	case who.Person == lost.Person:
		return refuse(g, access.ReasonOwnRole)
	case g.Decision().Role != access.RoleOwner:
		return refuse(g, access.ReasonRoleLacks)
	case confirmed.IsZero() || g.Now().Sub(confirmed) > recentFor:
		return fault.StepUp(g.Verb())
	}
	return nil
}

// Decide is the word of the provider's staff, or of the operator. One declines; to approve takes two (S15): two members
// of staff, or one and the operator where there is only one. Nobody decides about themselves, and about a colleague
// only who manages staff.
func (r *Recovery) Decide(ctx context.Context, who actor.Actor, recovery id.Recovery, approve bool) error {
	rec, err := r.forStaff(ctx, who, recovery)
	if err != nil {
		return err
	}
	lost, err := r.people.Lost(ctx, r.reader.With(ctx), rec.PersonID)
	if err != nil {
		return err
	}
	return r.withPlaces(ctx, who, verb.RecoveriesApprove, id.ProviderScope(), lost.Person,
		func(tx *db.Tx, g gate.Grant, places []accounts.Standing) (gate.Entry, error) {
			rec, err := again(tx, rec)
			if err != nil {
				return gate.Entry{}, err
			}
			able, err := r.mayDecideAsStaff(ctx, tx, g, lost)
			if err != nil {
				return gate.Entry{}, err
			}
			if !approve {
				return r.decline(tx, g, rec, lost, places)
			}
			if g.Who().Kind == actor.Shell && len(able) >= needed {
				return gate.Entry{}, fault.Conflict("Two members of staff can approve this, at /staff/recoveries. " +
					"The operator's word counts where there are fewer.")
			}
			return r.approve(ctx, tx, g, rec, lost, places)
		})
}

// mayDecideAsStaff holds for whoever may decide about this person, and says who else of the staff could.
func (r *Recovery) mayDecideAsStaff(
	ctx context.Context, tx *db.Tx, g gate.Grant, lost persons.Lost,
) ([]id.Person, error) {
	who := g.Who()
	if who.Person == lost.Person {
		return nil, refuse(g, access.ReasonOwnRole)
	}
	able, seated, err := r.able(tx, lost.Person)
	if err != nil {
		return nil, err
	}
	if seated {
		d, err := r.access.Decide(ctx, tx.DB, g.Now(), who, verb.StaffManage, id.ProviderScope())
		if err != nil {
			return nil, fmt.Errorf("decide about a colleague: %w", err)
		}
		if !d.Allowed {
			return nil, &refusal{d}
		}
	}
	return able, nil
}

// able are the members of staff who could approve the recovery of a person, and whether that is a colleague.
func (r *Recovery) able(tx *db.Tx, person id.Person) (list []id.Person, seated bool, err error) {
	own, err := r.accounts.Seat(tx.DB, person)
	if err != nil {
		return nil, false, err
	}
	staff, err := r.accounts.ActiveStaff(tx.DB, person)
	if err != nil {
		return nil, false, err
	}
	for member, key := range staff {
		department, ok := r.access.Department(key)
		if ok && slices.Contains(department.Verbs, verb.RecoveriesApprove) &&
			(own == "" || slices.Contains(department.Verbs, verb.StaffManage)) {
			list = append(list, member)
		}
	}
	return list, own != "", nil
}

func (r *Recovery) decline(
	tx *db.Tx, g gate.Grant, rec row, lost persons.Lost, places []accounts.Standing,
) (gate.Entry, error) {
	if rec.at(g.Now()) == Expired {
		return gate.Entry{}, gone()
	}
	if err := move(tx, rec, g.Now(), Declined, map[string]any{}, unsettled()...); err != nil {
		return gate.Entry{}, err
	}
	if err := r.note(tx, g, rec, staffDecision(g, rec, false)); err != nil {
		return gate.Entry{}, err
	}
	err := errors.Join(r.tellOwners(tx, rec, lost, places, Declined, nil),
		r.tellPerson(tx, rec, lost, Declined, nil, nil))
	return everywhere(g, lost, places, activity.RecoveryDeclined), err
}

func (r *Recovery) approve(
	ctx context.Context, tx *db.Tx, g gate.Grant, rec row, lost persons.Lost, places []accounts.Standing,
) (gate.Entry, error) {
	state := rec.at(g.Now())
	if !slices.Contains([]State{Waiting, Ready, Enrolling, Done}, state) {
		return gate.Entry{}, gone()
	}
	mine := staffDecision(g, rec, true)
	_, found, err := db.One[decisionRow](of(tx.DB, rec.PersonID).
		Where("recovery_id = ? AND place = ?", rec.ID, mine.Place))
	if err != nil {
		return gate.Entry{}, fmt.Errorf("read decisions: %w", err)
	}
	if found { // four eyes are not the same two twice
		return gate.Entry{}, fault.Conflict("You approved this already. Somebody else has to as well.")
	}
	if err := r.note(tx, g, rec, mine); err != nil {
		return gate.Entry{}, err
	}
	entry := g.Entry(activity.RecoveryApproved, about(lost)).
		And(g.EntryIn(id.PersonScope(lost.Person), activity.RecoveryApproved, about(lost)))
	if state == Done {
		o, err := r.opened(tx, rec, places)
		if err != nil || !o.all {
			return entry, err
		}
		released, err := r.release(tx, g, lost, o.places)
		if err != nil {
			return gate.Entry{}, err
		}
		seat, err := r.accounts.ReleaseSeat(tx, lost.Person)
		if seat {
			entry = entry.And(g.Entry(activity.AccessReleased, about(lost)))
		}
		return entry.And(released), err
	}
	ready, err := r.perhapsReady(ctx, tx, g, rec, lost, places)
	return entry.And(ready), err
}

func staffDecision(g gate.Grant, rec row, approve bool) decisionRow {
	d := decisionRow{DecidedAs: asStaff, DecidedBy: g.Who().Person, Place: g.Who().Person.Bytes(), Approved: approve}
	if g.Who().Person.IsZero() {
		d.DecidedAs, d.Place = asOperator, rec.ID.Bytes()
	}
	return d
}

// note writes a decision down; a later one of the same place takes its place.
func (r *Recovery) note(tx *db.Tx, g gate.Grant, rec row, d decisionRow) error {
	err := of(tx.DB, rec.PersonID).Where("recovery_id = ? AND place = ?", rec.ID, d.Place).Delete(&decisionRow{}).Error
	if err != nil {
		return fmt.Errorf("note a decision: %w", err)
	}
	d.ID, d.RecoveryID, d.PersonID, d.DecidedAt = id.New[id.RecoveryKind](), rec.ID, rec.PersonID, db.At(g.Now())
	if d.Name, err = r.box.Seal(g.Who().Name, decisionPlace(d)); err != nil {
		return err
	}
	if err := of(tx.DB, rec.PersonID).Create(&d).Error; err != nil {
		return fmt.Errorf("note a decision: %w", err)
	}
	return nil
}

// release opens access again that waited for an approval.
func (r *Recovery) release(
	tx *db.Tx, g gate.Grant, lost persons.Lost, places []accounts.Standing,
) (gate.Entry, error) {
	var entry gate.Entry
	for _, p := range places {
		released, err := r.accounts.ReleaseAccess(tx, lost.Person, p.Account)
		if err != nil {
			return gate.Entry{}, err
		}
		if released {
			entry = entry.And(g.EntryIn(id.AccountScope(p.Account), activity.AccessReleased, about(lost))).
				And(g.EntryIn(id.PersonScope(lost.Person), activity.AccessReleased, about(lost)))
		}
	}
	return entry, nil
}
