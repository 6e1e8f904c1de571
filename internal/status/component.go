package status

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Component is a part of what the provider runs, as staff see it.
type Component struct {
	ID      id.Component
	Name    string
	About   string    // "Websites, London"
	Server  id.Server // zero: it is no registered server
	Kind    Kind
	Address string
	Added   time.Time
	State   State
	Changed time.Time // since when it is so
	Checked time.Time // zero: not yet
	Latency time.Duration
	Trouble Trouble
	Expires time.Time // of its certificate; zero: it has none, or was not reached
}

// NewComponent is what is known of a part that is about to be shown.
type NewComponent struct {
	Name, About string
	Server      id.Server
	Kind        Kind
	Address     string
}

type componentRow struct {
	ID        id.Component `gorm:"primaryKey"`
	Name      string
	About     string
	ServerID  id.Server
	Kind      Kind
	Address   string
	CreatedAt db.Time
	RetiredAt db.Time
}

// TableName names the table.
func (componentRow) TableName() string { return tableComponents }

type checkRow struct {
	ComponentID id.Component `gorm:"primaryKey"`
	Fence       int64
	State       State
	Failures    int
	Slows       int
	Latency     int64 // ms
	Trouble     Trouble
	CheckedAt   db.Time
	ChangedAt   db.Time
	ExpiresAt   db.Time
}

// TableName names the table.
func (checkRow) TableName() string { return tableChecks }

// watched is a part together with how it was when it was last looked at.
type watched struct {
	Component componentRow `gorm:"embedded;embeddedPrefix:c_"`
	Check     checkRow     `gorm:"embedded;embeddedPrefix:k_"`
}

// parts are those that are shown, each with its last check.
func parts(q *gorm.DB) *gorm.DB {
	return q.Table(tableComponents + " c").Joins("JOIN " + tableChecks + " k ON k.component_id = c.id").
		Select("c.id c_id, c.name c_name, c.about c_about, c.server_id c_server_id, c.kind c_kind, c.address c_address, " +
			"c.created_at c_created_at, k.component_id k_component_id, k.fence k_fence, k.state k_state, " +
			"k.failures k_failures, k.slows k_slows, k.latency k_latency, k.trouble k_trouble, k.checked_at k_checked_at, " +
			"k.changed_at k_changed_at, k.expires_at k_expires_at").
		Where("c.retired_at IS NULL").Order("c.name, c.id").Limit(Most)
}

// Components lists the parts by name, for those who publish incidents.
func (s *Status) Components(ctx context.Context, who actor.Actor) ([]Component, error) {
	if _, err := s.gate.View(ctx, who, verb.IncidentsPublish, id.ProviderScope()); err != nil {
		return nil, err
	}
	var rows []watched
	if err := parts(s.reader.With(ctx)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list components: %w", err)
	}
	out := make([]Component, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.component())
	}
	return out, nil
}

// Component is one of them.
func (s *Status) Component(ctx context.Context, who actor.Actor, component id.Component) (Component, error) {
	if _, err := s.gate.View(ctx, who, verb.IncidentsPublish, id.ProviderScope()); err != nil {
		return Component{}, err
	}
	r, found, err := db.One[watched](parts(s.reader.With(ctx)).Where("c.id = ?", component))
	if err != nil || !found {
		return Component{}, missing("read component", err)
	}
	return r.component(), nil
}

func (r watched) component() Component {
	c, k := r.Component, r.Check
	return Component{
		ID: c.ID, Name: c.Name, About: c.About, Server: c.ServerID, Kind: c.Kind, Address: c.Address,
		Added: c.CreatedAt.Time, State: k.State, Changed: k.ChangedAt.Time, Checked: k.CheckedAt.Time,
		Latency: time.Duration(k.Latency) * time.Millisecond, Trouble: k.Trouble, Expires: k.ExpiresAt.Time,
	}
}

// AddComponent shows a part on the status page from now on.
func (s *Status) AddComponent(ctx context.Context, who actor.Actor, n NewComponent) (id.Component, error) {
	var w wrong
	row := componentRow{
		ID: id.New[id.ComponentKind](), ServerID: n.Server, Kind: n.Kind,
		Name:    w.line("name", n.Name, 64, "Enter the name that customers know it by."),
		About:   w.line("about", n.About, 120, ""),
		Address: w.line("address", n.Address, 300, ""),
	}
	if problem := CheckAddress(n.Kind, row.Address); problem != "" {
		w.say("address", problem)
	}
	if err := w.fault(); err != nil {
		return id.Component{}, err
	}
	err := s.gate.Change(ctx, who, verb.ServersManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row.CreatedAt = db.At(g.Now())
			if err := roomFor(tx, row.Name); err != nil {
				return gate.Entry{}, err
			}
			if err := tx.Create(&row).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("add component: %w", err)
			}
			err := tx.Create(&checkRow{ComponentID: row.ID, State: Unknown}).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("add component: %w", err)
			}
			return g.Entry(activity.ComponentAdded, activity.Details{
				Target: activity.TargetOf("component", row.ID, row.Name),
				Changes: []activity.Change{
					{Field: "Check", New: string(row.Kind)}, {Field: "Address", New: row.Address},
				},
			}), nil
		})
	if err != nil {
		return id.Component{}, err
	}
	s.kept.forget()
	return row.ID, nil
}

// roomFor refuses a second part of the same name, and one too many.
func roomFor(tx *db.Tx, name string) error {
	var there struct{ Same, Together int64 }
	err := tx.Table(tableComponents).Where("retired_at IS NULL").
		Select("COUNT(CASE WHEN name = ? THEN 1 END) same, COUNT(*) together", name).Find(&there).Error
	switch {
	case err != nil:
		return fmt.Errorf("count components: %w", err)
	case there.Same > 0:
		return fault.InvalidField("name", "There is a part of this name already.")
	case there.Together >= Most:
		return fault.Conflict(fmt.Sprintf("The status page has room for %d parts.", Most))
	}
	return nil
}

// Retire takes a part off the status page. What was said about it stays.
func (s *Status) Retire(ctx context.Context, who actor.Actor, component id.Component) error {
	err := s.gate.Change(ctx, who, verb.ServersManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[componentRow](tx.Where("id = ? AND retired_at IS NULL", component))
			if err != nil || !found {
				return gate.Entry{}, missing("retire component", err)
			}
			res := tx.Model(&componentRow{}).Where("id = ? AND retired_at IS NULL", component).
				Updates(map[string]any{"retired_at": db.At(g.Now())})
			if res.Error != nil || res.RowsAffected == 0 {
				return gate.Entry{}, missing("retire component", res.Error)
			}
			return g.Entry(activity.ComponentRetired, activity.Details{
				Target: activity.TargetOf("component", row.ID, row.Name),
			}), nil
		})
	if err != nil {
		return err
	}
	s.kept.forget()
	return nil
}

// missing is the fault of what is not there, unless something else went wrong.
func missing(op string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return fault.NotFound(op)
}
