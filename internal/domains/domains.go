// Package domains is the room of the names that accounts hold: how each stands at its registrar, what people have the
// registrar change, and the reminders before a name runs out. A registrar is spoken to through the interface Registrar,
// one folder per kind. Services, invoices and HTTP do not enter.
package domains

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	tableDomains = "domains"
	tableChanges = "domain_changes"
	tableLooks   = "domain_looks"

	on, off = "on", "off"
)

// Domains is the room. It is safe for concurrent use.
type Domains struct {
	gate       *gate.Gate
	reader     *db.Reader
	box        *secretbox.Box
	post       *outbox.Box
	registrars map[string]Registrar
	names      []string
}

// New makes the room with the registrars that it can speak to. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, post *outbox.Box, registrars ...Registrar) *Domains {
	d := &Domains{gate: g, reader: reader, box: box, post: post, registrars: map[string]Registrar{}}
	for _, r := range registrars {
		d.registrars[r.Name()] = r
		d.names = append(d.names, r.Name())
	}
	return d
}

// Domain is a registered name, as its registrar last said it stands.
type Domain struct {
	ID          id.Domain
	Account     id.Account
	Service     id.Service // zero: it belongs to none
	Registrar   string
	Name        string // in its A-label form
	State       State
	Expires     time.Time
	Locked      bool
	AutoRenew   bool
	Nameservers []string
	Looked      time.Time // when the registrar last answered
	Trouble     string    // of the last try to ask it
	Asked       Kind      // what it is asked to change now; empty: nothing
	Version     int64     // goes back with a form, so that a stale one is noticed
}

// Shown is the name as people read it.
func (d Domain) Shown() string { return hostname.Shown(d.Name) }

// endingDays is from when on an end is near.
const endingDays = 30

// Ending says whether the domain runs out soon and nobody renews it.
func (d Domain) Ending(now time.Time) bool {
	return d.State == Active && !d.AutoRenew && d.Expires.Before(now.AddDate(0, 0, endingDays))
}

type domainRow struct {
	ID          id.Domain `gorm:"primaryKey"`
	AccountID   id.Account
	ServiceID   id.Service
	Registrar   string
	Name        secretbox.Sealed
	NameIndex   secretbox.Index
	State       string
	ExpiresAt   db.Time
	Locked      bool
	AutoRenew   bool
	Nameservers secretbox.Sealed
	AddedAt     db.Time
	Reminded    int
	RemindAt    db.Time
	Version     int64
}

// TableName names the table.
func (domainRow) TableName() string { return tableDomains }

type lookRow struct {
	DomainID  id.Domain `gorm:"primaryKey"`
	AccountID id.Account
	LookedAt  db.Time
	DueAt     db.Time
	Trouble   string
}

// TableName names the table.
func (lookRow) TableName() string { return tableLooks }

// heldRow is a domain with when it was looked at, and what is open.
type heldRow struct {
	Held     domainRow `gorm:"embedded"`
	LookedAt db.Time
	Trouble  string
	OpenKind string
}

func joined(q *gorm.DB) *gorm.DB {
	return q.Table(tableDomains).Joins("LEFT JOIN domain_looks l ON l.domain_id = domains.id").
		Joins("LEFT JOIN domain_changes c ON c.domain_id = domains.id AND c.state IN ('waiting', 'taken')").
		Select("domains.*, l.looked_at, l.trouble, c.kind AS open_kind")
}

func place(table, column string, row []byte) secretbox.Place {
	return secretbox.Place{Table: table, Column: column, Row: row}
}

// sealed seals a text; nothing stays nothing.
func (d *Domains) sealed(text string, at secretbox.Place) (secretbox.Sealed, error) {
	if text == "" {
		return secretbox.Sealed{}, nil
	}
	return d.box.Seal(text, at)
}

func (d *Domains) name(row domainRow) (string, error) {
	return d.box.Open(row.Name, place(tableDomains, "name", row.ID.Bytes()))
}

func (d *Domains) hosts(row domainRow) (string, error) {
	return d.box.Open(row.Nameservers, place(tableDomains, "nameservers", row.ID.Bytes()))
}

// open makes the domain of a row.
func (d *Domains) open(held heldRow) (Domain, error) {
	row := held.Held
	name, err := d.name(row)
	if err != nil {
		return Domain{}, err
	}
	hosts, err := d.hosts(row)
	return Domain{
		ID: row.ID, Account: row.AccountID, Service: row.ServiceID, Registrar: row.Registrar, Name: name,
		State: State(row.State), Expires: row.ExpiresAt.Time, Locked: row.Locked, AutoRenew: row.AutoRenew,
		Nameservers: strings.Fields(hosts), Looked: held.LookedAt.Time, Trouble: held.Trouble, Asked: Kind(held.OpenKind),
		Version: row.Version,
	}, err
}

// OpenName opens a domain's name for those who joined its row.
func (d *Domains) OpenName(domain id.Domain, name secretbox.Sealed) (string, error) {
	return d.box.Open(name, place(tableDomains, "name", domain.Bytes()))
}

// refusal is a rule of this room that refused: the access is limited to services, and the domain belongs to none of
// them. It is recorded like a refusal of the policies.
type refusal struct {
	decision access.Decision
	about    activity.Details
}

func (r *refusal) Error() string { return "domains: " + string(r.decision.Reason) }

func about(row domainRow, name string) activity.Details {
	return activity.Details{Target: activity.TargetOf("domain", row.ID, name), Service: row.ServiceID}
}

// reaches says whether a grant reaches a domain: one that belongs to no service is for those alone who see all of the
// account.
func reaches(g gate.Grant, service id.Service) bool {
	_, limited := g.Services()
	return !limited || !service.IsZero() && g.AllowsService(service)
}

// recorded turns a refusal of this room into its fault, once it is in the log.
func (d *Domains) recorded(ctx context.Context, who actor.Actor, err error) error {
	if r, ok := errors.AsType[*refusal](err); ok {
		return errors.Join(r.decision.Fault("domains"), d.gate.RefusedAbout(ctx, who, r.decision, r.about))
	}
	return err
}

func (d *Domains) change(
	ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, work gate.Work,
) error {
	err := d.recorded(ctx, who, d.gate.Change(ctx, who, v, id.AccountScope(account), work))
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// errDone ends a change that found nothing to do: nothing is written, and that is no failure.
var errDone = errors.New("domains: nothing to do")

// find reads one domain of the grant's account, as far as the grant reaches it.
func (d *Domains) find(q *gorm.DB, g gate.Grant, domain id.Domain) (heldRow, Domain, error) {
	row, is, err := db.One[heldRow](joined(g.On(q)).Where("domains.id = ?", domain))
	if err != nil {
		return heldRow{}, Domain{}, fmt.Errorf("read domain: %w", err)
	}
	if !is {
		return heldRow{}, Domain{}, fault.NotFound("read domain")
	}
	one, err := d.open(row)
	if err != nil {
		return heldRow{}, Domain{}, fmt.Errorf("read domain: %w", err)
	}
	if !reaches(g, one.Service) {
		return heldRow{}, Domain{}, &refusal{g.Decision().Refused(access.ReasonService), about(row.Held, one.Name)}
	}
	return row, one, nil
}
