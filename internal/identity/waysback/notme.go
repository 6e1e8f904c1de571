package waysback

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const longestNote = 2000

// NotMe locks the sign-in of the person whom a link was mailed to, once. It asks for no sign-in: whoever was told of
// something that was not them may have lost theirs.
func (p *WaysBack) NotMe(ctx context.Context, who actor.Actor, token, note string) error {
	note, err := cleanNote(note)
	if err != nil {
		return err
	}
	row, err := p.alerts.OpenAlert(ctx, token)
	if err != nil {
		return err
	}
	person, err := persons.ByID(p.reader.With(ctx), row.PersonID)
	if err != nil {
		return err
	}
	known, err := p.persons.ByLink(who, person)
	if err != nil {
		return err
	}
	return p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(row.PersonID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			used := g.On(tx.Model(&alerts.Row{})).
				Where("id = ? AND used_at IS NULL AND expires_at > ?", row.ID, db.At(g.Now())).
				Update("used_at", db.At(g.Now()))
			if used.Error != nil {
				return gate.Entry{}, fmt.Errorf("use alert: %w", used.Error)
			}
			if used.RowsAffected == 0 {
				return gate.Entry{}, fault.Conflict("This was reported already, and the sign-in is locked.")
			}
			return p.secure(tx, g, Report{Kind: row.Kind, At: row.CreatedAt.Time, Note: note})
		})
}

// OwnEntry reads an entry of the one who asks, to be reported. Somebody else's is not found.
func (p *WaysBack) OwnEntry(ctx context.Context, who actor.Actor, seq int64) (activity.Entry, error) {
	page, err := p.gate.Log(ctx, who, verb.SelfView, id.PersonScope(who.Person),
		activity.Filter{Before: seq + 1, Limit: 1})
	if err != nil {
		return activity.Entry{}, err
	}
	if seq < 1 || len(page.Entries) == 0 || page.Entries[0].Seq != seq {
		return activity.Entry{}, fault.NotFound("read entry")
	}
	return page.Entries[0], nil
}

// NotMyEntry locks the sign-in of the one who asks after an entry of their log that was not them.
func (p *WaysBack) NotMyEntry(ctx context.Context, who actor.Actor, seq int64, note string) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	e, err := p.OwnEntry(ctx, who, seq)
	if err != nil {
		return err
	}
	return p.report(ctx, who, Report{Action: string(e.Action), Seq: e.Seq, At: e.Occurred}, note)
}

// OwnDoing reads an entry of an account's log that says that the one who asks did something, to be reported. What
// others did is not found.
func (p *WaysBack) OwnDoing(
	ctx context.Context, who actor.Actor, account id.Account, seq int64,
) (activity.Entry, error) {
	page, err := p.gate.Log(ctx, who, verb.ActivityView, id.AccountScope(account),
		activity.Filter{Before: seq + 1, Limit: 1})
	if err != nil {
		return activity.Entry{}, err
	}
	if seq < 1 || len(page.Entries) == 0 || page.Entries[0].Seq != seq || page.Entries[0].ActorID != who.Person {
		return activity.Entry{}, fault.NotFound("read entry")
	}
	return page.Entries[0], nil
}

// NotMyDoing locks the sign-in of the one who asks after something that was done as them in an account.
func (p *WaysBack) NotMyDoing(
	ctx context.Context, who actor.Actor, account id.Account, seq int64, note string,
) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	e, err := p.OwnDoing(ctx, who, account, seq)
	if err != nil {
		return err
	}
	return p.report(ctx, who, Report{Action: string(e.Action), Seq: e.Seq, At: e.Occurred, Account: account}, note)
}

// NotMySession locks the sign-in of the one who asks after a session that is not theirs. A session of somebody else is
// not found (N6).
func (p *WaysBack) NotMySession(ctx context.Context, who actor.Actor, session id.Session, note string) error {
	s, err := p.sessions.OwnSession(ctx, who, session)
	if err != nil {
		return err
	}
	return p.report(ctx, who, Report{Action: string(activity.SignedIn), At: s.CreatedAt}, note)
}

func (p *WaysBack) report(ctx context.Context, who actor.Actor, r Report, note string) error {
	var err error
	if r.Note, err = cleanNote(note); err != nil {
		return err
	}
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return p.secure(tx, g, r) })
}

func cleanNote(text string) (string, error) {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > longestNote {
		return "", fault.InvalidField("note", fmt.Sprintf("Use at most %d characters.", longestNote))
	}
	return text, nil
}
