package hosting

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// tokenSize is 256 bits (SECURITY.md C2).
const tokenSize = 32

// newToken makes the token of a link, and the hash under which it is kept.
func newToken() (token string, hash []byte) {
	raw := make([]byte, tokenSize)
	_, _ = rand.Read(raw) // never fails: the program ends where the system has no randomness
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Visit is somebody who came into a panel by a link of ours.
type Visit struct {
	Account id.Account
	Service id.Service
	Name    string // of the service
	Server  string // that carries it
	Role    PanelRole
	Visitor string // the person's name
}

// shownRow is the opening that a token stands for.
type shownRow struct {
	Login  loginRow `gorm:"embedded"`
	Plan   string
	State  State
	Domain secretbox.Sealed
	Server string
}

const shownSQL = `SELECT l.id, l.account_id, l.service_id, l.person_id, l.session_id, l.role, l.outcome, l.expires_at,
 l.used_at, s.plan, s.state, s.domain, v.name AS server FROM panel_logins l JOIN services s ON s.id = l.service_id
 JOIN servers v ON v.id = s.server_id WHERE l.token_hash = ?`

// useSQL uses a link up: by the one who asked for it, in time, and only while they still have a place in the account
// and have not locked their sign-in.
const useSQL = `UPDATE panel_logins SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?
 AND outcome = ? AND person_id = ? AND session_id = ? AND (EXISTS (SELECT 1 FROM memberships m
 WHERE m.account_id = panel_logins.account_id AND m.person_id = panel_logins.person_id AND m.suspended = 0
 AND (m.ends_at IS NULL OR m.ends_at > ?)) OR EXISTS (SELECT 1 FROM team_members tm
 JOIN team_access ta ON ta.team_id = tm.team_id JOIN memberships am ON am.id = tm.contact_id
 WHERE ta.account_id = panel_logins.account_id AND tm.person_id = panel_logins.person_id AND ta.state = 'active'
 AND ta.suspended = 0 AND am.suspended = 0 AND (ta.ends_at IS NULL OR ta.ends_at > ?)
 AND (am.ends_at IS NULL OR am.ends_at > ?))) AND NOT EXISTS (SELECT 1 FROM persons p
 WHERE p.id = panel_logins.person_id AND p.secured_at IS NOT NULL)`

// Redeem lets a panel ask who stands at its door with a token of ours. It says so once, within the minute, and to the
// session that asked for the link only; what it refuses goes to the account's log. A token that does not exist is not
// found, and so is one of somebody else. What the person may do is decided anew: a link is worth no more than that.
func Redeem(
	ctx context.Context, g *gate.Gate, box *secretbox.Box, who actor.Actor, token string,
) (Visit, error) {
	var taken bool
	var shown []shownRow
	var now time.Time
	err := g.Bookkeep(ctx, tableLogins, func(tx *db.Tx) (err error) {
		if now, err = tx.Now(); err != nil {
			return err
		}
		q := db.Across(tx.DB, "the token says whose link it is")
		hash := hashToken(token)
		res := q.Exec(useSQL, db.At(now), hash, db.At(now), outcomeOpened, who.Person, who.Session, db.At(now),
			db.At(now), db.At(now))
		if res.Error != nil {
			return fmt.Errorf("use link: %w", res.Error)
		}
		taken, shown = res.RowsAffected == 1, nil
		return q.Raw(shownSQL, hash).Scan(&shown).Error
	})
	if err != nil {
		return Visit{}, err
	}
	if len(shown) == 0 || shown[0].Login.Outcome != outcomeOpened {
		return Visit{}, fault.NotFound("use link")
	}
	row := shown[0].Login
	name, err := shown[0].name(box)
	if err != nil {
		return Visit{}, err
	}
	if !taken || shown[0].State != Active {
		return Visit{}, turnedAway(ctx, g, who, row, name, now)
	}
	grant, err := g.ViewAfresh(ctx, who, verb.PanelOpen, id.AccountScope(row.AccountID))
	if err != nil {
		return Visit{}, err
	}
	if err := reach(grant, row.ServiceID, name); err != nil {
		return Visit{}, recorded(ctx, g, who, err)
	}
	return Visit{
		Account: row.AccountID, Service: row.ServiceID, Name: hostname.In(name), Server: shown[0].Server,
		Role: panelRole(grant.Decision().Role), Visitor: who.Name,
	}, nil
}

// name is what the service of the link is called.
func (r shownRow) name(box *secretbox.Box) (string, error) {
	domain, err := box.Open(r.Domain, place(tableServices, "domain", r.Login.ServiceID.Bytes()))
	return Service{Plan: r.Plan, Domain: domain}.Label(), err
}

// Prefetched turns a program away that follows a link before anybody asked it to, as browsers and scanners of mails do:
// the link stays as it was, and the account's log has it.
func Prefetched(ctx context.Context, g *gate.Gate, box *secretbox.Box, who actor.Actor, token string) error {
	var shown []shownRow
	err := g.Bookkeep(ctx, tableLogins, func(tx *db.Tx) error {
		shown = nil
		return db.Across(tx.DB, "the token says whose link it is").Raw(shownSQL, hashToken(token)).Scan(&shown).Error
	})
	if err != nil {
		return err
	}
	if len(shown) == 0 || shown[0].Login.Outcome != outcomeOpened {
		return fault.NotFound("use link")
	}
	name, err := shown[0].name(box)
	if err != nil {
		return err
	}
	return counted(ctx, g, who, shown[0].Login, name, "A program fetched the link before anybody followed it.",
		fault.Conflict("A link into a panel cannot be fetched ahead. Open the panel from the service’s page."))
}

// turnedAway counts a link that was refused towards the account's log, and says why.
func turnedAway(
	ctx context.Context, g *gate.Gate, who actor.Actor, row loginRow, name string, now time.Time,
) error {
	reason, err := "The access to the account or the service has ended.", fault.NotFound("use link")
	switch {
	case row.PersonID != who.Person:
		reason, err = "The link belongs to somebody else.", fault.NotFound("use link")
	case row.SessionID != who.Session:
		reason = "The link belongs to another sign-in."
		err = fault.Conflict("This link belongs to another browser. Open the panel from the service’s page in this one.")
	case !now.Before(row.ExpiresAt.Time):
		reason = "The link had expired."
		err = fault.Conflict("This link has expired: it works for 60 seconds. Open the panel again from the service’s page.")
	case !row.UsedAt.IsZero():
		reason = "The link had been used already."
		err = fault.Conflict("This link has been used: it works once. Open the panel again from the service’s page.")
	}
	return counted(ctx, g, who, row, name, reason, err)
}

// counted adds a refusal to the account's log, and gives back what the person is told.
func counted(
	ctx context.Context, g *gate.Gate, who actor.Actor, row loginRow, name, reason string, refusal error,
) error {
	err := g.Tally(ctx, who, id.AccountScope(row.AccountID), activity.PanelFailed, activity.Details{
		Target: about(row.ServiceID, name), Service: row.ServiceID, Outcome: activity.RefusedResult, Reason: reason,
	})
	if err != nil {
		return err
	}
	return refusal
}
