package assist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Time is for how long staff act on behalf of somebody before it is over by itself (N8; our own figure).
const Time = 30 * time.Minute

// Begin lets somebody of the staff act on behalf of a client's contact, in this session, for half an hour. They need
// the permission and a factor that they used just now. An account that does not let staff act must have allowed it
// once, which is used up by that.
func (a *Assist) Begin(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership, why Reason,
) error {
	why, err := why.checked()
	if err != nil {
		return err
	}
	row := assistRow{
		ID: id.New[id.AssistKind](), AccountID: account, SessionID: who.Session, StaffID: who.Person, ContactID: contact,
		Code: why.Code, CaseID: why.Case,
	}
	if row.Reason, err = a.box.Seal(why.words(), place(tableAssists, row.ID.Bytes())); err != nil {
		return fmt.Errorf("begin to assist: %w", err)
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		of, err := a.mayActFor(tx, g, contact)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := a.letIn(tx, g, contact); err != nil {
			return gate.Entry{}, err
		}
		row.ForID, row.StartedAt, row.EndsAt = of.Person, db.At(g.Now()), db.At(g.Now().Add(Time))
		if err := take(tx, g, row); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.AssistStarted, activity.Details{
			Target: of.Target(), Changes: append(why.changes(), activity.Change{
				Field: "ends", New: row.EndsAt.UTC().Format("2 Jan 2006, 15:04 UTC"),
			}),
		}), nil
	}
	return a.gate.Change(ctx, who, verb.ClientsAssist, id.AccountScope(account), work)
}

// mayActFor asks whether somebody can be acted for at all, and returns who it is.
func (a *Assist) mayActFor(tx *db.Tx, g gate.Grant, contact id.Membership) (accounts.Member, error) {
	of, err := a.accounts.MemberOf(tx.DB, g, contact)
	if err != nil {
		return of, err
	}
	if !of.Active {
		return of, fault.Conflict(of.Name + " has no access just now, so nobody can act for them.")
	}
	_, err = a.accounts.MemberBy(tx.DB, g, g.Who().Person)
	switch {
	case err == nil:
		return of, fault.Conflict("You have a place in this account yourself. Come in by that.")
	case fault.KindOf(err) != fault.KindNotFound:
		return of, err
	}
	return of, nil
}

// letIn asks whether the account lets staff act, and uses up what it allowed once where it does not.
func (a *Assist) letIn(tx *db.Tx, g gate.Grant, contact id.Membership) error {
	rule, found, err := db.One[ruleRow](g.On(tx.DB))
	if err != nil {
		return fmt.Errorf("begin to assist: %w", err)
	}
	if !found || rule.Allowed {
		return nil
	}
	row, found, err := db.One[requestRow](g.On(tx.DB).Where(
		"staff_id = ? AND contact_id = ? AND state = ? AND expires_at > ?",
		g.Who().Person, contact, stateAllowed, db.At(g.Now())))
	if err != nil {
		return fmt.Errorf("begin to assist: %w", err)
	}
	if !found {
		return fault.Conflict("This client lets nobody act for them. Ask them to allow it once.")
	}
	done := g.On(tx.Model(&requestRow{})).Where("id = ? AND state = ?", row.ID, stateAllowed).Update("state", stateUsed)
	switch {
	case done.Error != nil:
		return fmt.Errorf("begin to assist: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.Conflict("What the client allowed once is used up.")
	}
	return nil
}

// take gives the session to the account. A session acts for one contact at a time.
func take(tx *db.Tx, g gate.Grant, row assistRow) error {
	free := db.Across(tx.DB, "the session’s earlier assistance may have been in another account").
		Model(&assistRow{}).Where("session_id = ? AND (ended_at IS NOT NULL OR ends_at <= ?)", row.SessionID, db.At(g.Now())).
		Update("session_id", nil)
	if free.Error != nil {
		return fmt.Errorf("begin to assist: %w", free.Error)
	}
	err := g.On(tx.DB).Create(&row).Error
	if db.IsDuplicate(err) {
		return fault.Conflict("You act for somebody already. End that first.")
	}
	if err != nil {
		return fmt.Errorf("begin to assist: %w", err)
	}
	return nil
}

// End ends it, whatever the one who acts may still do.
func (a *Assist) End(ctx context.Context, who actor.Actor) error {
	if !who.Assisting() {
		return fault.Conflict("This is over already.")
	}
	here := id.AccountScope(who.Assist.Account)
	target := activity.TargetOf("contact", who.Membership.ID, who.OnBehalfName)
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		ended, err := end(tx, who.Assist.Account, who.Assist.ID, g.Now(), byStaff)
		if err != nil {
			return gate.Entry{}, err
		}
		if !ended {
			return gate.Entry{}, fault.Conflict("This is over already.")
		}
		return g.EntryIn(here, activity.AssistEnded, activity.Details{Target: target}), nil
	}
	return a.gate.ChangeWith(ctx, who.Unassisted(), verb.SelfManage, id.PersonScope(who.Person), []id.Scope{here}, work)
}

// end ends one, once.
func end(tx *db.Tx, account id.Account, which id.Assist, at time.Time, how string) (bool, error) {
	done := db.WithScope(tx.DB, "account_id", account.Bytes()).Model(&assistRow{}).
		Where("id = ? AND ended_at IS NULL", which).
		Updates(map[string]any{"ended_at": db.At(at), "ended_how": how})
	if done.Error != nil {
		return false, fmt.Errorf("end assistance: %w", done.Error)
	}
	return done.RowsAffected > 0, nil
}

// endedAtOnce bounds how many one round of the job ends.
const endedAtOnce = 100

// errOver says that another node was quicker.
var errOver = errors.New("assist: over already")

// Close writes into the clients' logs what was over by itself. A job calls it; nobody acts any longer for want of it.
func (a *Assist) Close(ctx context.Context) error {
	now, err := a.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("end assistance: %w", err)
	}
	var rows []struct {
		Row  assistRow `gorm:"embedded"`
		Gone bool
	}
	err = db.Across(a.reader.With(ctx), "whatever is over, of all accounts").Raw(`SELECT x.*,
 (s.id IS NULL OR s.ended_at IS NOT NULL) AS gone FROM assists x LEFT JOIN sessions s ON s.id = x.session_id
 WHERE x.ended_at IS NULL AND (x.ends_at <= ? OR s.id IS NULL OR s.ended_at IS NOT NULL) ORDER BY x.ends_at LIMIT ?`,
		db.At(now), endedAtOnce).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("end assistance: %w", err)
	}
	for _, row := range rows {
		how, at := byTime, row.Row.EndsAt.Time
		if row.Gone && now.Before(at) {
			how, at = byLeft, now
		}
		if err := a.close(ctx, row.Row, at, how); err != nil && !errors.Is(err, errOver) {
			return err
		}
	}
	return nil
}

func (a *Assist) close(ctx context.Context, row assistRow, at time.Time, how string) error {
	return a.gate.Change(ctx, actor.NewSystem("assistance"), verb.ClientsAssist, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			ended, err := end(tx, row.AccountID, row.ID, at, how)
			if err != nil || !ended {
				return gate.Entry{}, errors.Join(err, errOver)
			}
			name, err := a.accounts.NameOf(tx.DB, row.ForID)
			if err != nil {
				return gate.Entry{}, err
			}
			staff, err := a.accounts.NameOf(tx.DB, row.StaffID)
			if err != nil {
				return gate.Entry{}, err
			}
			them := actor.Enter(actor.Details{
				Kind: actor.Staff, Person: row.StaffID, Name: a.accounts.StaffName(row.StaffID, staff), Reason: row.Code,
			})
			return g.EntryFor(them, activity.AssistOver, activity.Details{
				Target: activity.TargetOf("contact", row.ContactID, name),
			}), nil
		})
}
