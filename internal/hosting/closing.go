package hosting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	closedEnded = "ended"
	closedLasts = "lasts"

	// heeded is for how long what was opened is watched: longer than any session here and in a panel.
	heeded = 24 * time.Hour
	// idleMost is more than the longest time that a session lives without a request.
	idleMost     = time.Hour
	closingTime  = 15 * time.Second
	closingBatch = 200
)

// openRow is an opened panel, and whether the sign-in that opened it goes on.
type openRow struct {
	Login   loginRow `gorm:"embedded"`
	EndedAt db.Time
	SeenAt  db.Time
}

const openSQL = `SELECT l.id, l.account_id, l.service_id, l.person_id, l.session_id, l.role, l.created_at, s.ended_at,
 s.seen_at FROM panel_logins l LEFT JOIN sessions s ON s.id = l.session_id WHERE l.closed_at IS NULL
 AND l.outcome = 'opened' AND l.created_at > ? ORDER BY l.created_at LIMIT ?`

// CloseUp ends in the panels what was opened by somebody who signed out since, or may no longer open it. What a panel
// cannot end is said in the log where the access was lost. A job calls it.
func (h *Hosting) CloseUp(ctx context.Context) error {
	now, err := h.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("close up: %w", err)
	}
	var rows []openRow
	err = db.Across(h.reader.With(ctx), "what is open is looked at, whosever it is").
		Raw(openSQL, db.At(now.Add(-heeded)), closingBatch).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("close up: %w", err)
	}
	var failures []error
	goesOn := map[string]bool{} // somebody has the same open from a sign-in that goes on
	var over []openRow
	lost := map[id.PanelLogin]bool{}
	for _, row := range rows {
		may, err := h.stillMay(ctx, row.Login, now)
		if err != nil {
			return err
		}
		gone := row.SeenAt.IsZero() || !row.EndedAt.IsZero() || now.Sub(row.SeenAt.Time) > idleMost
		if may && !gone {
			goesOn[row.Login.key()] = true
			continue
		}
		lost[row.Login.ID] = !may
		over = append(over, row)
	}
	for _, row := range over {
		failures = append(failures, h.closeOne(ctx, row.Login, lost[row.Login.ID], goesOn[row.Login.key()]))
	}
	return errors.Join(failures...)
}

func (l loginRow) key() string { return l.PersonID.String() + l.ServiceID.String() + l.Role }

// stillMay says whether somebody could open now what they have opened, with at least as much.
func (h *Hosting) stillMay(ctx context.Context, l loginRow, now time.Time) (bool, error) {
	who := actor.Enter(actor.Details{
		Kind: actor.Person, Person: l.PersonID, Session: l.SessionID, SignedInAt: now, Now: now,
		ProvedAt: now, FactorAt: now, Factor: actor.With(actor.ByPassword, actor.ByKey),
	})
	d, err := h.gate.Asks(ctx, who, verb.PanelOpen, id.AccountScope(l.AccountID))
	if err != nil || !d.Allowed || d.Limited && !slices.Contains(d.Services, l.ServiceID) {
		return false, err
	}
	if PanelRole(l.Role) == PanelAdmin && panelRole(d.Role) != PanelAdmin {
		return false, nil
	}
	_, s, err := h.whole(ctx, l.ServiceID)
	return s.State == Active, err
}

// closeOne has the panel end what one opening left behind.
func (h *Hosting) closeOne(ctx context.Context, l loginRow, lost, shared bool) error {
	held, s, err := h.whole(ctx, l.ServiceID)
	if err != nil {
		return err
	}
	login := Login{
		ID: l.ID, Server: s.Server, Domain: s.Domain, Role: PanelRole(l.Role), Person: l.PersonID, service: s.ID,
		name: s.Label(),
	}
	if err := h.openSecrets(&login, held); err != nil {
		return err
	}
	failure := ErrLasts
	if panel := h.panels[s.Server.Panel]; panel != nil && !shared {
		asking, cancel := context.WithTimeout(ctx, closingTime)
		defer cancel()
		failure = panel.EndSessions(asking, login)
	}
	if failure != nil && !errors.Is(failure, ErrLasts) {
		return login.scrub(failure) // tried again at the next turn
	}
	if !lost { // they signed out: what a panel cannot end then was said before it was opened
		return h.closed(ctx, l, failure)
	}
	who := actor.NewSystem("panel sessions")
	return h.change(ctx, who, verb.HostingManage, l.AccountID, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		entry := login.entry(g, activity.PanelClosed, activity.Success, "")
		if failure != nil {
			entry = login.entry(g, activity.PanelClosed, activity.Failed,
				"The panel offers no way to end it; it ends by itself a quarter of an hour after the last click.")
		}
		return entry, closeRow(tx, l, failure, g.Now())
	})
}

// closed notes the end of what somebody left behind who signed out.
func (h *Hosting) closed(ctx context.Context, l loginRow, failure error) error {
	return h.gate.Bookkeep(ctx, tableLogins, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		return closeRow(tx, l, failure, now)
	})
}

func closeRow(tx *db.Tx, l loginRow, failure error, now time.Time) error {
	how := closedEnded
	if failure != nil {
		how = closedLasts
	}
	err := db.Across(tx.DB, "the job closes whosever login it looked at").Table(tableLogins).
		Where("id = ? AND closed_at IS NULL", l.ID).Updates(map[string]any{"closed_at": db.At(now), "closing": how}).Error
	if err != nil {
		return fmt.Errorf("close login: %w", err)
	}
	return nil
}
