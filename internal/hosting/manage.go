package hosting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// The longest texts, in code points.
const (
	longestPlan   = 120
	longestUser   = 64
	longestReason = 500
)

// NewService is what is known of a service that is about to be set up.
type NewService struct {
	// Key is the id that the service will have, so that a form that is sent twice sets up one. Zero: a new one.
	Key       id.Service
	Server    id.Server
	Plan      string
	Domain    string // empty: none
	PanelUser string // the name under which the panel knows it; empty: the domain
	Price     money.Amount
	Period    Period
	RenewsAt  time.Time
	Usage     Usage
	// Pending: somebody is still at work on it, until Ready says otherwise.
	Pending bool
	// Provision has the server make the account; the service runs as soon as it has. PanelPlan is what the panel calls
	// what it may use; empty: Plan.
	Provision bool
	PanelPlan string
}

// errMade ends a change that finds the service set up already: nothing more is written, and that is no failure.
var errMade = errors.New("hosting: set up already")

// CreateService gives an account a service. Staff do it; ordering and provisioning by itself come to the same rows.
// Setting up the same key again changes nothing.
func (h *Hosting) CreateService(
	ctx context.Context, who actor.Actor, account id.Account, n NewService,
) (id.Service, error) {
	row, target, err := h.newRow(account, n)
	if err != nil {
		return id.Service{}, err
	}
	err = h.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		server, err := takes(tx, row.ServerID)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := h.insert(tx, g, &row); err != nil {
			return gate.Entry{}, err
		}
		if n.Provision {
			held, err := find(tx.DB, g, row.ID)
			if err == nil {
				err = h.tellServer(tx, g, held, true)
			}
			if err != nil {
				return gate.Entry{}, err
			}
		}
		return g.Entry(activity.ServiceCreated, activity.Details{Target: target, Service: row.ID, Changes: []activity.Change{
			{Field: "Plan", New: row.Plan},
			{Field: "Server", New: server},
			{Field: "Price", New: n.Price.String() + " a " + row.Period},
		}}), nil
	})
	if err != nil && !errors.Is(err, errMade) {
		return id.Service{}, err
	}
	return row.ID, nil
}

func (h *Hosting) insert(tx *db.Tx, g gate.Grant, row *serviceRow) error {
	_, made, err := db.One[serviceRow](g.On(tx.DB).Where("id = ?", row.ID))
	if err != nil {
		return fmt.Errorf("create service: %w", err)
	}
	if made {
		return errMade
	}
	row.CreatedAt = db.At(g.Now())
	if err := g.On(tx.DB).Create(row).Error; err != nil {
		if db.IsDuplicate(err) { // the key is the id of somebody else's service
			return fault.NotFound("create service")
		}
		return fmt.Errorf("create service: %w", err)
	}
	return nil
}

// takes names a server that takes new services.
func takes(tx *db.Tx, server id.Server) (string, error) {
	var rows []serverRow
	err := tx.Where("id = ? AND state = ?", server, serverActive).Limit(1).Find(&rows).Error
	if err != nil {
		return "", fmt.Errorf("read server: %w", err)
	}
	if len(rows) == 0 {
		return "", fault.InvalidField("server", "Choose a server from the list.")
	}
	return rows[0].Name, nil
}

func (h *Hosting) newRow(account id.Account, n NewService) (serviceRow, activity.Target, error) {
	var f form
	if n.Key.IsZero() {
		n.Key = id.New[id.ServiceKind]()
	}
	row := serviceRow{
		ID: n.Key, AccountID: account, ServerID: n.Server, State: string(Active), Version: 1,
		Plan:       f.text("plan", n.Plan, longestPlan, "Enter what the service is called, such as Business Hosting 20."),
		PriceMinor: n.Price.Minor(), Currency: string(n.Price.Currency()), Period: string(n.Period),
		RenewsAt: db.At(n.RenewsAt), MeasuredAt: db.At(n.Usage.MeasuredAt), DiskUsed: n.Usage.DiskUsed,
		DiskLimit: n.Usage.DiskLimit, BandwidthUsed: n.Usage.BandwidthUsed, BandwidthLimit: n.Usage.BandwidthLimit,
	}
	if n.Pending || n.Provision {
		row.State = string(Pending)
	}
	row.PanelPlan = f.optional("panel_plan", n.PanelPlan, longestPlan)
	user := f.optional("panel_user", n.PanelUser, longestUser)
	domain := f.domain(n.Domain)
	if n.Provision && domain == "" {
		f.fail("domain", "Enter the domain that the service is for, such as example.com.")
	}
	if n.Provision && user == "" {
		user = userOf(row.ID, domain)
	}
	if _, err := money.ParseCurrency(row.Currency); err != nil || n.Price.IsNegative() {
		f.fail("price", "Enter a price of nothing or more.")
	}
	if n.Period != Monthly && n.Period != Yearly {
		f.fail("period", "Choose how often the service is charged for.")
	}
	if err := f.fault(); err != nil {
		return serviceRow{}, activity.Target{}, err
	}
	row.DomainIndex = h.DomainIndex(domain)
	if err := h.sealNames(&row, domain, user); err != nil {
		return serviceRow{}, activity.Target{}, err
	}
	return row, about(row.ID, Service{Plan: row.Plan, Domain: domain}.Label()), nil
}

// sealNames puts a service's domain and its user in the panel into its row, as far as it has them.
func (h *Hosting) sealNames(row *serviceRow, domain, user string) error {
	for _, part := range []struct {
		into         *secretbox.Sealed
		column, text string
	}{{&row.Domain, "domain", domain}, {&row.PanelUser, "panel_user", user}} {
		if part.text == "" {
			continue
		}
		var err error
		if *part.into, err = h.box.Seal(part.text, place(tableServices, part.column, row.ID.Bytes())); err != nil {
			return err
		}
	}
	return nil
}

func (f *form) domain(text string) string {
	if text == "" {
		return ""
	}
	domain, err := ParseDomain(text)
	if err != nil {
		f.fail("domain", "Enter a domain such as example.com, or none.")
	}
	return domain
}

func about(service id.Service, name string) activity.Target {
	return activity.TargetOf("service", service, name)
}

// Ready says that a service is set up: from now on it runs.
func (h *Hosting) Ready(ctx context.Context, who actor.Actor, account id.Account, service id.Service) error {
	return h.move(ctx, who, account, service, step{
		from: []State{Pending}, to: Active, action: activity.ServiceReady,
		otherwise: "This service is not being set up.",
	})
}

// Suspend stops a service for a reason that the people of the account read.
func (h *Hosting) Suspend(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service, reason string,
) error {
	var f form
	reason = f.text("reason", reason, longestReason, "Say why, for the people of the account.")
	if err := f.fault(); err != nil {
		return err
	}
	sealed, err := h.box.Seal(reason, place(tableServices, "state_reason", service.Bytes()))
	if err != nil {
		return fmt.Errorf("suspend service: %w", err)
	}
	return h.move(ctx, who, account, service, step{
		from: []State{Active}, to: Suspended, reason: sealed, action: activity.ServiceSuspended, why: reason,
		otherwise: "Only a running service can be suspended.",
	})
}

// Restore lets a suspended service run again.
func (h *Hosting) Restore(ctx context.Context, who actor.Actor, account id.Account, service id.Service) error {
	return h.move(ctx, who, account, service, step{
		from: []State{Suspended}, to: Active, action: activity.ServiceRestored, breached: true,
		otherwise: "This service is not suspended.",
	})
}

// End stops a service for good. What it was stays to be seen; nothing opens any more, and its server removes it.
func (h *Hosting) End(ctx context.Context, who actor.Actor, account id.Account, service id.Service) error {
	return h.move(ctx, who, account, service, step{
		from: []State{Active, Suspended}, to: Cancelled, action: activity.ServiceEnded,
		otherwise: "This service has ended already, or is still being set up.",
	})
}

// step is a service's way from one state to another.
type step struct {
	from      []State
	to        State
	reason    secretbox.Sealed
	why       string
	action    activity.Action
	otherwise string
	silent    bool // somebody else tells the people
	breached  bool // refused while nobody has said what was done against a breach
}

// move changes the state of a service, and has its server follow.
func (h *Hosting) move(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service, s step,
) error {
	return h.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, err := find(tx.DB, g, service)
		if err != nil {
			return gate.Entry{}, err
		}
		now, err := h.open(row)
		if err != nil {
			return gate.Entry{}, err
		}
		return h.step(tx, g, row, now, s)
	})
}

// step is move within a change.
func (h *Hosting) step(tx *db.Tx, g gate.Grant, row heldRow, now Service, s step) (gate.Entry, error) {
	if s.breached {
		if _, is, err := openBreach(g.On(tx.DB), now.ID); err != nil || is {
			return gate.Entry{}, orConflict(err, "Somebody broke into this service. Say what was done against it first.")
		}
	}
	res := g.On(tx.DB).Table(tableServices).Where("id = ? AND state IN ?", now.ID, s.from).
		Updates(map[string]any{"state": string(s.to), "state_reason": s.reason, "version": gorm.Expr("version + 1")})
	if res.Error != nil {
		return gate.Entry{}, fmt.Errorf("move service: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return gate.Entry{}, fault.Conflict(s.otherwise)
	}
	if !s.silent {
		if err := h.tell(tx, now.Account, now.ID, now.Label(), now.State, s); err != nil {
			return gate.Entry{}, err
		}
	}
	if now.State != Pending { // what somebody has set up by hand is as it is to be
		if err := h.tellServer(tx, g, row, false); err != nil {
			return gate.Entry{}, err
		}
	}
	return g.Entry(s.action, activity.Details{
		Target: about(now.ID, now.Label()), Service: now.ID, Reason: s.why,
		Changes: []activity.Change{{Field: "State", Old: string(now.State), New: string(s.to)}},
	}), nil
}
