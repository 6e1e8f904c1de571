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

const (
	// askedFor is for how long a client can answer, and allowedFor for how long an answer can be used (our own figures).
	askedFor   = 3 * 24 * time.Hour
	allowedFor = 24 * time.Hour
)

// AskedMail says that staff ask an account to let them act for somebody once.
type AskedMail struct {
	Account id.Account `json:"account"`
	Staff   string     `json:"staff"`
	For     string     `json:"for"`
	Why     string     `json:"why"`
	Until   time.Time  `json:"until"`
}

// Request is what staff ask of an account that does not let them act.
type Request struct {
	ID         id.AssistRequest
	Staff, For string
	Code, Why  string
	Asked      time.Time
	Until      time.Time // when it cannot be answered any more, or not be used
	Allowed    bool      // it was, and was not used yet
}

// Position is where staff stand who want to act for a contact.
type Position struct {
	Person  id.Person // who the contact is
	Name    string
	Email   string
	Allowed bool      // the account lets staff act
	Once    time.Time // until when it lets them do so once; zero: not
	Asked   time.Time // until when the client can answer; zero: nothing waits
}

// Position says it, to staff who may act for clients.
func (a *Assist) Position(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership,
) (Position, error) {
	g, err := a.gate.View(ctx, who, verb.ClientsAssist, id.AccountScope(account))
	if err != nil {
		return Position{}, err
	}
	if _, err := a.gate.View(ctx, who, verb.ClientsView, id.AccountScope(account)); err != nil { // which the client reads
		return Position{}, err
	}
	q := a.reader.With(ctx)
	of, err := a.accounts.MemberOf(q, g, contact)
	if err != nil {
		return Position{}, err
	}
	rule, found, err := db.One[ruleRow](g.On(q))
	if err != nil {
		return Position{}, fmt.Errorf("read help by staff: %w", err)
	}
	p := Position{Person: of.Person, Name: of.Name, Email: of.Email, Allowed: !found || rule.Allowed}
	row, found, err := db.One[requestRow](mine(g, q, contact))
	if err != nil {
		return Position{}, fmt.Errorf("read help by staff: %w", err)
	}
	switch {
	case !found:
	case row.State == stateAllowed:
		p.Once = row.ExpiresAt.Time
	default:
		p.Asked = row.ExpiresAt.Time
	}
	return p, nil
}

// mine are the requests of whoever asks, for a contact, that are still of use.
func mine(g gate.Grant, q *gorm.DB, contact id.Membership) *gorm.DB {
	return g.On(q).Where("staff_id = ? AND contact_id = ? AND state IN ? AND expires_at > ?", g.Who().Person, contact,
		[]string{stateWaiting, stateAllowed}, db.At(g.Now()))
}

// Ask asks an account that does not let staff act to allow it once. Its owners are told.
func (a *Assist) Ask(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership, why Reason,
) error {
	why, err := why.checked()
	if err != nil {
		return err
	}
	row := requestRow{
		ID: id.New[id.AssistRequestKind](), AccountID: account, StaffID: who.Person, ContactID: contact, Code: why.Code,
		State: stateWaiting,
	}
	if row.Reason, err = a.box.Seal(why.words(), place(tableRequests, row.ID.Bytes())); err != nil {
		return fmt.Errorf("ask to assist: %w", err)
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		of, err := a.mayActFor(tx, g, contact)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := mayAsk(tx, g, contact); err != nil {
			return gate.Entry{}, err
		}
		row.AskedAt, row.ExpiresAt = db.At(g.Now()), db.At(g.Now().Add(askedFor))
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("ask to assist: %w", err)
		}
		err = a.post.Enqueue(tx, outbox.Message{Kind: MailAsked, Key: row.ID.String(), Payload: AskedMail{
			Account: account, Staff: who.In(id.AccountScope(account)).Name, For: of.Name, Why: why.words(),
			Until: row.ExpiresAt.Time,
		}})
		if err != nil {
			return gate.Entry{}, fmt.Errorf("ask to assist: %w", err)
		}
		return g.Entry(activity.AssistAsked, activity.Details{Target: of.Target(), Changes: why.changes()}), nil
	}
	err = a.gate.Change(ctx, who, verb.ClientsAssist, id.AccountScope(account), work)
	if err == nil {
		a.post.Wake()
	}
	return err
}

// mayAsk says whether there is anything to ask for, and that it was not asked for already.
func mayAsk(tx *db.Tx, g gate.Grant, contact id.Membership) error {
	rule, found, err := db.One[ruleRow](g.On(tx.DB))
	if err != nil {
		return fmt.Errorf("ask to assist: %w", err)
	}
	if !found || rule.Allowed {
		return fault.Conflict("This client lets staff act for them. There is nothing to ask.")
	}
	if _, found, err = db.One[requestRow](mine(g, tx.DB, contact)); err != nil || found {
		return orConflict(err, "You have asked already.")
	}
	return nil
}

func orConflict(err error, message string) error {
	if err != nil {
		return fmt.Errorf("assist: %w", err)
	}
	return fault.Conflict(message)
}

// open are the requests that wait for an answer, or for their use.
func (a *Assist) open(q *gorm.DB, g gate.Grant) ([]Request, error) {
	var rows []struct {
		Row         requestRow `gorm:"embedded"`
		StaffName   secretbox.Sealed
		ContactFor  id.Person
		ContactName secretbox.Sealed
	}
	err := g.On(q.Table(tableRequests)).
		Select("assist_requests.*, w.name AS staff_name, p.id AS contact_for, p.name AS contact_name").
		Joins("JOIN persons w ON w.id = assist_requests.staff_id").
		Joins("JOIN memberships m ON m.id = assist_requests.contact_id AND m.account_id = assist_requests.account_id").
		Joins("JOIN persons p ON p.id = m.person_id").
		Where("assist_requests.state IN ? AND assist_requests.expires_at > ?",
			[]string{stateWaiting, stateAllowed}, db.At(g.Now())).
		Order("assist_requests.asked_at").Limit(mostShown).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read requests of staff: %w", err)
	}
	list := make([]Request, 0, len(rows))
	for _, r := range rows {
		one := Request{
			ID: r.Row.ID, Code: r.Row.Code, Asked: r.Row.AskedAt.Time, Until: r.Row.ExpiresAt.Time,
			Allowed: r.Row.State == stateAllowed,
		}
		name, err := a.people.OpenName(r.Row.StaffID, r.StaffName)
		if err != nil {
			return nil, err
		}
		one.Staff = a.accounts.StaffName(r.Row.StaffID, name)
		if one.For, err = a.people.OpenName(r.ContactFor, r.ContactName); err != nil {
			return nil, err
		}
		if one.Why, err = a.box.Open(r.Row.Reason, place(tableRequests, r.Row.ID.Bytes())); err != nil {
			return nil, fmt.Errorf("read requests of staff: %w", err)
		}
		list = append(list, one)
	}
	return list, nil
}

// Answer allows once what staff asked for, or declines it.
func (a *Assist) Answer(
	ctx context.Context, who actor.Actor, account id.Account, which id.AssistRequest, allow bool,
) error {
	state, action, lasts := stateDeclined, activity.AssistDeclined, time.Duration(0)
	if allow {
		state, action, lasts = stateAllowed, activity.AssistAllowed, allowedFor
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := db.One[requestRow](g.On(tx.DB).Where("id = ?", which))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("answer staff: %w", err)
		}
		if !found {
			return gate.Entry{}, fault.NotFound("answer staff")
		}
		set := map[string]any{"state": state, "answered_by": g.Who().Person}
		if lasts > 0 {
			set["expires_at"] = db.At(g.Now().Add(lasts))
		}
		done := g.On(tx.Model(&requestRow{})).
			Where("id = ? AND state = ? AND expires_at > ?", which, stateWaiting, db.At(g.Now())).Updates(set)
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("answer staff: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, fault.Conflict("This was answered already, or came too late.")
		}
		of, err := a.accounts.MemberOf(tx.DB, g, row.ContactID)
		if err != nil {
			return gate.Entry{}, err
		}
		staff, err := a.accounts.NameOf(tx.DB, row.StaffID)
		if err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(action, activity.Details{
			Target: of.Target(), Changes: []activity.Change{{Field: "asked by", New: a.accounts.StaffName(row.StaffID, staff)}},
		}), nil
	}
	return a.gate.Change(ctx, who, verb.SecurityManage, id.AccountScope(account), work)
}
