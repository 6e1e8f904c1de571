package persons

import (
	"context"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Reader is the person as whom somebody acts who came by a link that was mailed to them: they have proved that they
// read the mailbox, and nothing else.
func (p *Persons) Reader(ctx context.Context, who actor.Actor, person id.Person) (actor.Actor, error) {
	row, err := ByID(p.reader.With(ctx), person)
	if err != nil {
		return actor.Actor{}, err
	}
	if row.ID.IsZero() || row.State != Active {
		return actor.Actor{}, fault.NotFound("read person")
	}
	return p.ByLink(who, row)
}

// ByLink is the person as whom somebody acts who came by a mailed link: they have proved that they read the mailbox,
// and nothing else.
func (p *Persons) ByLink(who actor.Actor, person Row) (actor.Actor, error) {
	return p.Enter(who, person, factorMailLink, id.Session{})
}

const factorMailLink = "link by e-mail"

// KindOf is what kind of actor somebody is.
func KindOf(staff bool) actor.Kind {
	if staff {
		return actor.Staff
	}
	return actor.Person
}

// Enter makes the actor that somebody has proved to be. They come through the same door with the same request.
func (p *Persons) Enter(who actor.Actor, person Row, factor string, session id.Session) (actor.Actor, error) {
	name, err := p.OpenName(person.ID, person.Name)
	if err != nil {
		return actor.Actor{}, err
	}
	return actor.Enter(actor.Details{
		Kind: KindOf(person.Staff), Person: person.ID, Name: name, Session: session, Factor: factor,
		Address: who.Address, Place: who.Place, Device: who.Device, Browser: who.Browser, RequestID: who.RequestID,
	}), nil
}

// Unchanged makes sure, under the lock of the person's chain, that what was checked before still holds.
func Unchanged(tx *db.Tx, person Row) error {
	now, err := ByID(tx.DB, person.ID)
	if err != nil {
		return err
	}
	if now.Version != person.Version || now.State != Active {
		return StartAgain()
	}
	return nil
}

// StartAgain is the answer where something changed under a sign-in.
func StartAgain() error {
	return fault.Conflict("This sign-in can’t be completed any more. Start again with your e-mail address and password.")
}
