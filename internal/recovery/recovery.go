package recovery

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// State is how far a recovery is.
type State string

// The states of a recovery.
const (
	Asked     State = "asked"     // the mailbox is not yet proved
	Waiting   State = "waiting"   // for its time, and for somebody to approve
	Ready     State = "ready"     // the link to set up a new factor is mailed
	Enrolling State = "enrolling" // the link was used in a browser
	Done      State = "done"
	Cancelled State = "cancelled" // by a sign-in, or by whoever asked
	Declined  State = "declined"
	Expired   State = "expired"
	replaced  State = "replaced" // by a newer one, before the mailbox was proved
)

// The spans of a recovery (our own figures). The waiting time itself is a setting.
const (
	proveLife = time.Hour
	linkLife  = 24 * time.Hour
	stepLife  = time.Hour

	// StandardWait is how long a recovery waits where nothing else is set.
	StandardWait = 24 * time.Hour
)

// ApproveLife is for how long after the waiting time somebody can approve.
const ApproveLife = 14 * 24 * time.Hour

// Recovery is the room. It is safe for concurrent use.
type Recovery struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	access   *access.Access
	people   *identity.People
	accounts *accounts.Accounts
	out      *outbox.Box
	wait     time.Duration
}

// New makes the room, and has identity tell it of every session that begins and every sign-in that is locked: both end
// a recovery.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *access.Access, people *identity.People,
	accs *accounts.Accounts, post *outbox.Box, wait time.Duration,
) *Recovery {
	if wait <= 0 {
		wait = StandardWait
	}
	r := &Recovery{
		gate: g, reader: reader, box: box, access: a, people: people, accounts: accs, out: post, wait: wait,
	}
	people.OnSignIn(r.signedIn)
	people.OnSecured(r.signedIn)
	return r
}

// row is one recovery.
type row struct {
	ID            id.Recovery `gorm:"primaryKey"`
	PersonID      id.Person
	State         State
	PasswordSince db.Time
	Device        secretbox.Sealed
	Address       secretbox.Sealed
	TokenHash     []byte
	AskedAt       db.Time
	AskedUntil    db.Time
	ProvedAt      db.Time
	WaitsUntil    db.Time
	LinkHash      []byte
	LinkUntil     db.Time
	StepHash      []byte
	StepUntil     db.Time
	Secret        secretbox.Sealed
	SettledAt     db.Time
}

// TableName names the table.
func (row) TableName() string { return "recoveries" }

// at is how far the recovery is at a time: what nobody went on with ends by itself.
func (r row) at(now time.Time) State {
	var until time.Time
	switch r.State {
	case Asked:
		until = r.AskedUntil.Time
	case Waiting:
		until = r.WaitsUntil.Add(ApproveLife)
	case Ready:
		until = r.LinkUntil.Time
	case Enrolling:
		until = r.StepUntil.Time
	case Done, Cancelled, Declined, Expired, replaced:
		return r.State
	}
	if !now.Before(until) {
		return Expired
	}
	return r.State
}

func (r row) place(column string) secretbox.Place {
	return secretbox.Place{Table: "recoveries", Column: column, Row: r.ID.Bytes()}
}

// decisionRow is what somebody decided about a recovery.
type decisionRow struct {
	ID         id.Recovery `gorm:"primaryKey"`
	RecoveryID id.Recovery
	PersonID   id.Person
	AccountID  id.Account
	DecidedAs  string
	DecidedBy  id.Person
	Place      db.Blob
	Name       secretbox.Sealed
	Approved   bool
	DecidedAt  db.Time
}

// TableName names the table.
func (decisionRow) TableName() string { return "recovery_decisions" }

func unsettled() []State { return []State{Asked, Waiting, Ready, Enrolling} }

// of confines a query to the recoveries of one person, whoever asks.
func of(q *gorm.DB, person id.Person) *gorm.DB { return db.WithScope(q, "person_id", person.Bytes()) }

// find reads one recovery by a column that only its holder can know.
func (r *Recovery) find(ctx context.Context, column string, value any) (row, error) {
	found, ok, err := db.One[row](db.Across(r.reader.With(ctx), "whoever holds the link is at the door").
		Where(column+" = ?", value))
	if err != nil {
		return row{}, fmt.Errorf("read recovery: %w", err)
	}
	if !ok {
		return row{}, fault.NotFound("read recovery")
	}
	return found, nil
}

// byToken reads the recovery of a link; column says of which.
func (r *Recovery) byToken(ctx context.Context, column, token string) (row, error) {
	hash, ok := tokens.Hash(token)
	if !ok {
		return row{}, fault.NotFound("read recovery")
	}
	return r.find(ctx, column, hash)
}

// again reads a recovery under the lock of its person's chain.
func again(tx *db.Tx, was row) (row, error) {
	now, ok, err := db.One[row](of(tx.DB, was.PersonID).Where("id = ?", was.ID))
	if err != nil || !ok {
		return row{}, fmt.Errorf("read recovery: %w", err)
	}
	return now, nil
}

// move takes a recovery from one state to another, once: of any number who try, one finds it there.
func move(tx *db.Tx, r row, now time.Time, to State, set map[string]any, from ...State) error {
	set["state"] = to
	if !slices.Contains(unsettled(), to) {
		set["settled_at"] = db.At(now)
		set["secret"] = secretbox.Sealed{}
	}
	done := of(tx.Model(&row{}), r.PersonID).Where("id = ? AND state IN ?", r.ID, from).Updates(set)
	if done.Error != nil {
		return fmt.Errorf("recovery: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return gone()
	}
	return nil
}

func gone() error {
	return fault.Conflict("This request is over, or the link was used already. Ask again if you still cannot sign in.")
}

// newToken makes a token for a link and the hash that is kept of it.
func newToken() (token string, hash []byte) {
	const size = 32 // 256 bits
	raw := make([]byte, size)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program where randomness is missing
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(raw), sum[:]
}

func about(l persons.Lost) activity.Details {
	return activity.Details{Target: activity.TargetOf("person", l.Person, l.Name)}
}

// refusal is a rule of this room that refused: stricter than the policies, and recorded like them.
type refusal struct{ decision access.Decision }

func (r *refusal) Error() string { return "recovery: " + string(r.decision.Reason) }

func refuse(g gate.Grant, why access.Reason) error { return &refusal{g.Decision().Refused(why)} }

var errMoved = errors.New("recovery: the person's places have changed")

// work is the body of a change that knows where the person has access.
type work func(tx *db.Tx, g gate.Grant, places []accounts.Standing) (gate.Entry, error)

// withPlaces runs a change that also holds the logs of the person, of the provider and of every account in which the
// person has access, so that all of them say what happened.
func (r *Recovery) withPlaces(
	ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope, person id.Person, do work,
) error {
	const tries = 3
	for range tries {
		seen, err := r.accounts.Standings(r.reader.With(ctx), person)
		if err != nil {
			return err
		}
		others := []id.Scope{id.PersonScope(person), id.ProviderScope()}
		for _, p := range seen {
			others = append(others, id.AccountScope(p.Account))
		}
		err = r.gate.ChangeWith(ctx, who, v, scope, others, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			places, err := r.accounts.Standings(tx.DB, person)
			if err != nil {
				return gate.Entry{}, err
			}
			if !slices.EqualFunc(places, seen, func(a, b accounts.Standing) bool { return a.Account == b.Account }) {
				return gate.Entry{}, errMoved
			}
			return do(tx, g, places)
		})
		if refused, ok := errors.AsType[*refusal](err); ok {
			return errors.Join(refused.decision.Fault("recovery"), r.gate.Refused(ctx, who, refused.decision))
		}
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return fault.Conflict("Something about this sign-in changed meanwhile. Try again.")
}

// everywhere says it in the logs of the person, of the provider and of all accounts that it concerns.
func everywhere(g gate.Grant, l persons.Lost, places []accounts.Standing, a activity.Action) gate.Entry {
	entry := g.EntryIn(id.PersonScope(l.Person), a, about(l)).And(g.EntryIn(id.ProviderScope(), a, about(l)))
	for _, p := range places {
		entry = entry.And(g.EntryIn(id.AccountScope(p.Account), a, about(l)))
	}
	return entry
}
