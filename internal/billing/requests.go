package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// How a request stands.
const (
	requestOpen     = "open"
	requestApproved = "approved"
	requestDeclined = "declined"
)

// mostRequests is how many open requests are listed; the oldest come first.
const mostRequests = 200

// Request is a move that waits for a second person, or did.
type Request struct {
	ID       id.MoneyRequest
	Account  id.Account
	Kind     ledger.Kind
	Invoice  id.Invoice
	Number   string // of the invoice
	Amount   money.Amount
	Why      string
	Method   string     // to where money goes: "Visa ending 4242"
	Payment  id.Payment // that goes back; zero: none
	AskedBy  string
	Asker    id.Person
	Asked    time.Time
	Open     bool
	Approved bool
}

// content is what a request keeps sealed.
type content struct {
	Move  Move   `json:"move"`
	Asker string `json:"asker"`
}

// ask writes down what a second person has to approve.
func (b *Billing) ask(tx *db.Tx, g gate.Grant, w *weighed) (gate.Entry, error) {
	row := requestRow{
		ID: w.Key, AccountID: g.Account(), Kind: w.Kind, InvoiceID: w.Invoice, AmountMinor: w.amount.Minor(),
		Currency: w.amount.Currency(), State: requestOpen, AskedBy: g.Who().Person, AskedAt: db.At(g.Now()),
	}
	text, err := json.Marshal(content{Move: w.Move, Asker: g.Who().Name})
	if err != nil {
		return gate.Entry{}, fmt.Errorf("ask for a second person: %w", err)
	}
	if row.Content, err = b.seal(tableRequests, "content", row.ID.Bytes(), string(text)); err != nil {
		return gate.Entry{}, err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		if db.IsDuplicate(err) {
			return gate.Entry{}, fault.NotFound("ask for a second person") // the key is the id of somebody else's
		}
		return gate.Entry{}, fmt.Errorf("ask for a second person: %w", err)
	}
	return g.Entry(activity.MoneyAsked, activity.Details{
		Target: w.about(g), Changes: []activity.Change{
			{Field: "what", New: InWords(w.Kind)}, {Field: "amount", New: w.amount.String()}, {Field: "why", New: w.Detail},
		},
	}), nil
}

func (w *weighed) about(g gate.Grant) activity.Target {
	if w.Kind == ledger.Refund {
		return activity.TargetOf("account", g.Account(), "")
	}
	return w.invoice.target()
}

// InWords is what a move is, as people say it.
func InWords(k ledger.Kind) string {
	switch k {
	case ledger.Payment:
		return "a payment recorded by hand"
	case ledger.CreditNote:
		return "a credit note"
	case ledger.WriteOff:
		return "a write-off"
	case ledger.Refund:
		return "a refund"
	case ledger.Invoice, ledger.CreditUsed, ledger.PaymentReturn:
	}
	return string(k)
}

// Decide approves a request or declines it. Whoever asked cannot approve it (A10): the amount is reckoned anew from the
// rows as they are now, and a move that no longer comes to what was asked for is not made.
func (b *Billing) Decide(
	ctx context.Context, who actor.Actor, account id.Account, request id.MoneyRequest, approve bool,
) (Moved, error) {
	r, err := b.Request(ctx, who, account, request)
	if err != nil {
		return Moved{}, err
	}
	v, _ := needs(r.Kind) // only such are asked for
	var out Moved
	err = b.gate.Change(ctx, who, v, id.AccountScope(account), func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		e, moved, err := b.decide(tx, g, request, approve)
		out = moved
		return e, err
	})
	if err != nil {
		return Moved{}, err
	}
	b.outbox.Wake()
	return out, nil
}

func (b *Billing) decide(tx *db.Tx, g gate.Grant, request id.MoneyRequest, approve bool) (gate.Entry, Moved, error) {
	row, found, err := db.One[requestRow](g.On(tx.DB).Where("id = ?", request))
	if err != nil {
		return gate.Entry{}, Moved{}, fmt.Errorf("decide about money: %w", err)
	}
	if !found {
		return gate.Entry{}, Moved{}, fault.NotFound("decide about money")
	}
	if approve && row.AskedBy == g.Who().Person {
		return gate.Entry{}, Moved{}, fault.Conflict("You asked for this yourself. Somebody else has to approve it.")
	}
	state := requestDeclined
	if approve {
		state = requestApproved
	}
	moved := g.On(tx.Model(&requestRow{})).Where("id = ? AND state = ?", row.ID, requestOpen).
		Updates(map[string]any{"state": state, "decided_by": g.Who().Person, "decided_at": db.At(g.Now())})
	if moved.Error != nil {
		return gate.Entry{}, Moved{}, fmt.Errorf("decide about money: %w", moved.Error)
	}
	if moved.RowsAffected != 1 {
		return gate.Entry{}, Moved{}, fault.Conflict("Somebody decided about this already.")
	}
	c, err := b.openRequest(&row)
	if err != nil {
		return gate.Entry{}, Moved{}, err
	}
	asked := money.New(row.AmountMinor, row.Currency)
	if !approve {
		return b.declined(g, &row, c), Moved{Amount: asked}, nil
	}
	w, err := b.weigh(tx, g, c.Move)
	if err != nil {
		return gate.Entry{}, Moved{}, err
	}
	if w.amount != asked {
		return gate.Entry{}, Moved{}, fault.Conflict("This would come to " + w.amount.String() + " now, and " +
			asked.String() + " was asked for. Decline it, and ask anew.")
	}
	e, number, err := b.carry(tx, g, w)
	if err != nil {
		return gate.Entry{}, Moved{}, err
	}
	return e.And(g.Entry(activity.MoneyApproved, activity.Details{
		Target: w.about(g), Changes: decision(&row, c),
	})), Moved{Number: number, Amount: asked}, nil
}

func (b *Billing) declined(g gate.Grant, row *requestRow, c content) gate.Entry {
	target := activity.TargetOf("account", g.Account(), "")
	if !row.InvoiceID.IsZero() {
		target = activity.TargetOf("invoice", row.InvoiceID, "")
	}
	return g.Entry(activity.MoneyDeclined, activity.Details{Target: target, Changes: decision(row, c)})
}

func decision(row *requestRow, c content) []activity.Change {
	return []activity.Change{
		{Field: "what", New: InWords(row.Kind)},
		{Field: "amount", New: money.New(row.AmountMinor, row.Currency).String()},
		{Field: "asked by", New: c.Asker},
	}
}

func (b *Billing) openRequest(row *requestRow) (content, error) {
	text, err := b.open(tableRequests, "content", row.ID.Bytes(), row.Content)
	if err != nil {
		return content{}, err
	}
	var c content
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return content{}, fmt.Errorf("read a request: %w", err)
	}
	return c, nil
}

// Request reads one request for the provider's people.
func (b *Billing) Request(
	ctx context.Context, who actor.Actor, account id.Account, request id.MoneyRequest,
) (Request, error) {
	g, err := b.gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return Request{}, err
	}
	list, err := b.requests(g.On(b.reader.With(ctx)).Where("money_requests.id = ?", request))
	if err != nil {
		return Request{}, err
	}
	if len(list) == 0 {
		return Request{}, fault.NotFound("read a request")
	}
	r := list[0]
	if r.Open && !r.Payment.IsZero() {
		r.Method, err = b.backTo(ctx, g, r.Payment)
	}
	return r, err
}

// backTo is where a payment would go back to, in words: whoever approves it reads the same as whoever asked.
func (b *Billing) backTo(ctx context.Context, g gate.Grant, payment id.Payment) (string, error) {
	pay, found, err := db.One[paymentRow](g.On(b.reader.With(ctx)).Where("id = ?", payment))
	if err != nil || !found {
		return TheWayItWasPaid, err
	}
	ctx, cancel := context.WithTimeout(ctx, destinationTime)
	defer cancel()
	return b.destination(ctx, &pay), nil
}

// Requests are those that wait for a second person, over all clients, the oldest first.
func (b *Billing) Requests(ctx context.Context, who actor.Actor) ([]Request, error) {
	g, err := b.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	return b.requests(g.On(b.reader.With(ctx)).Where("money_requests.state = ?", requestOpen).
		Order("money_requests.asked_at, money_requests.id").Limit(mostRequests))
}

// RequestsAbout are those about one invoice that wait.
func (b *Billing) RequestsAbout(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) ([]Request, error) {
	g, err := b.gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return b.requests(g.On(b.reader.With(ctx)).
		Where("money_requests.invoice_id = ? AND money_requests.state = ?", invoice, requestOpen).
		Order("money_requests.asked_at, money_requests.id").Limit(mostRequests))
}

func (b *Billing) requests(q *gorm.DB) ([]Request, error) {
	var rows []struct {
		Of      requestRow `gorm:"embedded"`
		Series  string
		Ordinal int64
	}
	err := q.Table(tableRequests).Select("money_requests.*, i.series, i.ordinal").
		Joins("LEFT JOIN invoices i ON i.id = money_requests.invoice_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	out := make([]Request, 0, len(rows))
	for i := range rows {
		row := &rows[i].Of
		c, err := b.openRequest(row)
		if err != nil {
			return nil, err
		}
		r := Request{
			ID: row.ID, Account: row.AccountID, Kind: row.Kind, Invoice: row.InvoiceID,
			Amount: money.New(row.AmountMinor, row.Currency), Why: c.Move.Detail, Method: c.Move.Method,
			Payment: c.Move.Payment, AskedBy: c.Asker, Asker: row.AskedBy, Asked: row.AskedAt.Time,
			Open:     row.State == requestOpen,
			Approved: row.State == requestApproved,
		}
		if !row.InvoiceID.IsZero() {
			r.Number = number(rows[i].Series, rows[i].Ordinal)
		}
		out = append(out, r)
	}
	return out, nil
}
