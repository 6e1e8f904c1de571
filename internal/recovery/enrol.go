package recovery

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// LinkGood says whether the link to set up a new factor still works. Looking uses nothing up.
func (r *Recovery) LinkGood(ctx context.Context, link string) error {
	rec, err := r.byToken(ctx, "link_hash", link)
	if err != nil {
		return err
	}
	now, err := r.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("read recovery: %w", err)
	}
	if rec.at(now) != Ready {
		return gone()
	}
	return nil
}

// Open uses the link up and returns the token of the browser that used it: the key of the new factor is shown there,
// for an hour, and nowhere else.
func (r *Recovery) Open(ctx context.Context, who actor.Actor, link string) (string, error) {
	rec, known, lost, err := r.holder(ctx, who, "link_hash", link)
	if err != nil {
		return "", err
	}
	secret, err := r.box.Seal(r.people.NewSecret(lost.Email).Secret, rec.place("secret"))
	if err != nil {
		return "", err
	}
	token, hash := newToken()
	err = r.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(lost.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			rec, err := again(tx, rec)
			if err != nil {
				return gate.Entry{}, err
			}
			if rec.at(g.Now()) != Ready {
				return gate.Entry{}, gone()
			}
			set := map[string]any{"step_hash": hash, "step_until": db.At(g.Now().Add(stepLife)), "secret": secret}
			if err := move(tx, rec, g.Now(), Enrolling, set, Ready); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.RecoveryOpened, about(lost)), nil
		})
	return token, err
}

// Enrolment is the new factor that is being set up in the browser of a token.
func (r *Recovery) Enrolment(ctx context.Context, step string) (factors.Enrolment, error) {
	rec, err := r.byToken(ctx, "step_hash", step)
	if err != nil {
		return factors.Enrolment{}, err
	}
	now, err := r.reader.Now(ctx)
	if err != nil {
		return factors.Enrolment{}, fmt.Errorf("read recovery: %w", err)
	}
	if rec.at(now) != Enrolling {
		return factors.Enrolment{}, gone()
	}
	lost, err := r.people.Lost(ctx, r.reader.With(ctx), rec.PersonID)
	if err != nil {
		return factors.Enrolment{}, err
	}
	secret, err := r.box.Open(rec.Secret, rec.place("secret"))
	return r.people.Secret(secret, lost.Email), err
}

// Finish replaces every second factor by the new one, of which a code is shown. Access that nobody approved is
// suspended from then on, the person's sessions end, and nobody is signed in.
func (r *Recovery) Finish(ctx context.Context, who actor.Actor, step, code string) error {
	rec, known, lost, err := r.holder(ctx, who, "step_hash", step)
	if err != nil {
		return err
	}
	return r.withPlaces(ctx, known, verb.SelfManage, id.PersonScope(lost.Person), lost.Person,
		func(tx *db.Tx, g gate.Grant, places []accounts.Standing) (gate.Entry, error) {
			rec, err := again(tx, rec)
			if err != nil {
				return gate.Entry{}, err
			}
			if rec.at(g.Now()) != Enrolling {
				return gate.Entry{}, gone()
			}
			secret, err := r.box.Open(rec.Secret, rec.place("secret"))
			if err != nil {
				return gate.Entry{}, err
			}
			if err := r.people.ReplaceFactors(tx, g, secret, code); err != nil {
				return gate.Entry{}, err
			}
			if err := move(tx, rec, g.Now(), Done, map[string]any{}, Enrolling); err != nil {
				return gate.Entry{}, err
			}
			return r.settle(tx, g, rec, lost, places)
		})
}

// settle opens what was approved and suspends the rest, and says so to everybody.
func (r *Recovery) settle(
	tx *db.Tx, g gate.Grant, rec row, lost persons.Lost, places []accounts.Standing,
) (gate.Entry, error) {
	o, err := r.opened(tx, rec, places)
	if err != nil {
		return gate.Entry{}, err
	}
	if !o.anything() { // whoever approved has lost the right to since
		return gate.Entry{}, gone()
	}
	if err := r.accounts.HoldAccess(tx, lost.Person, rec.ID, o.accounts(), !o.all); err != nil {
		return gate.Entry{}, err
	}
	entry, err := r.release(tx, g, lost, o.places)
	if err != nil {
		return gate.Entry{}, err
	}
	entry = entry.And(everywhere(g, lost, places, activity.RecoveryDone))
	held, open, shut := map[id.Account]bool{}, []string{}, []string{}
	for _, p := range places {
		held[p.Account] = true
	}
	for _, p := range o.places {
		held[p.Account] = false
		open = append(open, p.Name)
	}
	for _, p := range places {
		if held[p.Account] {
			shut = append(shut, p.Name)
			entry = entry.And(g.EntryIn(id.AccountScope(p.Account), activity.AccessHeld, about(lost)))
		}
	}
	return entry, errors.Join(r.tellOwners(tx, rec, lost, places, Done, held),
		r.tellPerson(tx, rec, lost, Done, open, shut))
}
