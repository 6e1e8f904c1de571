package gate

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// tallyWindow is for how long the same thing is counted together.
	tallyWindow = 30 * time.Minute
	// seenMost bounds the memory for what was recorded already.
	seenMost = 20_000
)

// sample is what a tally keeps to write its entry later. It is sealed.
type sample struct {
	Kind      actor.Kind       `json:"kind"`
	Person    id.Person        `json:"person,omitzero"`
	Name      string           `json:"name,omitempty"`
	Role      string           `json:"role,omitempty"`
	Session   id.Session       `json:"session,omitzero"`
	Factor    string           `json:"factor,omitempty"`
	Address   string           `json:"address,omitempty"`
	Device    string           `json:"device,omitempty"`
	Place     string           `json:"place,omitempty"`
	Dept      string           `json:"department,omitempty"`
	RequestID string           `json:"request,omitempty"`
	ScopeKind id.ScopeKind     `json:"scope_kind"`
	Action    activity.Action  `json:"action"`
	Verb      verb.Verb        `json:"verb,omitempty"`
	GrantedBy string           `json:"granted_by,omitempty"`
	Outcome   activity.Outcome `json:"outcome,omitempty"`
	Reason    string           `json:"reason,omitempty"`
	Target    activity.Target  `json:"target"`
	Service   id.Service       `json:"service,omitzero"`
	Batch     bool             `json:"batch,omitempty"`

	OnBehalfOf   id.Person `json:"on_behalf_of,omitzero"`
	OnBehalfName string    `json:"on_behalf_name,omitempty"`
	Given        string    `json:"given,omitempty"` // the reason that staff gave
}

// tallyRow counts one thing that happens often.
type tallyRow struct {
	Chain       []byte
	Digest      []byte
	WindowStart int64
	Tally       int64
	Written     int64
	FirstAt     int64
	LastAt      int64
	Sealed      secretbox.Sealed
}

// record writes an entry for the first time that something happens in a half hour and counts it from then on.
func (g *Gate) record(
	ctx context.Context, who actor.Actor, d access.Decision, scope id.Scope, a activity.Action, det activity.Details,
) error {
	if !d.Emergency.IsZero() {
		who.Reason = activity.GivenEmergency
	}
	s := newSample(who, scope, a, det)
	s.Verb, s.GrantedBy = d.Verb, d.Role
	now := who.Now
	if now.IsZero() {
		var err error
		if now, err = g.reader.Now(ctx); err != nil {
			return fmt.Errorf("record: %w", err)
		}
	}
	window := now.Truncate(tallyWindow).UnixMilli()
	digest := s.digest(scope)
	if a != activity.Refused && g.wasSeen(digest, window) {
		return nil // another look in the same half hour
	}
	first, err := g.count(ctx, scope, s, digest, window, now)
	if err != nil || !first {
		return err
	}
	if err := g.writeFirst(ctx, scope, s, digest, window); err != nil {
		return err
	}
	g.markSeen(digest, window)
	return nil
}

// Tally counts something that strangers can cause as often as they like (a failed sign-in), to be chained in batches.
func (g *Gate) Tally(
	ctx context.Context, who actor.Actor, scope id.Scope, a activity.Action, det activity.Details,
) error {
	s := newSample(who, scope, a, det)
	s.Batch = true
	now, err := g.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("tally: %w", err)
	}
	_, err = g.count(ctx, scope, s, s.digest(scope), now.Truncate(tallyWindow).UnixMilli(), now)
	return err
}

// Once writes an entry for the first time that a session does something, whatever the half hour: its first use in an
// account.
func (g *Gate) Once(
	ctx context.Context, who actor.Actor, scope id.Scope, a activity.Action, det activity.Details,
) error {
	s := newSample(who, scope, a, det)
	digest := s.digest(scope)
	if g.wasSeen(digest, 0) {
		return nil
	}
	first, err := g.count(ctx, scope, s, digest, 0, who.Now)
	if err != nil {
		return err
	}
	if first {
		if err := g.writeFirst(ctx, scope, s, digest, 0); err != nil {
			return err
		}
	}
	g.markSeen(digest, 0)
	return nil
}

// onceKept is for how long it is remembered that a session did something once: longer than any session lasts.
const onceKept = 31 * 24 * time.Hour

// PruneOnce forgets what sessions did once that are long over. A job calls it; the entries stay.
func (g *Gate) PruneOnce(ctx context.Context) error {
	now, err := g.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("prune tallies: %w", err)
	}
	return g.Bookkeep(ctx, "tallies", func(tx *db.Tx) error {
		return tx.Exec("DELETE FROM tallies WHERE window_start = 0 AND written > 0 AND first_at < ?",
			now.Add(-onceKept).UnixMilli()).Error
	})
}

func newSample(who actor.Actor, scope id.Scope, a activity.Action, det activity.Details) sample {
	who = who.In(scope)
	s := sample{
		Kind: who.Kind, Person: who.Person, Name: who.Name, Role: who.Membership.RoleName, Session: who.Session,
		Factor: who.Factor, Device: who.Device, Place: who.Place, Dept: who.Seat.Department, RequestID: who.RequestID,
		ScopeKind: scope.Kind(), Action: a, Outcome: det.Outcome, Reason: det.Reason, Target: det.Target,
		Service: det.Service, OnBehalfOf: who.OnBehalfOf, OnBehalfName: who.OnBehalfName,
	}
	if who.Kind == actor.Staff {
		s.Given = who.Reason
	}
	if who.Address.IsValid() {
		s.Address = who.Address.String()
	}
	return s
}

// digest is what makes two tallies the same: whose log, who, in which session or from where, what, which permission,
// and why. Without the log, a look at one account would hide the look at the next.
func (s *sample) digest(scope id.Scope) [32]byte {
	from := s.Session.String()
	if s.Session.IsZero() {
		from = network(s.Address)
	}
	parts, _ := json.Marshal([]string{ // strings always marshal
		string(scope.Kind()), scope.Text(), string(s.Kind), s.Person.String(), from, string(s.Action), string(s.Verb),
		string(s.Outcome), s.Reason, s.Target.ID, s.OnBehalfOf.String(),
	})
	return sha256.Sum256(parts)
}

// network is whose address it is: of the sixth version of the protocol everybody holds a whole network of 64 bits, and
// could fill a log with one address after the other.
func network(address string) string {
	const ownBits = 64
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	return netip.PrefixFrom(a.WithZone(""), ownBits).Masked().String()
}

// count adds one to a tally and says whether nothing of it was written yet. It takes no lock on the chain, so that
// a flood of refusals does not keep others waiting.
func (g *Gate) count(
	ctx context.Context, scope id.Scope, s sample, digest [32]byte, window int64, now time.Time,
) (first bool, err error) {
	content, err := json.Marshal(s)
	if err != nil {
		return false, fmt.Errorf("tally: %w", err)
	}
	sealed, err := g.box.Seal(string(content), tallyPlace(scope.Bytes(), digest))
	if err != nil {
		return false, fmt.Errorf("tally: %w", err)
	}
	err = g.Bookkeep(ctx, "tallies", func(tx *db.Tx) error {
		written, err := upsertTally(tx, scope, digest, window, now, sealed)
		first = written == 0
		return err
	})
	return first, err
}

// upsertTally adds one to a tally and returns how much of it was written already.
func upsertTally(
	tx *db.Tx, scope id.Scope, digest [32]byte, window int64, now time.Time, sealed secretbox.Sealed,
) (written int64, err error) {
	upsert := "INSERT INTO tallies (chain, digest, window_start, tally, written, first_at, last_at, sealed) " +
		"VALUES (?, ?, ?, 1, 0, ?, ?, ?) "
	if tx.Dialect() == db.SQLite {
		upsert += "ON CONFLICT (chain, digest, window_start) DO UPDATE SET tally = tally + 1, last_at = excluded.last_at"
	} else {
		upsert += "ON DUPLICATE KEY UPDATE tally = tally + 1, last_at = VALUES(last_at)"
	}
	at := now.UnixMilli()
	if err := tx.Exec(upsert, scope, digest[:], window, at, at, sealed).Error; err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	err = tx.Raw("SELECT written FROM tallies WHERE chain = ? AND digest = ? AND window_start = ?",
		scope, digest[:], window).Scan(&written).Error
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return written, nil
}

func tallyPlace(chain []byte, digest [32]byte) secretbox.Place {
	return secretbox.Place{Table: "tallies", Column: "sealed", Row: append(chain, digest[:]...)}
}

// writeFirst chains the first of a tally; another process that was quicker has done it already.
func (g *Gate) writeFirst(ctx context.Context, scope id.Scope, s sample, digest [32]byte, window int64) error {
	err := g.writer.Do(ctx, func(tx *db.Tx) error {
		head, err := g.log.Lock(tx, scope)
		if err != nil {
			return err
		}
		res := tx.Exec("UPDATE tallies SET written = 1 WHERE chain = ? AND digest = ? AND window_start = ? AND written = 0",
			scope, digest[:], window)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		return g.chainSample(tx, head, s, 1, time.Time{})
	})
	if errors.Is(err, activity.ErrNoChain) {
		return fault.NotFound("record")
	}
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}

func (g *Gate) chainSample(tx *db.Tx, head *activity.Head, s sample, count int64, since time.Time) error {
	now, err := tx.Now()
	if err != nil {
		return err
	}
	e, ok := activity.Draft(head.Chain(), now, s.actor(), s.Action, activity.Details{
		Target: s.Target, Service: s.Service, Outcome: s.Outcome, Reason: s.Reason, Count: int(count), Since: since,
	})
	if !ok {
		return fmt.Errorf("record: the catalogue does not know %s", s.Action)
	}
	e.Verb, e.GrantedBy = s.Verb, s.GrantedBy
	return g.log.Append(tx, []*activity.Head{head}, []activity.Entry{e})
}

func (s *sample) actor() actor.Actor {
	address, _ := netip.ParseAddr(s.Address) // what cannot be read stays unknown
	return actor.Enter(actor.Details{
		Kind: s.Kind, Person: s.Person, Name: s.Name, Session: s.Session, Factor: s.Factor, Address: address,
		Device: s.Device, Place: s.Place, RequestID: s.RequestID,
		Membership: actor.Membership{RoleName: s.Role}, Seat: actor.Seat{Department: s.Dept},
		OnBehalfOf: s.OnBehalfOf, OnBehalfName: s.OnBehalfName, Reason: s.Given,
	})
}

func (g *Gate) wasSeen(digest [32]byte, window int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	at, ok := g.seen[digest]
	return ok && at == window
}

func (g *Gate) markSeen(digest [32]byte, window int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.seen) >= seenMost {
		clear(g.seen)
	}
	g.seen[digest] = window
}
