package hosting

import (
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/platform/secretbox"
)

// State is how a service stands.
type State string

// The states of a service.
const (
	Pending   State = "pending" // being set up: nothing opens yet
	Active    State = "active"
	Suspended State = "suspended"
	Cancelled State = "cancelled"
)

// Period is how often a service is charged for.
type Period string

// The periods.
const (
	Monthly Period = "month"
	Yearly  Period = "year"
)

// Service is what an account holds on a server.
type Service struct {
	ID          id.Service
	Account     id.Account
	Server      Server // without its credentials, which leave this room for the panel's adapter only
	Plan        string
	Domain      string // in its A-label form; empty: the service goes without one
	State       State
	StateReason string // why it is suspended, for the people of the account
	// Price is for one Period, without tax. Pages show it to those who may see invoices.
	Price     money.Amount
	Period    Period
	RenewsAt  time.Time // zero: it does not renew
	Usage     Usage
	CreatedAt time.Time
	Version   int64 // goes back with a form, so that a stale one is noticed
	HasPanel  bool  // its server has a panel that can be opened from here
}

// Name is what people call the service: its domain as they read it, or else its plan.
func (s Service) Name() string {
	if s.Domain == "" {
		return s.Plan
	}
	return hostname.Shown(s.Domain)
}

// Label is what the log and messages keep as its name: its domain in its A-label form, or else its plan. Whoever
// shows it to people does so by way of hostname.
func (s Service) Label() string {
	if s.Domain == "" {
		return s.Plan
	}
	return s.Domain
}

// Renewal is when the period ends that a time lies in, as the service was set up; zero: it does not renew. In a month
// that is too short for its day it is the last one.
func (s Service) Renewal(at time.Time) time.Time {
	if s.RenewsAt.IsZero() || s.State == Cancelled {
		return time.Time{}
	}
	months := 1
	if s.Period == Yearly {
		months = 12
	}
	next := s.RenewsAt
	for n := months; !next.After(at); n += months {
		y, m, d := s.RenewsAt.Date()
		first := s.RenewsAt.AddDate(0, n, 1-d)
		last := time.Date(y, m+time.Month(n+1), 0, 0, 0, 0, 0, time.UTC).Day()
		next = first.AddDate(0, 0, min(d, last)-1)
	}
	return next
}

// Usage is what a service uses of what it may, in bytes. A limit of 0 is none. The bandwidth is that of the last thirty
// days.
type Usage struct {
	DiskUsed, DiskLimit           int64
	BandwidthUsed, BandwidthLimit int64
	Mailboxes, MailboxLimit       int
	MeasuredAt                    time.Time // zero: not yet
}

// serviceRow is a service.
type serviceRow struct {
	ID             id.Service `gorm:"primaryKey"`
	AccountID      id.Account
	ServerID       id.Server
	Plan           string
	PanelPlan      string
	Domain         secretbox.Sealed
	DomainIndex    secretbox.Index
	PanelUser      secretbox.Sealed
	State          string
	StateReason    secretbox.Sealed
	PriceMinor     int64
	Currency       string
	Period         string
	RenewsAt       db.Time
	DiskUsed       int64
	DiskLimit      int64
	BandwidthUsed  int64
	BandwidthLimit int64
	MeasuredAt     db.Time
	CreatedAt      db.Time
	Version        int64
}

// TableName names the table.
func (serviceRow) TableName() string { return tableServices }

// heldRow is a service together with the server that carries it.
type heldRow struct {
	Held              serviceRow `gorm:"embedded"`
	ServerName        string
	ServerPanel       string
	ServerHost        string
	ServerAddress     string
	ServerLocation    string
	ServerState       string
	ServerCredentials secretbox.Sealed

	Disk, DiskMost, Moved, MovedMost int64
	Mailboxes, MailboxesMost         int
	CountedAt                        db.Time
}

const (
	tableServices = "services"
	tableServers  = "servers"
	tableLogins   = "panel_logins"
	tableLooks    = "server_looks"
	tableWork     = "service_work"
)

func joined(q *gorm.DB) *gorm.DB {
	return q.Table(tableServices).Joins("JOIN servers ON servers.id = services.server_id").
		Joins("LEFT JOIN service_usage u ON u.service_id = services.id").Select(
		"services.*, servers.name AS server_name, servers.panel AS server_panel, servers.host AS server_host, " +
			"servers.address AS server_address, servers.location AS server_location, servers.state AS server_state, " +
			"servers.credentials AS server_credentials, u.disk, u.disk_most, u.moved, u.moved_most, u.mailboxes, " +
			"u.mailboxes_most, u.counted_at")
}

func place(table, column string, row []byte) secretbox.Place {
	return secretbox.Place{Table: table, Column: column, Row: row}
}

// open makes the service of a row.
func (h *Hosting) open(held heldRow) (Service, error) {
	row := held.Held
	domain, err := h.box.Open(row.Domain, place(tableServices, "domain", row.ID.Bytes()))
	if err != nil {
		return Service{}, err
	}
	reason, err := h.box.Open(row.StateReason, place(tableServices, "state_reason", row.ID.Bytes()))
	if err != nil {
		return Service{}, err
	}
	_, opens := h.panels[held.ServerPanel]
	return Service{
		ID: row.ID, Account: row.AccountID, Plan: row.Plan, Domain: domain, State: State(row.State), StateReason: reason,
		Server: Server{
			ID: row.ServerID, Name: held.ServerName, Panel: held.ServerPanel, Host: held.ServerHost,
			Address: held.ServerAddress, Location: held.ServerLocation, Retired: held.ServerState == serverRetired,
		},
		Price: money.New(row.PriceMinor, money.Currency(row.Currency)), Period: Period(row.Period),
		RenewsAt: row.RenewsAt.Time, CreatedAt: row.CreatedAt.Time, Version: row.Version, HasPanel: opens,
		Usage: held.usage(),
	}, nil
}

// usage is what the last count says, or else what was known when the service was set up.
func (held heldRow) usage() Usage {
	if row := held.Held; held.CountedAt.IsZero() {
		return Usage{
			DiskUsed: row.DiskUsed, DiskLimit: row.DiskLimit, BandwidthUsed: row.BandwidthUsed,
			BandwidthLimit: row.BandwidthLimit, MeasuredAt: row.MeasuredAt.Time,
		}
	}
	return Usage{
		DiskUsed: held.Disk, DiskLimit: held.DiskMost, BandwidthUsed: held.Moved, BandwidthLimit: held.MovedMost,
		Mailboxes: held.Mailboxes, MailboxLimit: held.MailboxesMost, MeasuredAt: held.CountedAt.Time,
	}
}

// OpenDomain opens a service's domain for those who joined its row.
func (h *Hosting) OpenDomain(service id.Service, domain secretbox.Sealed) (string, error) {
	return h.box.Open(domain, place(tableServices, "domain", service.Bytes()))
}

// DomainIndex is the blind index under which services with that domain are found, however it is spelt.
func (h *Hosting) DomainIndex(domain string) secretbox.Index {
	canonical, err := ParseDomain(domain)
	if err != nil {
		return secretbox.Index{}
	}
	return h.box.Index("services.domain", canonical)
}
