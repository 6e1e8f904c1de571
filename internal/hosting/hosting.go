// Package hosting is the room of what runs: servers, the services that accounts hold on them, and the doors into their
// hosting panels. A panel is spoken to through the interface Panel, one folder per kind. Invoices, people and HTTP do
// not enter.
package hosting

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Hosting is the room. It is safe for concurrent use.
type Hosting struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	post   *outbox.Box
	panels map[string]Panel
}

// New makes the room with the kinds of panels that it can open. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, post *outbox.Box, panels ...Panel) *Hosting {
	h := &Hosting{gate: g, reader: reader, box: box, post: post, panels: map[string]Panel{}}
	for _, p := range panels {
		h.panels[p.Name()] = p
	}
	return h
}

// refusal is a rule of this room that refused: the access is limited to other services. It is recorded like a refusal
// of the policies.
type refusal struct {
	decision access.Decision
	about    activity.Details
}

func (r *refusal) Error() string { return "hosting: " + string(r.decision.Reason) }

// reach refuses a service that the grant's limit leaves out. The service exists in the account: a foreign one was not
// found before.
func reach(g gate.Grant, service id.Service, name string) error {
	if g.AllowsService(service) {
		return nil
	}
	return &refusal{
		g.Decision().Refused(access.ReasonService), activity.Details{Target: about(service, name), Service: service},
	}
}

// recorded turns a refusal of this room into its fault, once it is in the log.
func (h *Hosting) recorded(ctx context.Context, who actor.Actor, err error) error {
	return recorded(ctx, h.gate, who, err)
}

func recorded(ctx context.Context, g *gate.Gate, who actor.Actor, err error) error {
	if r, ok := errors.AsType[*refusal](err); ok {
		return errors.Join(r.decision.Fault("hosting"), g.RefusedAbout(ctx, who, r.decision, r.about))
	}
	return err
}

func (h *Hosting) change(
	ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, work gate.Work,
) error {
	return h.recorded(ctx, who, h.gate.Change(ctx, who, v, id.AccountScope(account), work))
}

// find reads one service of the grant's account; whatever is not there is not found, wherever else it may be.
func find(q *gorm.DB, g gate.Grant, service id.Service) (heldRow, error) {
	var rows []heldRow
	if err := joined(g.On(q)).Where("services.id = ?", service).Limit(1).Find(&rows).Error; err != nil {
		return heldRow{}, fmt.Errorf("read service: %w", err)
	}
	if len(rows) == 0 {
		return heldRow{}, fault.NotFound("read service")
	}
	return rows[0], nil
}
