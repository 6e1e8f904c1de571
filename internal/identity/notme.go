package identity

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const longestNote = 2000 // code points of what somebody adds to a report

// Alerted is the event that a mailed link is about, for whoever holds the link. It says nothing of the person.
type Alerted struct {
	Kind AlertKind
	At   time.Time
	Used bool // it was reported already
}

// Alerted reads what a link is about. Looking uses nothing up. A link that nobody was given, or that is older than
// a week, is not found.
func (p *People) Alerted(ctx context.Context, token string) (Alerted, error) {
	row, err := p.openAlert(ctx, token)
	if err != nil {
		return Alerted{}, err
	}
	return Alerted{Kind: row.Kind, At: row.CreatedAt.Time, Used: !row.UsedAt.IsZero()}, nil
}

func (p *People) openAlert(ctx context.Context, token string) (alertRow, error) {
	hash, ok := HashToken(token)
	if !ok {
		return alertRow{}, fault.NotFound("read alert")
	}
	row, found, err := db.One[alertRow](db.Across(p.reader.With(ctx), "whoever holds the link is at the door").
		Where("token_hash = ?", hash))
	if err != nil {
		return alertRow{}, fmt.Errorf("read alert: %w", err)
	}
	now, err := p.reader.Now(ctx)
	if err != nil {
		return alertRow{}, fmt.Errorf("read alert: %w", err)
	}
	if !found || !now.Before(row.ExpiresAt.Time) {
		return alertRow{}, fault.NotFound("read alert")
	}
	return row, nil
}

// NotMe locks the sign-in of the person whom a link was mailed to, once. It asks for no sign-in: whoever was told of
// something that was not them may have lost theirs.
func (p *People) NotMe(ctx context.Context, who actor.Actor, token, note string) error {
	note, err := cleanNote(note)
	if err != nil {
		return err
	}
	row, err := p.openAlert(ctx, token)
	if err != nil {
		return err
	}
	person, err := byID(p.reader.With(ctx), row.PersonID)
	if err != nil {
		return err
	}
	known, err := p.byLink(who, person)
	if err != nil {
		return err
	}
	return p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(row.PersonID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			used := g.On(tx.Model(&alertRow{})).
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
func (p *People) OwnEntry(ctx context.Context, who actor.Actor, seq int64) (activity.Entry, error) {
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
func (p *People) NotMyEntry(ctx context.Context, who actor.Actor, seq int64, note string) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	e, err := p.OwnEntry(ctx, who, seq)
	if err != nil {
		return err
	}
	return p.report(ctx, who, Report{Action: string(e.Action), Seq: e.Seq, At: e.Occurred}, note)
}

// NotMySession locks the sign-in of the one who asks after a session that is not theirs. A session of somebody else is
// not found (N6).
func (p *People) NotMySession(ctx context.Context, who actor.Actor, session id.Session, note string) error {
	s, err := p.OwnSession(ctx, who, session)
	if err != nil {
		return err
	}
	return p.report(ctx, who, Report{Action: string(activity.SignedIn), At: s.CreatedAt}, note)
}

// OwnSession is a session of the one who asks, as it is listed.
func (p *People) OwnSession(ctx context.Context, who actor.Actor, session id.Session) (Session, error) {
	if !who.SignedIn() {
		return Session{}, fault.SignIn()
	}
	list, err := p.Sessions(ctx, who)
	if err != nil {
		return Session{}, err
	}
	for _, s := range list {
		if s.ID == session {
			return s, nil
		}
	}
	return Session{}, fault.NotFound("read session")
}

func (p *People) report(ctx context.Context, who actor.Actor, r Report, note string) error {
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
