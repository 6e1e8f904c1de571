package ownership

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// MailDecision is the kind of outbox message that carries a DecisionMail.
const MailDecision = "mail.account_request"

// DecisionMail says what the provider decided about a request. The account's owners are told.
type DecisionMail struct {
	Account  id.Account
	Approved bool
	What     string // "name of the account"
	New      string
	Answer   string // of the staff; may be empty where they approved
}

// Request is a change that an owner asked for.
type Request struct {
	ID      id.Change
	Account id.Account
	Name    string // of the account now
	Kind    Kind
	What    string // in words
	Now     string // what there is now
	Wanted  string
	Reason  string
	Asker   Party
	Since   time.Time
	State   string
	Answer  string
	Settled time.Time
}

// Open says whether nobody has decided yet.
func (r Request) Open() bool { return r.State == stateOpen }

// Requests are the newest requests of an account, for those who may edit it.
func (o *Ownership) Requests(ctx context.Context, who actor.Actor, account id.Account) ([]Request, error) {
	g, err := o.gate.View(ctx, who, verb.AccountEdit, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	const few = 10
	var rows []changeRow
	if err := g.On(o.reader.With(ctx)).Order("id DESC").Limit(few).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return o.requests(ctx, who, verb.AccountEdit, rows)
}

func (o *Ownership) requests(ctx context.Context, who actor.Actor, v verb.Verb, rows []changeRow) ([]Request, error) {
	list := make([]Request, 0, len(rows))
	for _, row := range rows {
		g, err := o.gate.View(ctx, who, v, id.AccountScope(row.AccountID))
		if err != nil {
			return nil, err
		}
		r, err := o.request(o.reader.With(ctx), g, row)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// ForStaff reads one request.
func (o *Ownership) ForStaff(ctx context.Context, who actor.Actor, change id.Change) (Request, error) {
	row, err := o.forStaff(ctx, who, change)
	if err != nil {
		return Request{}, err
	}
	g, err := o.gate.View(ctx, who, verb.ClientsManage, id.AccountScope(row.AccountID))
	if err != nil {
		return Request{}, err
	}
	return o.request(o.reader.With(ctx), g, row)
}

func (o *Ownership) forStaff(ctx context.Context, who actor.Actor, change id.Change) (changeRow, error) {
	g, err := o.gate.View(ctx, who, verb.ClientsManage, id.ProviderScope())
	if err != nil {
		return changeRow{}, err
	}
	row, found, err := db.One[changeRow](g.On(o.reader.With(ctx)).Where("id = ?", change))
	if err != nil {
		return changeRow{}, fmt.Errorf("read request: %w", err)
	}
	if !found {
		return changeRow{}, fault.NotFound("read request")
	}
	return row, nil
}

// request opens a row.
func (o *Ownership) request(q *gorm.DB, g gate.Grant, row changeRow) (Request, error) {
	r := Request{
		ID: row.ID, Account: row.AccountID, Kind: row.Kind, What: row.Kind.inWords(), State: row.State,
		Asker: Party{Person: row.AskedBy}, Since: row.CreatedAt.Time, Settled: row.SettledAt.Time,
	}
	of, err := o.accounts.ByGrant(q, g)
	if err != nil {
		return Request{}, err
	}
	r.Name = of.Name
	if r.Reason, err = o.box.Open(row.Reason, place(row.ID, "reason")); err != nil {
		return Request{}, fmt.Errorf("read request: %w", err)
	}
	if r.Answer, err = o.box.Open(row.Answer, place(row.ID, "answer")); err != nil {
		return Request{}, fmt.Errorf("read request: %w", err)
	}
	if r.Asker.Name, err = o.accounts.NameOf(q, row.AskedBy); err != nil {
		return Request{}, err
	}
	if row.Kind == LegalName {
		r.Now = of.Name
		r.Wanted, err = o.box.Open(row.Wanted, place(row.ID, "wanted"))
		return r, err
	}
	now, err := o.accounts.Primary(q, g)
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return Request{}, err
	}
	r.Now = now.Name
	wanted, err := o.accounts.MemberOf(q, g, row.ContactID)
	if fault.KindOf(err) == fault.KindNotFound {
		r.Wanted, err = "somebody who is no contact any more", nil
		return r, err
	}
	r.Wanted = wanted.Name
	return r, err
}

// Verdict is what staff decide about a request.
type Verdict struct {
	Approve bool
	Answer  string // why; an approval may leave it out
}

// Decide approves a request, which does what was asked for, or declines it. Nobody decides about their own.
func (o *Ownership) Decide(ctx context.Context, who actor.Actor, change id.Change, v Verdict) error {
	missing := ""
	if !v.Approve {
		missing = "Say why, so that the owner knows what to do."
	}
	var err error
	if v.Answer, err = accounts.ParseText("answer", v.Answer, missing, longestReason); err != nil {
		return err
	}
	row, err := o.forStaff(ctx, who, change)
	if err != nil {
		return err
	}
	scope := id.AccountScope(row.AccountID)
	return o.woken(o.gate.Change(ctx, who, verb.ClientsManage, scope, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if row.AskedBy == g.Who().Person {
			return gate.Entry{}, fault.Conflict("You asked for this yourself. Somebody else decides.")
		}
		return o.decide(tx, g, row, v)
	}))
}

func (o *Ownership) decide(tx *db.Tx, g gate.Grant, row changeRow, v Verdict) (gate.Entry, error) {
	r, err := o.request(tx.DB, g, row)
	if err != nil {
		return gate.Entry{}, err
	}
	set := map[string]any{"state": stateDeclined, "decided_by": g.Who().Person}
	action := activity.ChangeDeclined
	if v.Approve {
		set["state"], action = stateApproved, activity.ChangeApproved
	}
	if v.Answer != "" {
		if set["answer"], err = o.box.Seal(v.Answer, place(row.ID, "answer")); err != nil {
			return gate.Entry{}, fmt.Errorf("decide about a change: %w", err)
		}
	}
	if err := decided(tx, g, row.ID, set); err != nil {
		return gate.Entry{}, err
	}
	if v.Approve {
		if err := o.carryOut(tx, g, row, r); err != nil {
			return gate.Entry{}, err
		}
	}
	err = o.post.Enqueue(tx, outbox.Message{Kind: MailDecision, Key: row.ID.String(), Payload: DecisionMail{
		Account: row.AccountID, Approved: v.Approve, What: r.What, New: r.Wanted, Answer: v.Answer,
	}})
	if err != nil {
		return gate.Entry{}, fmt.Errorf("decide about a change: %w", err)
	}
	return g.Entry(action, row.Kind.details(row.ID, r.Now, r.Wanted, v.Answer)), nil
}

// carryOut does what was asked for.
func (o *Ownership) carryOut(tx *db.Tx, g gate.Grant, row changeRow, r Request) error {
	if row.Kind == LegalName {
		_, err := o.accounts.Rename(tx, g, r.Wanted)
		return err
	}
	to, err := o.accounts.MemberOf(tx.DB, g, row.ContactID)
	if fault.KindOf(err) == fault.KindNotFound || err == nil && !to.Active {
		return fault.Conflict("This contact has no access to the account any more. Decline, and say so.")
	}
	if err != nil {
		return err
	}
	return o.accounts.SetPrimary(tx, g, to.Contact)
}
