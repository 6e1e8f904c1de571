package gate

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// tableUses is where it stands when somebody last used the permissions of an area.
const tableUses = "permission_uses"

// tableServiceUses is where it stands when somebody last came to a service.
const tableServiceUses = "service_uses"

// usesMost bounds the memory for what was written down today.
const usesMost = 50_000

// useKey is one person's use of an area of one account.
type useKey struct {
	account id.Account
	person  id.Person
	area    string // or the id of a service
}

// uses remembers on which day each use was last written down by this process, so that a person at work costs one
// statement a day for each area.
type uses struct {
	mu   sync.Mutex
	days map[useKey]int64
}

func (u *uses) known(k useKey, day int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.days[k] == day
}

func (u *uses) remember(k useKey, day int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.days == nil || len(u.days) >= usesMost {
		u.days = map[useKey]int64{}
	}
	u.days[k] = day
}

// Area is under which name uses of a permission are kept.
func Area(v verb.Verb) string { return strings.ToLower(v.Area()) }

// useOf is the use that somebody makes of a permission over an account, and the day. Staff, Gatehouse itself and
// whoever only looks at the door leave no trace of this kind.
func useOf(who actor.Actor, v verb.Verb, scope id.Scope, at time.Time) (k useKey, day int64, counts bool) {
	account, ok := scope.Account()
	if !ok || who.Kind != actor.Person || who.Previewing() || who.Person.IsZero() || !v.IsPortal() || at.IsZero() {
		return useKey{}, 0, false
	}
	return useKey{account, who.Person, Area(v)}, at.Unix() / int64((24 * time.Hour).Seconds()), true
}

// Used writes down that somebody came to use a permission over an account, to the day.
func (g *Gate) Used(ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope) error {
	k, day, counts := useOf(who, v, scope, who.Now)
	if !counts || g.uses.known(k, day) {
		return nil
	}
	err := g.Bookkeep(ctx, tableUses, func(tx *db.Tx) error { return writeUse(tx, k, who.Now) })
	if err != nil {
		return err
	}
	g.uses.remember(k, day)
	return nil
}

// usedIn is Used for what somebody changes: it commits with the change, and is remembered by what it returns once that
// is done.
func (g *Gate) usedIn(tx *db.Tx, who actor.Actor, d access.Decision, at time.Time) (remember func(), err error) {
	k, day, counts := useOf(who, d.Verb, d.Scope, at)
	if !counts || d.Role == "" || g.uses.known(k, day) {
		return func() {}, nil
	}
	return func() { g.uses.remember(k, day) }, writeUse(tx, k, at)
}

// UsedService writes down that somebody came to one service of an account, to the day. Whoever says so has found out
// that it is there and that they reach it, so that there are no more rows than services.
func (g *Gate) UsedService(
	ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope, service id.Service,
) error {
	k, day, counts := useOf(who, v, scope, who.Now)
	if k.area = service.String(); !counts || service.IsZero() || g.uses.known(k, day) {
		return nil
	}
	err := g.Bookkeep(ctx, tableServiceUses, func(tx *db.Tx) error {
		return writeLast(tx, tableServiceUses, "service_id", k, service, who.Now)
	})
	if err != nil {
		return err
	}
	g.uses.remember(k, day)
	return nil
}

// writeUse keeps the later of two times: requests of several nodes come in any order.
func writeUse(tx *db.Tx, k useKey, at time.Time) error {
	return writeLast(tx, tableUses, "area", k, k.area, at)
}

func writeLast(tx *db.Tx, table, column string, k useKey, what any, at time.Time) error {
	upsert := " ON DUPLICATE KEY UPDATE last_at = GREATEST(last_at, VALUES(last_at))"
	if tx.Dialect() == db.SQLite {
		upsert = " ON CONFLICT (account_id, person_id, " + column + ") DO UPDATE SET last_at = MAX(last_at, excluded.last_at)"
	}
	err := db.WithScope(tx.DB, "account_id", k.account.Bytes()).
		Exec("INSERT INTO "+table+" (account_id, person_id, "+column+", last_at) VALUES (?, ?, ?, ?)"+upsert,
			k.account, k.person, what, db.At(at)).Error
	if err != nil {
		return fmt.Errorf("write down a use: %w", err)
	}
	return nil
}
