package sessions

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// OwnSession is a session of the one who asks, as it is listed.
func (p *Register) OwnSession(ctx context.Context, who actor.Actor, session id.Session) (Session, error) {
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

// seenEvery is how often a session's use is written down. A session may therefore end up to this much early.
const seenEvery = time.Minute

// Timeouts say when a session ends by itself: so long after it was last used, so long after it began (N3).
type Timeouts struct {
	Idle     time.Duration
	Absolute time.Duration
}

func (t Timeouts) or(standard Timeouts) Timeouts {
	if t.Idle <= 0 {
		t.Idle = standard.Idle
	}
	if t.Absolute <= 0 {
		t.Absolute = standard.Absolute
	}
	return t
}

// Ends is when a session of that age and last use ends.
func (t Timeouts) Ends(began, seen time.Time) time.Time {
	idle, absolute := seen.Add(t.Idle), began.Add(t.Absolute)
	if idle.Before(absolute) {
		return idle
	}
	return absolute
}

// Timeouts are those for staff or for everybody else.
func (p *Register) Timeouts(staff bool) Timeouts {
	limits := p.clients
	if staff {
		limits = p.staff
	}
	if p.shorter == nil {
		return limits
	}
	asked := p.shorter(staff).or(limits)
	return Timeouts{Idle: min(asked.Idle, limits.Idle), Absolute: min(asked.Absolute, limits.Absolute)}
}

// Shorten has sessions end sooner than they would, by what is asked for at the time. Nothing makes them last longer.
func (p *Register) Shorten(shorter func(staff bool) Timeouts) { p.shorter = shorter }

// Session is one signed-in browser as its owner sees it.
type Session struct {
	ID        id.Session
	Device    string // in words
	Address   string
	Place     string // of the address, in words; empty where it is not known
	Factor    string
	CreatedAt time.Time
	SeenAt    time.Time
	FactorAt  time.Time // zero: no second factor was used
	EndsAt    time.Time // if it is not used again
	This      bool      // the one that asks
}

type sessionRow struct {
	ID        id.Session `gorm:"primaryKey"`
	PersonID  id.Person
	TokenHash []byte
	CreatedAt db.Time
	SeenAt    db.Time
	ProvedAt  db.Time
	FactorAt  db.Time
	Factor    string
	Address   secretbox.Sealed
	Device    secretbox.Sealed
	Place     secretbox.Sealed
	EndedAt   db.Time
}

// TableName names the table.
func (sessionRow) TableName() string { return "sessions" }

func sessionPlace(column string, session id.Session) secretbox.Place {
	return secretbox.Place{Table: "sessions", Column: column, Row: session.Bytes()}
}

func (p *Register) sealOrigin(row *sessionRow, who actor.Actor) error {
	var err error
	if who.Address.IsValid() {
		if row.Address, err = p.box.Seal(who.Address.String(), sessionPlace("address", row.ID)); err != nil {
			return err
		}
	}
	if who.Place != "" {
		if row.Place, err = p.box.Seal(who.Place, sessionPlace("place", row.ID)); err != nil {
			return err
		}
	}
	if who.Device != "" {
		row.Device, err = p.box.Seal(who.Device, sessionPlace("device", row.ID))
	}
	return err
}

// MakeSession writes the session of the grant's actor. It asks nothing: identity's begin does, which alone may call it,
// as a test makes sure.
func (p *Register) MakeSession(tx *db.Tx, g gate.Grant, second bool) (token string, err error) {
	who, now := g.Who(), db.At(g.Now())
	token, hash := tokens.New()
	row := sessionRow{
		ID: who.Session, PersonID: who.Person, TokenHash: hash, CreatedAt: now, SeenAt: now, ProvedAt: now,
		Factor: who.Factor,
	}
	if second {
		row.FactorAt = now
	}
	if err := p.sealOrigin(&row, who); err != nil {
		return "", err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return "", fmt.Errorf("begin session: %w", err)
	}
	return token, nil
}

// EndReplaced ends the session in which the same person was at the door, if there is one.
func EndReplaced(tx *db.Tx, g gate.Grant, replaced id.Session) error {
	if replaced.IsZero() {
		return nil
	}
	err := g.On(tx.Model(&sessionRow{})).Where("id = ? AND ended_at IS NULL", replaced).
		Update("ended_at", db.At(g.Now())).Error
	if err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	return nil
}

// ProvedIn says when the grant's session proved something last, and a second factor. It reads the row: what the actor
// carries may be older.
func ProvedIn(tx *db.Tx, g gate.Grant) (first, second db.Time, err error) {
	row, found, err := db.One[sessionRow](g.On(tx.DB).Where("id = ? AND ended_at IS NULL", g.Who().Session))
	if err != nil {
		return first, second, fmt.Errorf("read session: %w", err)
	}
	if !found {
		return first, second, fault.SignIn()
	}
	return row.ProvedAt, row.FactorAt, nil
}

// EndEvery ends the sessions of a person, and nothing else.
func EndEvery(tx *db.Tx, g gate.Grant, person id.Person) error {
	ended := g.On(tx.Model(&sessionRow{})).Where("person_id = ? AND ended_at IS NULL", person).
		Update("ended_at", db.At(g.Now()))
	if ended.Error != nil {
		return fmt.Errorf("end sessions: %w", ended.Error)
	}
	return nil
}

// Proved is what a session's owner has just shown; the zero value is nothing, and the session goes on as it was.
type Proved struct {
	by     string  // what the session says from then on
	second bool    // a second factor
	less   bool    // nothing was shown, and the second factor that was is gone
	Before db.Time // when the second factor was shown; zero: now
}

// ProvedPassword is the password, shown again.
func ProvedPassword() Proved { return Proved{by: actor.ByPassword} }

// ProvedLess is what is left of a session whose owner has no second factor any more.
func ProvedLess() Proved { return Proved{by: actor.ByPassword, less: true} }

// ProvedSecond is a second factor shown in the session of who.
func ProvedSecond(who actor.Actor, method string) Proved {
	return Proved{by: actor.With(who.Factor, method), second: true}
}

// Renew gives the actor's session a new token; the old one is worth nothing from then on (N2).
func (p *Register) Renew(tx *db.Tx, g gate.Grant, shown Proved) (string, error) {
	token, hash := tokens.New()
	set := map[string]any{"token_hash": hash}
	if shown.by != "" {
		set["factor"], set["factor_at"] = shown.by, db.Time{}
		if !shown.less && shown.Before.IsZero() {
			set["proved_at"] = db.At(g.Now())
		}
		if shown.second {
			set["factor_at"] = db.At(g.Now())
		}
		if !shown.Before.IsZero() {
			set["factor_at"] = shown.Before
		}
	}
	res := g.On(tx.Model(&sessionRow{})).Where("id = ? AND ended_at IS NULL", g.Who().Session).Updates(set)
	if res.Error != nil {
		return "", fmt.Errorf("renew session: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return "", fault.SignIn()
	}
	return token, nil
}

// EndAll ends the sessions of the grant's person but the one to keep, and whatever sign-in is half done; no device
// stands in for the second step any more (N5).
func EndAll(tx *db.Tx, g gate.Grant, person id.Person, keep id.Session) (int64, error) {
	query := g.On(tx.Model(&sessionRow{})).Where("person_id = ? AND ended_at IS NULL", person)
	if !keep.IsZero() {
		query = query.Where("id <> ?", keep)
	}
	ended := query.Update("ended_at", db.At(g.Now()))
	if ended.Error != nil {
		return 0, fmt.Errorf("end sessions: %w", ended.Error)
	}
	err := g.On(tx.Model(&Half{})).Where("person_id = ? AND used_at IS NULL", person).
		Update("used_at", db.At(g.Now())).Error
	if err != nil {
		return 0, fmt.Errorf("end half sessions: %w", err)
	}
	return ended.RowsAffected, distrust(tx, g, person)
}

// SignOut ends the session that asks.
func (p *Register) SignOut(ctx context.Context, who actor.Actor) error {
	return p.end(ctx, who, who.Session, activity.SignedOut)
}

// EndSession ends another session of the one who asks. Somebody else's is not found (N6).
func (p *Register) EndSession(ctx context.Context, who actor.Actor, session id.Session) error {
	return p.end(ctx, who, session, activity.SessionEnded)
}

func (p *Register) end(ctx context.Context, who actor.Actor, session id.Session, action activity.Action) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		ended := g.On(tx.Model(&sessionRow{})).Where("id = ? AND ended_at IS NULL", session).
			Update("ended_at", db.At(g.Now()))
		if ended.Error != nil {
			return gate.Entry{}, fmt.Errorf("end session: %w", ended.Error)
		}
		if ended.RowsAffected == 0 {
			return gate.Entry{}, fault.NotFound("end session")
		}
		return g.Entry(action, activity.Details{Target: activity.TargetOf("session", session, who.Name)}), nil
	}
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person), work)
}

// EndOtherSessions ends all sessions of the one who asks but the one that asks, and says how many there were.
func (p *Register) EndOtherSessions(ctx context.Context, who actor.Actor) (int64, error) {
	if !who.SignedIn() {
		return 0, fault.SignIn()
	}
	var n int64
	err := p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var err error
			if n, err = EndAll(tx, g, who.Person, who.Session); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.SessionsEnded, activity.Details{Target: persons.About(who.Person, who.Name)}), nil
		})
	return n, err
}

// Touch writes down that a session is in use, at most once a minute. seen is when it was last written down.
func (p *Register) Touch(ctx context.Context, who actor.Actor, seen time.Time) error {
	if who.Session.IsZero() || who.Now.Sub(seen) < seenEvery {
		return nil
	}
	return p.gate.Bookkeep(ctx, "sessions", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = db.WithScope(tx.Model(&sessionRow{}), "person_id", who.Person.Bytes()).
			Where("id = ? AND ended_at IS NULL AND seen_at <= ?", who.Session, db.At(now.Add(-seenEvery))).
			Update("seen_at", db.At(now)).Error
		if err != nil {
			return fmt.Errorf("touch session: %w", err)
		}
		return nil
	})
}
