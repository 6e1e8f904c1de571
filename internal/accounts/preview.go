package accounts

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// previewTime is how long a preview lasts that nobody ends (our own figure).
const previewTime = 30 * time.Minute

// previewRow says that a session looks at an account through a contact's eyes. Whether and what it may see is decided
// at each request anew, from the places of both.
type previewRow struct {
	SessionID    id.Session `gorm:"primaryKey"`
	AccountID    id.Account
	MembershipID id.Membership
	StartedAt    db.Time
	EndsAt       db.Time
}

// TableName names the table.
func (previewRow) TableName() string { return tablePreviews }

// StartPreview lets somebody who may change a contact's access look at the account as that contact sees it, in this
// session, for half an hour. Nobody looks through the eyes of somebody above them, or through their own (A3); what the
// contact does not see, or the one who looks would not see themselves, stays unseen.
func (a *Accounts) StartPreview(ctx context.Context, who actor.Actor, account id.Account, contact id.Membership) error {
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		target, err := a.mayLookAs(tx, g, contact)
		if err != nil {
			return gate.Entry{}, err
		}
		session := g.Who().Session
		if err := g.On(tx.DB).Where("session_id = ?", session).Delete(&previewRow{}).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("start preview: %w", err)
		}
		row := previewRow{
			SessionID: session, AccountID: account, MembershipID: contact, StartedAt: db.At(g.Now()),
			EndsAt: db.At(g.Now().Add(previewTime)),
		}
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("start preview: %w", err)
		}
		return g.Entry(activity.PreviewStarted, activity.Details{Target: target}), nil
	}
	return a.change(ctx, who, verb.ContactsManage, id.AccountScope(account), nil, work)
}

// nothingToSee is what is said of somebody whose place gives nothing now.
const nothingToSee = "This access is suspended or has ended: there is nothing to see with it."

// mayLookAs asks every rule about looking with somebody's eyes, by their own place or by that of their team, and
// returns whose they are.
func (a *Accounts) mayLookAs(tx *db.Tx, g gate.Grant, contact id.Membership) (activity.Target, error) {
	h, _, err := a.hold(tx, g, contact)
	if fault.KindOf(err) == fault.KindNotFound {
		return a.mayLookAsMember(tx, g, contact)
	}
	ended := !h.EndsAt.IsZero() && !g.Now().Before(h.EndsAt.Time)
	switch {
	case err != nil:
		return activity.Target{}, err
	case h.PersonID == g.Who().Person:
		return activity.Target{}, refuse(g, access.ReasonOwnRole, h.target())
	case h.Suspended || ended:
		return activity.Target{}, fault.Conflict(nothingToSee)
	}
	return h.target(), nil
}

// mayLookAsMember asks the same of somebody who is here by the place of a team.
func (a *Accounts) mayLookAsMember(tx *db.Tx, g gate.Grant, contact id.Membership) (activity.Target, error) {
	c, err := a.teamMember(tx.DB, g, contact)
	if err != nil {
		return activity.Target{}, err
	}
	giver, err := a.granter(tx.DB, g)
	if err != nil {
		return activity.Target{}, err
	}
	target := activity.TargetOf("contact", c.ID, c.Name)
	switch {
	case c.You:
		return target, refuse(g, access.ReasonOwnRole, target)
	case !giver.mayGive(verb.ContactsManage, standing{c.Terms, a.RoleOf(c)}):
		return target, refuse(g, access.ReasonHigherRole, target)
	case c.Suspended || c.Ended:
		return target, fault.Conflict(nothingToSee)
	}
	return target, nil
}

// EndPreview ends the preview of the session that asks, whatever its owner may still do in the account.
func (a *Accounts) EndPreview(ctx context.Context, who actor.Actor) error {
	p := who.Preview
	if !who.Previewing() {
		return fault.Conflict("This preview is over already.")
	}
	account := id.AccountScope(p.Membership.Account)
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		done := db.WithScope(tx.DB, "account_id", p.Membership.Account.Bytes()).
			Where("session_id = ?", g.Who().Session).Delete(&previewRow{})
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("end preview: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, fault.Conflict("This preview is over already.")
		}
		return g.EntryIn(account, activity.PreviewEnded, activity.Details{
			Target: activity.TargetOf("contact", p.Membership.ID, p.Name),
		}), nil
	}
	return a.change(ctx, who.AsThemselves(), verb.SelfManage, id.PersonScope(who.Person), []id.Scope{account}, work)
}

// eyes is somebody through whose eyes a session looks.
type eyes struct {
	Place      placeRow `gorm:"embedded"`
	PersonID   id.Person
	PersonName secretbox.Sealed
	Level      actor.Level
}

func eyesSQL() string {
	return `SELECT p.id AS person_id, p.name AS person_name, ` + placeColumns + `,
 ` + factors.LevelSQL("p.id") + ` AS level
 FROM (SELECT o.person_id FROM memberships o WHERE o.account_id = ? AND o.id = ?
 UNION ALL SELECT o.person_id FROM team_members o JOIN team_access oa ON oa.team_id = o.team_id
 WHERE oa.account_id = ? AND o.id = ? AND oa.state = 'active') x JOIN persons p ON p.id = x.person_id
 LEFT JOIN staff_members t ON t.person_id = p.id` + access.PlaceJoins("p.id")
}

// preview reads through whose eyes a session looks. It costs a statement while a preview is on. A contact who is gone
// sees nothing: the preview goes on with a place that gives nothing, until it is ended.
func (a *Accounts) preview(ctx context.Context, row previewing) (actor.Preview, error) {
	account := row.PreviewAccount
	p := actor.Preview{
		Membership: actor.Membership{ID: row.PreviewContact, Account: account}, Ends: row.PreviewEnds.Time,
	}
	var seen eyes
	q := db.WithScope(a.reader.With(ctx), "account_id", account.Bytes())
	key, contact := account.Bytes(), row.PreviewContact.Bytes()
	if err := q.Raw(eyesSQL(), key, contact, key, contact, key, key).Scan(&seen).Error; err != nil {
		return p, fmt.Errorf("read preview: %w", err)
	}
	if seen.Place.MembershipID.IsZero() {
		return p, nil
	}
	p.Person, p.Level = seen.PersonID, seen.Level
	var err error
	if p.Name, err = a.people.OpenName(seen.PersonID, seen.PersonName); err != nil {
		return p, err
	}
	p.Membership, err = a.membership(seen.Place, account)
	return p, err
}

// previewing is the preview of a session as it is read with it. Whoever looks with their own eyes has NULL there.
type previewing struct {
	PreviewAccount id.Account
	PreviewContact id.Membership
	PreviewEnds    db.Time
}

// on says whether the preview is on at a time.
func (p previewing) on(now time.Time) bool {
	return !p.PreviewContact.IsZero() && now.Before(p.PreviewEnds.Time)
}
