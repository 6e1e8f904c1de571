package hosting

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	serverActive  = "active"
	serverRetired = "retired"
	// NoPanel is the kind of panel of a server whose panel cannot be opened from here.
	NoPanel = "none"
	// mostServers bounds the list of servers; a provider with more is to be shown them a page at a time.
	mostServers = 1000
	// longestCredentials is in bytes.
	longestCredentials = 4000
)

// Server is a machine that carries services.
type Server struct {
	ID       id.Server
	Name     string // "tern"
	Panel    string // the kind of panel: the name of its adapter
	Host     string // where the panel is; links into it lead there and nowhere else
	Address  string // the address that domains point to, for people
	Location string // "London"
	Retired  bool   // carries what it has, and takes nothing new
	Since    time.Time
	Capacity int // how many accounts it is to carry at most; 0: nobody said
	Version  int64
}

// NewServer is what is known of a server that is about to be registered.
type NewServer struct {
	Name, Panel, Host, Address, Location string
	Credentials                          string // what the adapter signs in with; sealed at once
	Capacity                             int
}

type serverRow struct {
	ID          id.Server `gorm:"primaryKey"`
	Name        string
	Panel       string
	Host        string
	Address     string
	Location    string
	State       string
	Capacity    int
	Credentials secretbox.Sealed
	CreatedAt   db.Time
	Version     int64
}

// TableName names the table.
func (serverRow) TableName() string { return tableServers }

// Panels are the kinds of panels that can be opened from here.
func (h *Hosting) Panels() []string {
	names := make([]string, 0, len(h.panels))
	for name := range h.panels {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// CreateServer registers a server.
func (h *Hosting) CreateServer(ctx context.Context, who actor.Actor, n NewServer) (id.Server, error) {
	row, err := h.serverRow(n)
	if err != nil {
		return id.Server{}, err
	}
	err = h.gate.Change(ctx, who, verb.ServersManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row.CreatedAt = db.At(g.Now())
			err := tx.Create(&row).Error
			if db.IsDuplicate(err) {
				return gate.Entry{}, fault.Conflict("There is a server of this name already.")
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("create server: %w", err)
			}
			return g.Entry(activity.ServerAdded, activity.Details{
				Target:  activity.TargetOf("server", row.ID, row.Name),
				Changes: []activity.Change{{Field: "Host", New: row.Host}, {Field: "Panel", New: row.Panel}},
			}), nil
		})
	if err != nil {
		return id.Server{}, err
	}
	return row.ID, nil
}

func (h *Hosting) serverRow(n NewServer) (serverRow, error) {
	var f form
	row := serverRow{
		ID: id.New[id.ServerKind](), State: serverActive, Version: 1, Panel: n.Panel,
		Name:     f.text("name", n.Name, 64, "Enter a name for the server."),
		Location: f.optional("location", n.Location, 64),
		Address:  f.optional("address", n.Address, 64),
	}
	row.Capacity = f.capacity(n.Capacity)
	host, err := ParseDomain(n.Host)
	if err != nil {
		f.fail("host", "Enter the host name of the panel, such as tern.example.com.")
	}
	row.Host = host
	if _, known := h.panels[n.Panel]; !known && n.Panel != NoPanel {
		f.fail("panel", "Choose the kind of panel from the list.")
	}
	if _, err := netip.ParseAddr(row.Address); row.Address != "" && err != nil {
		f.fail("address", "An address looks like 192.0.2.41.")
	}
	if len(n.Credentials) > longestCredentials {
		f.fail("credentials", fmt.Sprintf("Use at most %d characters.", longestCredentials))
	}
	if err := f.fault(); err != nil {
		return serverRow{}, err
	}
	if n.Credentials != "" {
		row.Credentials, err = h.box.Seal(n.Credentials, place(tableServers, "credentials", row.ID.Bytes()))
	}
	return row, err
}

// Servers lists the servers by name, for those who put services on them.
func (h *Hosting) Servers(ctx context.Context, who actor.Actor) ([]Server, error) {
	if _, err := h.gate.View(ctx, who, verb.HostingManage, id.ProviderScope()); err != nil {
		return nil, err
	}
	var rows []serverRow
	err := h.reader.With(ctx).Select("id, name, panel, host, address, location, state, capacity, created_at, version").
		Order("name").Limit(mostServers).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list servers: %w", err)
	}
	servers := make([]Server, 0, len(rows))
	for _, row := range rows {
		servers = append(servers, row.server())
	}
	return servers, nil
}

func (row serverRow) server() Server {
	return Server{
		ID: row.ID, Name: row.Name, Panel: row.Panel, Host: row.Host, Address: row.Address, Location: row.Location,
		Retired: row.State == serverRetired, Since: row.CreatedAt.Time, Capacity: row.Capacity, Version: row.Version,
	}
}

// mostAccounts is more than any one machine carries.
const mostAccounts = 1_000_000

func (f *form) capacity(n int) int {
	if n < 0 || n > mostAccounts {
		f.fail("capacity", "Enter how many accounts the server is to carry, such as 400, or nothing.")
	}
	return n
}
