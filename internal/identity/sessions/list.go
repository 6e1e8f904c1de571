package sessions

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Sessions lists where the one who asks is signed in, the latest used first.
func (p *Register) Sessions(ctx context.Context, who actor.Actor) ([]Session, error) {
	g, err := p.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return nil, err
	}
	list, err := p.open(g.On(p.reader.With(ctx)), who.Now, p.Timeouts(who.Kind == actor.Staff))
	for i := range list {
		list[i].This = list[i].ID == who.Session
	}
	return list, err
}

// SessionsOf lists where a client's contact is signed in, for the room that asked whether that may be seen (N6).
func (p *Register) SessionsOf(ctx context.Context, now time.Time, person id.Person) ([]Session, error) {
	return p.open(db.WithScope(p.reader.With(ctx), "person_id", person.Bytes()), now, p.Timeouts(false))
}

// open lists the sessions of a confined query that are not over.
func (p *Register) open(q *gorm.DB, now time.Time, limits Timeouts) ([]Session, error) {
	var rows []sessionRow
	err := q.Where("ended_at IS NULL AND created_at > ? AND seen_at > ?",
		db.At(now.Add(-limits.Absolute)), db.At(now.Add(-limits.Idle))).
		Order("seen_at DESC, id").Limit(200).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	out := make([]Session, 0, len(rows))
	for _, row := range rows {
		s := Session{
			ID: row.ID, Factor: row.Factor, CreatedAt: row.CreatedAt.Time, SeenAt: row.SeenAt.Time,
			FactorAt: row.FactorAt.Time, EndsAt: limits.Ends(row.CreatedAt.Time, row.SeenAt.Time),
		}
		if s.Address, err = p.box.Open(row.Address, sessionPlace("address", row.ID)); err != nil {
			return nil, err
		}
		if s.Place, err = p.box.Open(row.Place, sessionPlace("place", row.ID)); err != nil {
			return nil, err
		}
		if s.Device, err = p.box.Open(row.Device, sessionPlace("device", row.ID)); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}
