package factors

import (
	"context"
	"crypto/rand"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const userHandleSize = 64

// bytes (S11)

// NewKey is a security key or a passkey that somebody wants to add.
type NewKey struct {
	Name    string
	Passkey bool // signs in alone, too
}

func (n NewKey) sort() (webauthn.Sort, Purpose, string) {
	if n.Passkey {
		return webauthn.Passkey, forNewPasskey, kindPasskey
	}
	return webauthn.Key, forNewKey, kindKey
}

func (n NewKey) name() (string, error) {
	standard := "Security key"
	if n.Passkey {
		standard = "Passkey"
	}
	return factorName(n.Name, standard)
}

// MayAddKey says whether somebody may add a key now: they proved lately who they are (S16), have fewer factors than
// anybody needs, and on the staff opened their start link or used a key of theirs (S12). It is asked before their
// browser has them touch a key, so that nobody makes one in vain; AddKey asks again.
func (p *Keyring) MayAddKey(ctx context.Context, who actor.Actor) error {
	g, err := p.gate.View(ctx, who, verb.SelfManage, id.PersonScope(who.Person))
	if err != nil {
		return err
	}
	if p.party == nil {
		return noParty()
	}
	if err := p.provedLately(ctx, g); err != nil {
		return err
	}
	if err := hasRoom(p.reader.With(ctx), g); err != nil {
		return err
	}
	return p.mayAddFirstKey(p.reader.With(ctx), g)
}

// AskForKey is what the browser of somebody is given who adds a key: the argument of navigator.credentials.create.
func (p *Keyring) AskForKey(ctx context.Context, who actor.Actor, n NewKey) ([]byte, error) {
	if !who.SignedIn() {
		return nil, fault.SignIn()
	}
	if err := p.MayAddKey(ctx, who); err != nil {
		return nil, err
	}
	if _, err := n.name(); err != nil {
		return nil, err
	}
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return nil, err
	}
	owner, err := p.owner(person)
	if err != nil {
		return nil, err
	}
	var fresh []byte
	if len(owner.Handle) == 0 {
		fresh = make([]byte, userHandleSize)
		_, _ = rand.Read(fresh) // never fails: crypto/rand ends the program where randomness is missing
		owner.Handle = fresh
	}
	have, err := p.credentials(db.WithScope(p.reader.With(ctx), "person_id", who.Person.Bytes()).
		Where("confirmed_at IS NOT NULL"))
	if err != nil {
		return nil, err
	}
	sort, what, _ := n.sort()
	asked, err := p.party.Register(owner, sort, have)
	if err != nil {
		return nil, err // webauthn says what it did
	}
	return p.ask(ctx, what, OfSession(who.Session), fresh, asked)
}

// AddKey takes what the browser made. The key counts for nothing until it was used once: what a browser makes without
// attestation is signed by nobody, so it does not show yet that the key can answer. ConfirmKey does.
func (p *Keyring) AddKey(ctx context.Context, who actor.Actor, n NewKey, answer string) (id.Factor, error) {
	if !who.SignedIn() {
		return id.Factor{}, fault.SignIn()
	}
	name, err := n.name()
	if err != nil {
		return id.Factor{}, err
	}
	person, fresh, c, err := p.made(ctx, who, n, answer)
	if err != nil {
		return id.Factor{}, Unfit(err)
	}
	_, _, kind := n.sort()
	row := factorRow{ID: id.New[id.FactorKind](), PersonID: person.ID, Kind: kind}
	if row.Name, err = p.box.Seal(name, factorPlace("name", row.ID)); err != nil {
		return id.Factor{}, err
	}
	if err := p.sealCredential(&row, c); err != nil {
		return id.Factor{}, err
	}
	err = p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := RecentlyProved(tx, g); err != nil { // again: the browser may have taken minutes (S16)
				return gate.Entry{}, err
			}
			if err := p.mayAddFirstKey(tx.DB, g); err != nil {
				return gate.Entry{}, err
			}
			if err := persons.GiveHandle(tx, person, fresh); err != nil {
				return gate.Entry{}, err
			}
			row.AddedAt = db.At(g.Now())
			if err := insertFactor(tx, g, row); err != nil {
				return gate.Entry{}, err
			}
			target := activity.TargetOf("factor", row.ID, name)
			return g.Entry(activity.FactorStarted, activity.Details{Target: target}), nil
		})
	return row.ID, err
}

// made checks what the browser made, and returns with it the user handle that was given out for it, if one was.
func (p *Keyring) made(
	ctx context.Context, who actor.Actor, n NewKey, answer string,
) (person persons.Row, fresh []byte, c webauthn.Credential, err error) {
	if p.party == nil {
		return person, nil, c, noParty()
	}
	made, err := webauthn.ReadMade(answer)
	if err != nil {
		return person, nil, c, err // webauthn says what it did
	}
	sort, what, _ := n.sort()
	ceremony, err := p.spend(ctx, what, OfSession(who.Session), made.Challenge())
	if err != nil {
		return person, nil, c, err
	}
	if person, err = persons.ByID(p.reader.With(ctx), who.Person); err != nil {
		return person, nil, c, err
	}
	owner, err := p.owner(person)
	if err != nil {
		return person, nil, c, err
	}
	if len(ceremony.UserHandle) > 0 {
		owner.Handle = ceremony.UserHandle
	}
	c, err = p.party.Registered(owner, sort, ceremony.Challenge, made)
	return person, ceremony.UserHandle, c, err
}

// insertFactor writes a factor that counts for nothing yet.
func insertFactor(tx *db.Tx, g gate.Grant, row factorRow) error {
	if err := makeRoom(tx, g, row.PersonID); err != nil {
		return err
	}
	err := g.On(tx.DB).Create(&row).Error
	if db.IsDuplicate(err) { // S11: whoever's it is
		return fault.InvalidField(keyField, "This key is registered already.")
	}
	if err != nil {
		return fmt.Errorf("add factor: %w", err)
	}
	return nil
}

// AskForFirstUse is what the browser is given for the first use of a key that is being added, where its answer would be
// taken.
func (p *Keyring) AskForFirstUse(ctx context.Context, who actor.Actor, factor id.Factor) ([]byte, error) {
	row, err := p.toBeUsed(ctx, who, factor)
	if err != nil {
		return nil, err
	}
	c, err := p.openCredential(row)
	if err != nil {
		return nil, err
	}
	asked, err := p.party.Ask([]webauthn.Credential{c})
	if err != nil {
		return nil, err // webauthn says what it did
	}
	return p.ask(ctx, forFirstUse, OfSession(who.Session), nil, asked)
}

// ConfirmKey completes the adding of a key with its first use. The first factor of all then waits for the recovery
// codes (Unfinished); any other counts at once, and all other sessions end (N5). The session that asks goes on under
// the token that is returned.
func (p *Keyring) ConfirmKey(ctx context.Context, who actor.Actor, factor id.Factor, answer string) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	s, err := p.Answered(ctx, answer, Asking{Purpose: forFirstUse, Holder: OfSession(who.Session), person: who.Person})
	if err == nil && s.row.ID != factor {
		err = webauthn.ErrRefused
	}
	if err != nil {
		return "", Unfit(err)
	}
	var token string
	err = p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := RecentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			row, err := p.mayConfirm(tx.DB, g, factor)
			if err != nil {
				return gate.Entry{}, err
			}
			first, err := usedFirst(tx, g)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := Accept(tx, g, s, "confirmed_at IS NULL", first.set); err != nil {
				return gate.Entry{}, err
			}
			var entry gate.Entry
			token, entry, err = p.added(tx, g, row, s.method(), first)
			return entry, err
		})
	return token, err
}

// mayConfirm reads a key that is being added, and asks whether it may be completed now.
func (p *Keyring) mayConfirm(q *gorm.DB, g gate.Grant, factor id.Factor) (factorRow, error) {
	row, err := adding(g.On(q), g, factor)
	if err != nil || !row.ProvedAt.IsZero() { // it was used where the start link was opened, and is at hand again
		return row, err
	}
	return row, p.mayAddFirstKey(q, g)
}

// adding reads a key that is being added.
func adding(q *gorm.DB, g gate.Grant, factor id.Factor) (factorRow, error) {
	return beingAdded(q.Where("credential_index IS NOT NULL"), g.Now(), factor)
}

// KeyBeingAdded is a key that counts for nothing until it was used once.
type KeyBeingAdded struct {
	Name    string
	Passkey bool
}

// Adding reads a key that is being added, for the page that asks for its first use. It asks for a fresh proof first, as
// the first use does (S16).
func (p *Keyring) Adding(ctx context.Context, who actor.Actor, factor id.Factor) (KeyBeingAdded, error) {
	row, err := p.toBeUsed(ctx, who, factor)
	if err != nil {
		return KeyBeingAdded{}, err
	}
	name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
	return KeyBeingAdded{Name: name, Passkey: row.Kind == kindPasskey}, err
}

// toBeUsed reads a key that is being added by somebody whose first use of it would be taken now.
func (p *Keyring) toBeUsed(ctx context.Context, who actor.Actor, factor id.Factor) (factorRow, error) {
	g, err := p.gate.View(ctx, who, verb.SelfManage, id.PersonScope(who.Person))
	if err != nil {
		return factorRow{}, err
	}
	row, err := p.mayConfirm(p.reader.With(ctx), g, factor)
	if err != nil {
		return factorRow{}, err
	}
	return row, p.provedLately(ctx, g)
}
