package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
)

// State is how an invoice stands.
type State string

// The states. Overdue is never kept: it follows from the day when the invoice is due.
const (
	StateDraft      State = "draft"
	StateDue        State = "due"
	StatePartPaid   State = "part-paid"
	StatePaid       State = "paid"
	StateOverdue    State = "overdue"
	StateWrittenOff State = "written-off"
	StateCredited   State = "credited"
)

// payable says whether money is still asked for.
func (s State) payable() bool { return s == StateDue || s == StatePartPaid || s == StateOverdue }

// dueNoon is the time that stands for a day: its noon, UTC, which is the same day nearly everywhere.
func dueNoon(day time.Time) time.Time {
	return day.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
}

// afterDue is how long after its noon the due day lasts.
const afterDue = 12 * time.Hour

// stateAt is the state as people see it at a time.
func (r *invoiceRow) stateAt(now time.Time) State {
	if r.State.payable() && !now.Before(r.DueAt.Add(afterDue)) {
		return StateOverdue
	}
	return r.State
}

// Summary is an invoice in a list.
type Summary struct {
	ID     id.Invoice
	Number string // "2026-0431"
	About  string // "Hosting, December 2026"
	State  State
	Issued time.Time
	Due    time.Time // noon of the day, UTC
	Total  money.Amount
	Paid   money.Amount
	Left   money.Amount // what is still to pay; nothing where it was written off or credited
}

// Invoice is an invoice with all that is on it.
type Invoice struct {
	Summary
	Version  int64 // changes with whatever changes on it
	PO       string
	Ref      string // what the client wants to find it by
	BilledTo Party
	Net      money.Amount
	VAT      []VAT // by rate, highest first
	Lines    []Line
	Payments []Payment // newest first
	Notes    []Note    // credit notes, newest first
	Moves    []Adjusted
	Credited money.Amount // by credit notes
	Noted    money.Amount // the part of Credited that took away what was still to be paid
	Edition  int          // how often its references were changed since it was issued
	Refunds  []Refund     // of its payments, through a gateway, newest first
	Debit    *UnderWay    // nil: no Direct Debit is announced or under way
}

// Line is one thing charged.
type Line struct {
	ID        id.Line   // zero: it gets one when it is written
	Treatment Treatment // why it has its rate; empty: as the rate has it
	Text      string
	Detail    string // "northwind.example"
	Service   id.Service
	From, To  time.Time       // the period, where there is one
	Quantity  decimal.Decimal // up to three decimals
	Price     money.Amount    // of one, without VAT
	Rate      int             // of VAT in hundredths of a per cent: 2000 is 20%
	Net       money.Amount    // computed: quantity × price, halves up
	// Uncredited is the part of Net that no credit note has taken back; it is there once the line is read.
	Uncredited money.Amount
}

// RateText writes the rate as people read it: "20%", "17.5%".
func (l Line) RateText() string { return rateText(l.Rate) }

func (l Line) rate() Rate { return Rate{l.Treatment, l.Rate} }

func (r *lineRow) rate() Rate { return Rate{r.Treatment, r.RateBp} }

// Payment is money that came in for an invoice.
type Payment struct {
	ID       id.Payment
	Gateway  string
	By       string // name of the one who paid, where it is known
	Detail   string // what whoever recorded it wrote about it
	Amount   money.Amount
	Surplus  money.Amount // the part of it that became credit
	Received time.Time
}

// Party is who was billed, as they were when the invoice was issued.
type Party struct {
	Name     string `json:"name"`
	Line1    string `json:"line1,omitempty"`
	Line2    string `json:"line2,omitempty"`
	City     string `json:"city,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	Country  string `json:"country,omitempty"` // ISO 3166-1, two letters
	TaxID    string `json:"tax_id,omitempty"`
}

func partyOf(a accounts.Account) Party {
	return Party{
		Name: a.Name, Line1: a.Address.Line1, Line2: a.Address.Line2, City: a.Address.City,
		Postcode: a.Address.Postcode, Country: a.Address.Country, TaxID: a.TaxID,
	}
}

// Address is the party as it stands on an envelope: the name, then the lines of the address that there are.
func (p Party) Address() []string {
	lines := []string{p.Name}
	town := p.City
	if town != "" && p.Postcode != "" {
		town += " "
	}
	for _, line := range []string{p.Line1, p.Line2, town + p.Postcode, accounts.CountryName(p.Country)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Invoice reads one invoice for a person of the account, in two statements.
func (b *Billing) Invoice(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) (Invoice, error) {
	return b.invoice(ctx, who, verb.InvoicesView, account, invoice)
}

// ClientInvoice is Invoice for the provider's staff.
func (b *Billing) ClientInvoice(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) (Invoice, error) {
	return b.invoice(ctx, who, verb.BillingView, account, invoice)
}

// PayersInvoice is Invoice for whoever may pay it, and perhaps see no other.
func (b *Billing) PayersInvoice(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) (Invoice, error) {
	return b.invoice(ctx, who, verb.InvoicesPay, account, invoice)
}

func (b *Billing) invoice(
	ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, invoice id.Invoice,
) (Invoice, error) {
	g, err := b.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return Invoice{}, err
	}
	rows, err := b.invoiceWithLines(ctx, g, invoice)
	if err != nil {
		return Invoice{}, err
	}
	if len(rows) == 0 || rows[0].Of.State == StateDraft && v != verb.BillingView {
		return Invoice{}, fault.NotFound("read invoice")
	}
	return b.assemble(ctx, g, rows)
}

// pairedRow is an invoice with one of its lines.
type pairedRow struct {
	Of   invoiceRow `gorm:"embedded"`
	Line lineRow    `gorm:"embedded;embeddedPrefix:l_"`
	Open int64      // the part of the line that is not credited
}

func (b *Billing) invoiceWithLines(ctx context.Context, g gate.Grant, invoice id.Invoice) ([]pairedRow, error) {
	var rows []pairedRow
	err := g.On(b.reader.With(ctx).Table(tableInvoices)).
		Select("invoices.*, l.id AS l_id, l.text AS l_text, l.detail AS l_detail, l.service_id AS l_service_id, "+
			"l.from_at AS l_from_at, l.to_at AS l_to_at, l.quantity_milli AS l_quantity_milli, "+
			"l.unit_minor AS l_unit_minor, l.rate_bp AS l_rate_bp, l.treatment AS l_treatment, l.net_minor AS l_net_minor, "+
			"l.net_minor - COALESCE((SELECT SUM(c.net_minor) FROM credit_note_lines c WHERE c.line_id = l.id "+
			"AND c.account_id = l.account_id), 0) AS open").
		Joins("JOIN invoice_lines l ON l.invoice_id = invoices.id AND l.account_id = invoices.account_id").
		Where("invoices.id = ?", invoice).Order("l.position").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read invoice: %w", err)
	}
	return rows, nil
}

func (b *Billing) assemble(ctx context.Context, g gate.Grant, rows []pairedRow) (Invoice, error) {
	row := &rows[0].Of
	summary, err := b.summary(row, g.Now())
	if err != nil {
		return Invoice{}, err
	}
	out := Invoice{
		Summary: summary, Version: row.Version, Net: row.money(row.NetMinor), Credited: row.money(row.CreditedMinor),
		Noted: row.money(row.NotedMinor), Edition: row.Edition,
	}
	refs, err := b.references(row)
	if err != nil {
		return Invoice{}, err
	}
	out.PO, out.Ref = refs.PO, refs.Ref
	party, err := b.open(tableInvoices, "billed_to", row.ID.Bytes(), row.BilledTo)
	if err != nil {
		return Invoice{}, err
	}
	if err := json.Unmarshal([]byte(party), &out.BilledTo); err != nil {
		return Invoice{}, fmt.Errorf("read invoice: whom it is for: %w", err)
	}
	for i := range rows {
		line, err := b.line(&rows[i].Line, row)
		if err != nil {
			return Invoice{}, err
		}
		line.Uncredited = row.money(rows[i].Open)
		out.Lines = append(out.Lines, line)
	}
	totals, err := total(out.Lines, row.Currency, row.Rounding)
	if err != nil {
		return Invoice{}, err
	}
	out.VAT = totals.rates
	if out.Left.Minor() > 0 {
		if out.Debit, err = b.underWay(ctx, g, row.ID, row.Currency); err != nil {
			return Invoice{}, err
		}
	}
	return out, b.happened(ctx, g, &out)
}

func (b *Billing) summary(row *invoiceRow, now time.Time) (Summary, error) {
	about, err := b.open(tableInvoices, "about", row.ID.Bytes(), row.About)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{
		ID: row.ID, Number: row.shown(), About: about, State: row.stateAt(now), Issued: row.IssuedAt.Time,
		Due: row.DueAt.Time, Total: row.money(row.TotalMinor), Paid: row.paid(), Left: row.money(0),
	}
	if row.State.payable() {
		s.Left = row.money(row.left())
	}
	return s, nil
}
