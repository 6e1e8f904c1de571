package assist

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

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

// The kinds of messages that tell owners.
const (
	MailRule  = "assist.rule"  // carries a RuleMail
	MailAsked = "assist.asked" // carries an AskedMail
)

// RuleMail says that an account lets staff act for its people from now on, or does not any more.
type RuleMail struct {
	Account id.Account `json:"account"`
	Allowed bool       `json:"allowed"`
	By      string     `json:"by"`
}

// mostShown bounds how many a page lists.
const mostShown = 20

// Help is what an account says about staff who act for its people, and what was made of it.
type Help struct {
	Allowed  bool
	Version  int64 // goes back with a form, so that a stale one is noticed
	Requests []Request
	Past     []Past // the newest first
}

// Past is one time in which staff acted, or act.
type Past struct {
	Staff, For string
	Code, Why  string
	Started    time.Time
	Ends       time.Time // when it was over, or is at the latest
	Running    bool
}

// Help reads it, for whoever sets the rules of the account.
func (a *Assist) Help(ctx context.Context, who actor.Actor, account id.Account) (Help, error) {
	g, err := a.gate.View(ctx, who, verb.SecurityManage, id.AccountScope(account))
	if err != nil {
		return Help{}, err
	}
	q := a.reader.With(ctx)
	rule, found, err := db.One[ruleRow](g.On(q))
	if err != nil {
		return Help{}, fmt.Errorf("read help by staff: %w", err)
	}
	h := Help{Allowed: !found || rule.Allowed, Version: rule.Version}
	if h.Past, err = a.past(q, g); err != nil {
		return Help{}, err
	}
	h.Requests, err = a.open(q, g)
	return h, err
}

func (a *Assist) past(q *gorm.DB, g gate.Grant) ([]Past, error) {
	var rows []struct {
		Row       assistRow `gorm:"embedded"`
		StaffName secretbox.Sealed
		ForName   secretbox.Sealed
	}
	err := g.On(q.Table(tableAssists)).Select("assists.*, w.name AS staff_name, p.name AS for_name").
		Joins("JOIN persons w ON w.id = assists.staff_id").Joins("JOIN persons p ON p.id = assists.for_id").
		Order("assists.started_at DESC").Limit(mostShown).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read help by staff: %w", err)
	}
	list := make([]Past, 0, len(rows))
	for _, r := range rows {
		p := Past{
			Code: r.Row.Code, Started: r.Row.StartedAt.Time, Ends: r.Row.EndsAt.Time,
			Running: r.Row.EndedAt.IsZero() && g.Now().Before(r.Row.EndsAt.Time),
		}
		if !r.Row.EndedAt.IsZero() {
			p.Ends = r.Row.EndedAt.Time
		}
		name, err := a.people.OpenName(r.Row.StaffID, r.StaffName)
		if err != nil {
			return nil, err
		}
		p.Staff = a.accounts.StaffName(r.Row.StaffID, name)
		if p.For, err = a.people.OpenName(r.Row.ForID, r.ForName); err != nil {
			return nil, err
		}
		if p.Why, err = a.box.Open(r.Row.Reason, place(tableAssists, r.Row.ID.Bytes())); err != nil {
			return nil, fmt.Errorf("read help by staff: %w", err)
		}
		list = append(list, p)
	}
	return list, nil
}

// Set says whether staff may act for the people of an account. Forbidding it ends what goes on, from the next request.
func (a *Assist) Set(ctx context.Context, who actor.Actor, account id.Account, allowed bool, version int64) error {
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := db.One[ruleRow](g.On(tx.DB))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("set help by staff: %w", err)
		}
		if row.Version != version {
			return gate.Entry{}, fault.Conflict("Somebody has changed this since you opened the page. Look at it again.")
		}
		was := !found || row.Allowed
		next := ruleRow{AccountID: account, Allowed: allowed, SetAt: db.At(g.Now()), Version: version + 1}
		if err := next.store(tx, g, found); err != nil {
			return gate.Entry{}, err
		}
		err = a.post.Enqueue(tx, outbox.Message{
			Kind: MailRule, Key: fmt.Sprintf("%s-%d", account, next.Version),
			Payload: RuleMail{Account: account, Allowed: allowed, By: who.Name},
		})
		if err != nil {
			return gate.Entry{}, fmt.Errorf("set help by staff: %w", err)
		}
		entry := g.Entry(activity.AssistRuleSet, activity.Details{
			Target:  activity.TargetOf("account", account, ""),
			Changes: []activity.Change{{Field: "help by staff", Old: inWords(was), New: inWords(allowed)}},
		})
		if allowed {
			return entry, nil
		}
		return a.cut(tx, g, entry)
	}
	err := a.gate.Change(ctx, who, verb.SecurityManage, id.AccountScope(account), work)
	if err == nil {
		a.post.Wake()
	}
	return err
}

func (r ruleRow) store(tx *db.Tx, g gate.Grant, found bool) error {
	if !found {
		if err := g.On(tx.DB).Create(&r).Error; err != nil {
			return fmt.Errorf("set help by staff: %w", err)
		}
		return nil
	}
	done := g.On(tx.Model(&ruleRow{})).Where("version = ?", r.Version-1).
		Updates(map[string]any{"allowed": r.Allowed, "set_at": r.SetAt, "version": r.Version})
	if done.Error != nil {
		return fmt.Errorf("set help by staff: %w", done.Error)
	}
	return nil
}

// cut ends whatever goes on in the account, and takes back what was allowed once.
func (a *Assist) cut(tx *db.Tx, g gate.Grant, entry gate.Entry) (gate.Entry, error) {
	err := g.On(tx.Model(&requestRow{})).Where("state = ?", stateAllowed).
		Updates(map[string]any{"state": stateDeclined, "answered_by": g.Who().Person}).Error
	if err != nil {
		return entry, fmt.Errorf("end assistance: %w", err)
	}
	var rows []assistRow
	if err := g.On(tx.DB).Where("ended_at IS NULL AND ends_at > ?", db.At(g.Now())).Find(&rows).Error; err != nil {
		return entry, fmt.Errorf("end assistance: %w", err)
	}
	for _, row := range rows {
		if _, err := end(tx, row.AccountID, row.ID, g.Now(), byClient); err != nil {
			return entry, err
		}
		name, err := a.accounts.NameOf(tx.DB, row.ForID)
		if err != nil {
			return entry, err
		}
		entry = entry.And(g.Entry(activity.AssistCut, activity.Details{
			Target: activity.TargetOf("contact", row.ContactID, name),
		}))
	}
	return entry, nil
}

func inWords(allowed bool) string {
	if allowed {
		return "allowed"
	}
	return "only when asked"
}
