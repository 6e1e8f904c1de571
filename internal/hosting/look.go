package hosting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// lookRow is how a server was when it was last looked at.
type lookRow struct {
	ServerID  id.Server `gorm:"primaryKey"`
	LookedAt  db.Time
	Trouble   string
	Panel     string
	LoadMilli int64
	Holdings  int
}

// TableName names the table.
func (lookRow) TableName() string { return tableLooks }

// Standing is a server together with how it was last.
type Standing struct {
	Server
	Services int       // of ours that it carries, those that ended apart
	Looked   time.Time // zero: not yet
	Trouble  string    // for staff; empty: it answered
	Software string    // of its panel, with its version
	Load     float64
	Accounts int // that its panel keeps
	Managed  bool
}

const standingSQL = `SELECT v.id, v.name, v.panel, v.host, v.address, v.location, v.state, v.capacity, v.created_at,
 v.version, l.looked_at, l.trouble, l.panel AS panel_version, l.load_milli, l.holdings,
 (SELECT COUNT(*) FROM services s WHERE s.server_id = v.id AND s.state <> 'cancelled') AS services
 FROM servers v LEFT JOIN server_looks l ON l.server_id = v.id `

type standingRow struct {
	Server       serverRow `gorm:"embedded"`
	LookedAt     db.Time
	Trouble      string
	PanelVersion string
	LoadMilli    int64
	Holdings     int
	Services     int
}

func (h *Hosting) standing(r standingRow) Standing {
	const thousand = 1000
	s := Standing{
		Server: r.Server.server(), Services: r.Services, Looked: r.LookedAt.Time, Trouble: r.Trouble,
		Software: r.PanelVersion, Load: float64(r.LoadMilli) / thousand, Accounts: r.Holdings,
	}
	_, s.Managed = h.panels[s.Panel]
	return s
}

// Standings lists the servers by name, for those who keep them.
func (h *Hosting) Standings(ctx context.Context, who actor.Actor) ([]Standing, error) {
	return h.standings(ctx, who, "ORDER BY v.name LIMIT ?", mostServers)
}

// Standing reads one of them.
func (h *Hosting) Standing(ctx context.Context, who actor.Actor, server id.Server) (Standing, error) {
	list, err := h.standings(ctx, who, "WHERE v.id = ?", server)
	if err == nil && len(list) == 0 {
		err = fault.NotFound("read server")
	}
	if err != nil {
		return Standing{}, err
	}
	return list[0], nil
}

func (h *Hosting) standings(ctx context.Context, who actor.Actor, rest string, arg any) ([]Standing, error) {
	if _, err := h.gate.View(ctx, who, verb.ServersManage, id.ProviderScope()); err != nil {
		return nil, err
	}
	var rows []standingRow
	q := db.Across(h.reader.With(ctx), "how many services a server carries, whosever they are")
	if err := q.Raw(standingSQL+rest, arg).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("list servers: %w", err)
	}
	list := make([]Standing, 0, len(rows))
	for _, r := range rows {
		list = append(list, h.standing(r))
	}
	return list, nil
}

// machine is a server as its adapter needs it.
func (h *Hosting) machine(ctx context.Context, server id.Server) (Machine, error) {
	row, found, err := db.One[serverRow](h.reader.With(ctx).Where("id = ?", server))
	if err != nil || !found {
		return Machine{}, errors.Join(err, fault.NotFound("read server"))
	}
	m := Machine{Server: row.server()}
	m.Credentials, err = h.box.Open(row.Credentials, place(tableServers, "credentials", row.ID.Bytes()))
	return m, err
}

// look asks a server how it is, and gives what went wrong apart.
func (h *Hosting) look(ctx context.Context, m Machine, patience time.Duration) (lookRow, error) {
	panel := h.panels[m.Server.Panel]
	if panel == nil {
		return lookRow{}, fault.Conflict("The panel of this server cannot be opened from here, so there is nothing to test.")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	row := lookRow{ServerID: m.Server.ID}
	health, err := panel.Look(ctx, m)
	var list []Holding
	if err == nil {
		list, err = panel.List(ctx, m)
	}
	const thousand = 1000
	row.Trouble, row.Panel, row.LoadMilli = ServerTrouble(err), health.Version, int64(health.Load*thousand)
	row.Holdings = len(list)
	return row, nil
}

// TestServer asks a server how it is, on behalf of somebody who waits for the answer. A server that does not answer is
// an answer.
func (h *Hosting) TestServer(ctx context.Context, who actor.Actor, server id.Server) (Standing, error) {
	if _, err := h.Standing(ctx, who, server); err != nil {
		return Standing{}, err
	}
	m, err := h.machine(ctx, server)
	if err != nil {
		return Standing{}, err
	}
	row, err := h.look(ctx, m, panelTime)
	if err != nil {
		return Standing{}, err
	}
	err = h.gate.Change(ctx, who, verb.ServersManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			details := activity.Details{Target: activity.TargetOf("server", server, m.Server.Name)}
			if row.Trouble != "" {
				details.Outcome, details.Reason = activity.Failed, row.Trouble
			}
			row.LookedAt = db.At(g.Now())
			return g.Entry(activity.ServerTested, details), keepLook(tx, row)
		})
	if err != nil {
		return Standing{}, err
	}
	return h.Standing(ctx, who, server)
}

func keepLook(tx *db.Tx, row lookRow) error {
	err := tx.Where("server_id = ?", row.ServerID).Delete(&lookRow{}).Error
	if err == nil {
		err = tx.Create(&row).Error
	}
	if err != nil {
		return fmt.Errorf("keep how a server is: %w", err)
	}
	return nil
}

// LookAround asks every server how it is. A job calls it.
func (h *Hosting) LookAround(ctx context.Context) error {
	var failures gathered[error]
	err := h.eachServer(ctx, func(ctx context.Context, server id.Server) error {
		failures.add(h.lookAt(ctx, server)) // which keeps nobody else's from being looked at
		return nil
	})
	return errors.Join(append(failures.list, err)...)
}

// handsOut is how many servers are asked at the same time: a few silent ones keep no other waiting.
const handsOut = 16

// eachServer does something for every server in service, for several of them at the same time.
func (h *Hosting) eachServer(ctx context.Context, do func(context.Context, id.Server) error) error {
	var rows []serverRow
	err := h.reader.With(ctx).Select("id").Where("state = ?", serverActive).Limit(mostServers).Find(&rows).Error
	if err != nil {
		return fmt.Errorf("look at servers: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(handsOut)
	for _, row := range rows {
		group.Go(func() error { return do(ctx, row.ID) })
	}
	return group.Wait() //nolint:wrapcheck // it is what the work itself said
}

// gathered is a list that several hands add to.
type gathered[T any] struct {
	mu   sync.Mutex
	list []T
}

func (g *gathered[T]) add(one T) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = append(g.list, one)
}

func (h *Hosting) lookAt(ctx context.Context, server id.Server) error {
	m, err := h.machine(ctx, server)
	if err != nil {
		return err
	}
	row, err := h.look(ctx, m, outcomeTime)
	if err != nil {
		return nil //nolint:nilerr // a server without a panel that we speak to is not looked at
	}
	return h.gate.Bookkeep(ctx, tableLooks, func(tx *db.Tx) error {
		now, err := tx.Now()
		row.LookedAt = db.At(now)
		return errors.Join(err, keepLook(tx, row))
	})
}

// Condition is how a server answered; no Trouble: well.
type Condition struct{ Server, Trouble string }

// Conditions asks every server that has a panel we speak to how it is, and keeps nothing of the answers. They come by
// name. doctor asks.
func (h *Hosting) Conditions(ctx context.Context) ([]Condition, error) {
	var found gathered[Condition]
	err := h.eachServer(ctx, func(ctx context.Context, server id.Server) error {
		m, err := h.machine(ctx, server)
		if err != nil {
			return err
		}
		if row, err := h.look(ctx, m, panelTime); err == nil {
			found.add(Condition{Server: m.Server.Name, Trouble: row.Trouble})
		}
		return nil
	})
	slices.SortFunc(found.list, func(a, b Condition) int { return cmp.Compare(a.Server, b.Server) })
	return found.list, err
}

// ServerChange is what staff change of a server. An empty key stays as it is.
type ServerChange struct {
	Host, Address, Location, Credentials string
	Capacity                             int
	Retired                              bool
	Version                              int64
}

// EditServer changes a server.
func (h *Hosting) EditServer(ctx context.Context, who actor.Actor, server id.Server, c ServerChange) error {
	return h.gate.Change(ctx, who, verb.ServersManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			old, found, err := db.One[serverRow](tx.Where("id = ?", server))
			if err != nil || !found {
				return gate.Entry{}, errors.Join(err, fault.NotFound("edit server"))
			}
			row, err := h.serverRow(NewServer{
				Name: old.Name, Panel: old.Panel, Host: c.Host, Address: c.Address, Location: c.Location, Capacity: c.Capacity,
			})
			if err != nil {
				return gate.Entry{}, err
			}
			details := activity.Details{Target: activity.TargetOf("server", server, old.Name), Changes: changed(old, row)}
			set := map[string]any{
				"host": row.Host, "address": row.Address, "location": row.Location, "capacity": row.Capacity,
				"state": serverActive, "version": gorm.Expr("version + 1"),
			}
			if c.Retired {
				set["state"] = serverRetired
			}
			if c.Credentials != "" {
				if set["credentials"], err = h.newKey(server, c.Credentials); err != nil {
					return gate.Entry{}, err
				}
				details.Changes = append(details.Changes, activity.Change{Field: "Key", New: "changed"})
			}
			if err := updateServer(tx, server, c.Version, set); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(c.action(old), details), nil
		})
}

// action is what the log calls the change: a server that was in use until now is retired, and any other is edited.
func (c ServerChange) action(old serverRow) activity.Action {
	if c.Retired && old.State == serverActive {
		return activity.ServerRetired
	}
	return activity.ServerEdited
}

// newKey seals the key that a server has from now on.
func (h *Hosting) newKey(server id.Server, key string) (secretbox.Sealed, error) {
	if len(key) > longestCredentials {
		return secretbox.Sealed{}, fault.InvalidField("credentials", "This key is too long.")
	}
	return h.box.Seal(key, place(tableServers, "credentials", server.Bytes()))
}

// updateServer writes a server that nobody has changed since that version.
func updateServer(tx *db.Tx, server id.Server, version int64, set map[string]any) error {
	res := tx.Table(tableServers).Where("id = ? AND version = ?", server, version).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("edit server: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return fault.Conflict("Somebody else has changed this server meanwhile. Look at it again.")
	}
	return nil
}

func changed(old, now serverRow) []activity.Change {
	var list []activity.Change
	for _, c := range []activity.Change{
		{Field: "Host", Old: old.Host, New: now.Host},
		{Field: "Address", Old: old.Address, New: now.Address},
		{Field: "Location", Old: old.Location, New: now.Location},
		{Field: "Capacity", Old: fmt.Sprint(old.Capacity), New: fmt.Sprint(now.Capacity)},
	} {
		if c.Old != c.New {
			list = append(list, c)
		}
	}
	return list
}

// byName sorts what is compared.
func byName(a, b Compared) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) }

func sorted(list []Compared) []Compared { slices.SortFunc(list, byName); return list }
