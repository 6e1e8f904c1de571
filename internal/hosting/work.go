package hosting

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
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

const (
	workWaiting = "waiting"
	workFailed  = "failed"

	// followTime is how long a server may take to come to one account; workLease is longer.
	followTime = 70 * time.Second
	workLease  = 3 * time.Minute
	// mostTries is how often a server is asked before somebody has to look.
	mostTries = 4
	workBatch = 20
)

// workRow is a server that is not in step with our record of a service.
type workRow struct {
	ServiceID id.Service `gorm:"primaryKey"`
	AccountID id.Account
	Make      bool
	State     string
	Tries     int
	Trouble   string
	AskedAt   db.Time
	DueAt     db.Time
}

// TableName names the table.
func (workRow) TableName() string { return tableWork }

// Work is what a server is still asked to do for a service.
type Work struct {
	Asked   time.Time // zero: nothing
	Tries   int
	Failed  bool   // nobody tries any more until somebody says so
	Trouble string // of the last try, for staff
}

// tellServer leaves word that the server has to come to what our record says of a service. The last word counts.
func (h *Hosting) tellServer(tx *db.Tx, g gate.Grant, row heldRow, mayMake bool) error {
	if _, known := h.panels[row.ServerPanel]; !known {
		return nil // somebody does it by hand
	}
	service := row.Held.ID
	before, found, err := db.One[workRow](g.On(tx.DB).Where("service_id = ?", service))
	if err == nil && found {
		err = g.On(tx.DB).Where("service_id = ?", service).Delete(&workRow{}).Error
	}
	if err != nil {
		return fmt.Errorf("tell the server: %w", err)
	}
	err = g.On(tx.DB).Create(&workRow{
		ServiceID: service, AccountID: row.Held.AccountID, Make: mayMake || before.Make, State: workWaiting,
		AskedAt: db.At(g.Now()), DueAt: db.At(g.Now()),
	}).Error
	if err != nil {
		return fmt.Errorf("tell the server: %w", err)
	}
	return nil
}

// userOf is the name under which a panel is to know a service that is set up from here. It follows from the service
// alone, so that a second try finds what the first one made.
func userOf(service id.Service, domain string) string {
	const letters, most = "abcdefghijklmnopqrstuvwxyz", 5
	var name strings.Builder
	for _, c := range domain {
		if strings.ContainsRune(letters, c) && name.Len() < most {
			name.WriteRune(c)
		}
	}
	sum := sha256.Sum256(service.Bytes())
	return "s" + name.String() + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// FollowUp brings servers in step with our record, as far as they are asked to. A job calls it.
func (h *Hosting) FollowUp(ctx context.Context) error {
	now, err := h.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("follow up: %w", err)
	}
	var due []workRow
	err = db.Across(h.reader.With(ctx), "servers follow whosever services they carry").
		Where("state = ? AND due_at <= ?", workWaiting, db.At(now)).Order("due_at").Limit(workBatch).Find(&due).Error
	if err != nil {
		return fmt.Errorf("follow up: %w", err)
	}
	var failures []error
	for _, row := range due {
		failures = append(failures, h.followOne(ctx, row))
	}
	return errors.Join(failures...)
}

// followOne takes one piece of work, asks the server, and writes what came of it.
func (h *Hosting) followOne(ctx context.Context, row workRow) error {
	taken, err := h.takeWork(ctx, row)
	if err != nil || !taken {
		return err
	}
	held, s, err := h.whole(ctx, row.ServiceID)
	if err != nil {
		return err
	}
	l := Login{Server: s.Server}
	if err := h.openSecrets(&l, held); err != nil {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, followTime)
	defer cancel()
	follower := follower{panel: h.panels[s.Server.Panel], machine: l.Machine(), user: l.User}
	failure := follower.follow(asking, s, held.Held.PanelPlan, row.Make)
	if failure != nil && ctx.Err() != nil {
		return ctx.Err() // this node stops: another goes on when the lease is over
	}
	return h.noteWork(ctx, row, s, failure)
}

func (h *Hosting) takeWork(ctx context.Context, row workRow) (taken bool, err error) {
	err = h.gate.Bookkeep(ctx, tableWork, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		res := db.Across(tx.DB, "the job takes whosever work is due").Table(tableWork).
			Where("service_id = ? AND due_at = ? AND state = ?", row.ServiceID, row.DueAt, workWaiting).
			Updates(map[string]any{"due_at": db.At(now.Add(workLease)), "tries": gorm.Expr("tries + 1")})
		taken = res.RowsAffected == 1
		return res.Error
	})
	return taken, err
}

// whole reads a service with its server, whosever it is.
func (h *Hosting) whole(ctx context.Context, service id.Service) (heldRow, Service, error) {
	q := db.Across(h.reader.With(ctx), "a job knows services by their ids")
	row, found, err := db.One[heldRow](joined(q).Where("services.id = ?", service))
	if err != nil || !found {
		return heldRow{}, Service{}, errors.Join(err, fault.NotFound("read service"))
	}
	s, err := h.open(row)
	return row, s, err
}

// follower speaks to one server for one service.
type follower struct {
	panel   Panel
	machine Machine
	user    string
}

// follow brings the server in step with our record. It looks before it does anything, so that it may be called again
// wherever it broke off.
func (f follower) follow(ctx context.Context, s Service, plan string, mayMake bool) error {
	found, err := f.panel.Find(ctx, f.machine, f.user, s.Domain)
	missing := errors.Is(err, ErrNoHolding)
	switch {
	case missing && s.State == Cancelled:
		return nil
	case missing && mayMake && f.user != "" && s.Domain != "":
		found, err = f.make(ctx, s, plan)
	}
	if err != nil {
		return err
	}
	if s.Domain != "" && !strings.EqualFold(found.Domain, s.Domain) {
		return ErrTaken
	}
	switch s.State {
	case Cancelled:
		return f.panel.Remove(ctx, f.machine, found.User)
	case Suspended:
		if !found.Suspended {
			err = f.panel.Suspend(ctx, f.machine, found.User, s.StateReason)
		}
	case Pending, Active:
		if found.Suspended {
			err = f.panel.Restore(ctx, f.machine, found.User)
		}
	}
	if err == nil && plan != "" && found.Plan != plan {
		err = f.panel.ChangePlan(ctx, f.machine, found.User, plan)
	}
	return err
}

// make makes the account, and looks whether it is there.
func (f follower) make(ctx context.Context, s Service, plan string) (Holding, error) {
	if plan == "" {
		plan = s.Plan
	}
	err := f.panel.Create(ctx, f.machine, NewHolding{User: f.user, Domain: s.Domain, Plan: plan})
	if err != nil {
		return Holding{}, err
	}
	return f.panel.Find(ctx, f.machine, f.user, "")
}

// noteWork writes what came of asking a server. A service that was being set up runs once its account is there.
func (h *Hosting) noteWork(ctx context.Context, row workRow, s Service, failure error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outcomeTime)
	defer cancel()
	if failure != nil && row.Tries+1 < mostTries {
		return h.later(ctx, row, failure)
	}
	who := actor.NewSystem("server work")
	return h.change(ctx, who, verb.HostingManage, s.Account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		about := activity.Details{Target: about(s.ID, s.Label()), Service: s.ID}
		mine := g.On(tx.DB).Table(tableWork).Where("service_id = ? AND asked_at = ?", s.ID, row.AskedAt)
		if failure != nil {
			about.Outcome, about.Reason = activity.Failed, "Server "+s.Server.Name+": "+ServerTrouble(failure)
			err := mine.Updates(map[string]any{"state": workFailed, "trouble": ServerTrouble(failure)}).Error
			return g.Entry(activity.ServiceStuck, about), err
		}
		if err := mine.Delete(&workRow{}).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("note work: %w", err)
		}
		res := g.On(tx.DB).Table(tableServices).Where("id = ? AND state = ?", s.ID, string(Pending)).
			Updates(map[string]any{"state": string(Active), "version": gorm.Expr("version + 1")})
		if res.Error != nil {
			return gate.Entry{}, fmt.Errorf("note work: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return g.Entry(activity.ServiceFollowed, about), nil
		}
		ready := step{from: []State{Pending}, to: Active}
		return g.Entry(activity.ServiceReady, about), h.tell(tx, s.Account, s.ID, s.Label(), Pending, ready)
	})
}

// later has a server asked again after a while.
func (h *Hosting) later(ctx context.Context, row workRow, failure error) error {
	return h.gate.Bookkeep(ctx, tableWork, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		wait := 30 * time.Second << min(row.Tries, 6)
		return db.Across(tx.DB, "the job puts off whosever work failed").Table(tableWork).
			Where("service_id = ? AND asked_at = ?", row.ServiceID, row.AskedAt).
			Updates(map[string]any{"due_at": db.At(now.Add(wait)), "trouble": ServerTrouble(failure)}).Error
	})
}

// Retry has a server asked again at once for a service. mayMake lets it make an account that is missing there.
func (h *Hosting) Retry(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service, mayMake bool,
) error {
	return h.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, err := find(tx.DB, g, service)
		if err != nil {
			return gate.Entry{}, err
		}
		s, err := h.open(row)
		if err != nil {
			return gate.Entry{}, err
		}
		if !s.HasPanel {
			return gate.Entry{}, fault.Conflict("The server of this service is not run from here.")
		}
		if err := h.tellServer(tx, g, row, mayMake); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.ServiceRetried, activity.Details{Target: about(service, s.Label()), Service: service}), nil
	})
}

// ClientService reads one service of a client for staff, with what its server is still asked to do.
func (h *Hosting) ClientService(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (Service, Work, error) {
	g, err := h.gate.View(ctx, who, verb.HostingView, id.AccountScope(account))
	if err != nil {
		return Service{}, Work{}, err
	}
	row, err := find(h.reader.With(ctx), g, service)
	if err != nil {
		return Service{}, Work{}, err
	}
	s, err := h.open(row)
	if err != nil {
		return Service{}, Work{}, err
	}
	w, found, err := db.One[workRow](g.On(h.reader.With(ctx)).Where("service_id = ?", service))
	if err != nil {
		return Service{}, Work{}, fmt.Errorf("read work: %w", err)
	}
	if !found {
		return s, Work{}, nil
	}
	return s, Work{Asked: w.AskedAt.Time, Tries: w.Tries, Failed: w.State == workFailed, Trouble: w.Trouble}, nil
}
