package recovery

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Ask begins a recovery for whoever gave the right password a moment ago, and mails them the link that proves the
// mailbox. Nothing else happens before that link is used.
func (r *Recovery) Ask(ctx context.Context, who actor.Actor, half string) error {
	lost, known, err := r.people.LostFactors(ctx, who, half)
	if err != nil {
		return err
	}
	return r.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(lost.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return r.begin(tx, g, lost, db.At(lost.PasswordSince))
		})
}

// AskFor begins a recovery for somebody who asked the provider, with no password given. The rest is the same.
func (r *Recovery) AskFor(ctx context.Context, who actor.Actor, email string) error {
	person, err := r.people.Find(ctx, who, email)
	if err != nil {
		return err
	}
	lost, err := r.people.Lost(ctx, r.reader.With(ctx), person)
	if err != nil {
		return err
	}
	return r.withPlaces(ctx, who, verb.RecoveriesApprove, id.ProviderScope(), person,
		func(tx *db.Tx, g gate.Grant, _ []accounts.Standing) (gate.Entry, error) {
			if g.Who().Person == person {
				return gate.Entry{}, fault.Conflict("Somebody else has to ask for you.")
			}
			entry, err := r.begin(tx, g, lost, db.Time{})
			return entry.And(g.Entry(activity.RecoveryAsked, about(lost))), err
		})
}

func (r *Recovery) begin(tx *db.Tx, g gate.Grant, lost persons.Lost, since db.Time) (gate.Entry, error) {
	has, err := r.people.HasFactors(tx.DB, lost.Person)
	if err != nil {
		return gate.Entry{}, err
	}
	if !has {
		return gate.Entry{}, fault.Conflict("There is no second factor on this sign-in: a new password is all it takes.")
	}
	if err := r.clear(tx, g, lost.Person); err != nil {
		return gate.Entry{}, err
	}
	token, hash := newToken()
	rec := row{
		ID: id.New[id.RecoveryKind](), PersonID: lost.Person, State: Asked, PasswordSince: since, TokenHash: hash,
		AskedAt: db.At(g.Now()), AskedUntil: db.At(g.Now().Add(proveLife)),
	}
	who := g.Who()
	if who.Device != "" {
		if rec.Device, err = r.box.Seal(who.Device, rec.place("device")); err != nil {
			return gate.Entry{}, err
		}
	}
	if who.Address.IsValid() {
		if rec.Address, err = r.box.Seal(who.Address.String(), rec.place("address")); err != nil {
			return gate.Entry{}, err
		}
	}
	if err := of(tx.DB, lost.Person).Create(&rec).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("ask for a recovery: %w", err)
	}
	if err := r.mailLink(tx, MailProve, rec, lost, token, rec.AskedUntil.Time); err != nil {
		return gate.Entry{}, err
	}
	return g.EntryIn(id.PersonScope(lost.Person), activity.RecoveryAsked, about(lost)), nil
}

// clear ends what nobody went on with, and refuses a second recovery beside one that is under way.
func (r *Recovery) clear(tx *db.Tx, g gate.Grant, person id.Person) error {
	var rows []row
	if err := of(tx.DB, person).Where("state IN ?", unsettled()).Find(&rows).Error; err != nil {
		return fmt.Errorf("read recoveries: %w", err)
	}
	for _, old := range rows {
		to := Expired
		switch old.at(g.Now()) {
		case Waiting, Ready, Enrolling:
			return fault.Conflict("This was asked for already. The link in the first mail shows how it stands.")
		case Asked:
			to = replaced
		case Done, Cancelled, Declined, Expired, replaced:
		}
		if err := move(tx, old, g.Now(), to, map[string]any{}, old.State); err != nil {
			return err
		}
	}
	return nil
}

// Prove begins the waiting time: whoever holds the link reads the person's mailbox. Every address of the person is
// told, and every owner of their accounts.
func (r *Recovery) Prove(ctx context.Context, who actor.Actor, token string) error {
	rec, known, lost, err := r.holder(ctx, who, "token_hash", token)
	if err != nil {
		return err
	}
	return r.withPlaces(ctx, known, verb.SelfManage, id.PersonScope(lost.Person), lost.Person,
		func(tx *db.Tx, g gate.Grant, places []accounts.Standing) (gate.Entry, error) {
			rec, err := again(tx, rec)
			if err != nil {
				return gate.Entry{}, err
			}
			if rec.at(g.Now()) != Asked {
				return gate.Entry{}, gone()
			}
			rec.WaitsUntil = db.At(g.Now().Add(r.wait))
			set := map[string]any{"proved_at": db.At(g.Now()), "waits_until": rec.WaitsUntil}
			if err := move(tx, rec, g.Now(), Waiting, set, Asked); err != nil {
				return gate.Entry{}, err
			}
			if err := r.people.Alert(tx, g, lost.Person, alerts.RecoveryStarted, ""); err != nil {
				return gate.Entry{}, err
			}
			if err := r.tellOwners(tx, rec, lost, places, Waiting, nil); err != nil {
				return gate.Entry{}, err
			}
			err = r.enqueue(tx, ripe, rec.ID.String(), job{rec.ID, lost.Person}, r.wait)
			return everywhere(g, lost, places, activity.RecoveryStarted), err
		})
}

// holder is whoever comes by a mailed link, with the recovery and the person that it is about.
func (r *Recovery) holder(
	ctx context.Context, who actor.Actor, column, token string,
) (row, actor.Actor, persons.Lost, error) {
	rec, err := r.byToken(ctx, column, token)
	if err != nil {
		return row{}, actor.Actor{}, persons.Lost{}, err
	}
	lost, err := r.people.Lost(ctx, r.reader.With(ctx), rec.PersonID)
	if err != nil {
		return row{}, actor.Actor{}, persons.Lost{}, err
	}
	known, err := r.people.Reader(ctx, who, rec.PersonID)
	return rec, known, lost, err
}

// Cancel ends a recovery for whoever reads the mailbox.
func (r *Recovery) Cancel(ctx context.Context, who actor.Actor, token string) error {
	rec, known, lost, err := r.holder(ctx, who, "token_hash", token)
	if err != nil {
		return err
	}
	return r.withPlaces(ctx, known, verb.SelfManage, id.PersonScope(lost.Person), lost.Person,
		func(tx *db.Tx, g gate.Grant, places []accounts.Standing) (gate.Entry, error) {
			if err := move(tx, rec, g.Now(), Cancelled, map[string]any{}, unsettled()...); err != nil {
				return gate.Entry{}, err
			}
			err := errors.Join(r.tellOwners(tx, rec, lost, places, Cancelled, nil),
				r.tellPerson(tx, rec, lost, Cancelled, nil, nil))
			return everywhere(g, lost, places, activity.RecoveryCancelled), err
		})
}

// signedIn ends a recovery in the change in which its person's session begins, or their sign-in is locked: whoever can
// sign in has lost nothing, and did not ask (S15). The accounts are told after it.
func (r *Recovery) signedIn(tx *db.Tx, g gate.Grant) error {
	person := g.Person()
	rec, found, err := db.One[row](of(tx.DB, person).Where("state IN ?", unsettled()))
	if err != nil || !found {
		if err != nil {
			err = fmt.Errorf("read recoveries: %w", err)
		}
		return err
	}
	if err := move(tx, rec, g.Now(), Cancelled, map[string]any{}, rec.State); err != nil {
		return err
	}
	details := activity.Details{Target: activity.TargetOf("person", person, g.Who().Name)}
	g.Also(g.EntryIn(id.PersonScope(person), activity.RecoveryCancelled, details))
	if rec.State == Asked {
		return nil // nobody else knows of it
	}
	return r.enqueue(tx, calledOff, rec.ID.String(), job{rec.ID, person}, 0)
}

// Bind has the messages of this room to itself delivered.
func (r *Recovery) Bind() {
	r.out.Handle(ripe, r.ripen)
	r.out.Handle(calledOff, r.callOff)
}

// callOff tells the accounts, the provider and the person that a sign-in ended a recovery.
func (r *Recovery) callOff(ctx context.Context, d outbox.Delivery) error {
	rec, lost, err := r.fromMessage(ctx, d)
	if err != nil || rec.State != Cancelled {
		return err
	}
	return r.withPlaces(ctx, actor.NewSystem("recovery"), verb.SelfManage, id.PersonScope(lost.Person), lost.Person,
		func(tx *db.Tx, g gate.Grant, places []accounts.Standing) (gate.Entry, error) {
			entry := g.EntryIn(id.ProviderScope(), activity.RecoveryCancelled, about(lost))
			for _, p := range places {
				entry = entry.And(g.EntryIn(id.AccountScope(p.Account), activity.RecoveryCancelled, about(lost)))
			}
			return entry, errors.Join(r.tellOwners(tx, rec, lost, places, Cancelled, nil),
				r.tellPerson(tx, rec, lost, Cancelled, nil, nil))
		})
}

func (r *Recovery) fromMessage(ctx context.Context, d outbox.Delivery) (row, persons.Lost, error) {
	var j job
	if err := d.Decode(&j); err != nil {
		return row{}, persons.Lost{}, fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	rec, found, err := db.One[row](of(r.reader.With(ctx), j.Person).Where("id = ?", j.Recovery))
	if err != nil || !found {
		return row{}, persons.Lost{}, err
	}
	lost, err := r.people.Lost(ctx, r.reader.With(ctx), j.Person)
	if fault.KindOf(err) == fault.KindNotFound { // disabled meanwhile
		return row{}, persons.Lost{}, nil
	}
	return rec, lost, err
}
