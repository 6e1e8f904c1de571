package web

import (
	"slices"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/money"
	"gatehouse/templates/invoice"
	"gatehouse/templates/ui"
)

// Paper is an invoice as pages show it, whoever reads them. seller is who issued it, in one line.
func Paper(in billing.Invoice, seller string) invoice.Paper {
	p := invoice.Paper{
		Number: in.Number, Issued: in.Issued, Due: in.Due, PO: in.PO, Ref: in.Ref, BilledTo: in.BilledTo.Address(),
		Net: in.Net, Total: in.Total, Left: in.Left, Seller: seller, Paid: some(in.Paid), Credited: some(in.Noted),
	}
	if in.BilledTo.TaxID != "" {
		p.BilledTo = append(p.BilledTo, "VAT "+in.BilledTo.TaxID)
	}
	for _, l := range in.Lines {
		p.Lines = append(p.Lines, invoice.Line{
			Text: l.Text, Detail: l.Detail, From: l.From, To: l.To, Quantity: l.Quantity.String(), Price: l.Price,
			Rate: l.RateText(), Net: l.Net,
		})
	}
	for _, v := range in.VAT {
		p.VAT = append(p.VAT, invoice.VAT{Rate: v.RateText(), On: v.On, Tax: v.Tax})
		if why := v.Why(); why != "" {
			p.Why = append(p.Why, why)
		}
	}
	return p
}

func some(a money.Amount) *money.Amount {
	if a.IsZero() {
		return nil
	}
	return &a
}

// History is what happened to an invoice, newest first.
func History(in billing.Invoice) []ui.Step {
	var steps []ui.Step
	for _, p := range in.Payments {
		step := ui.Step{Text: p.Amount.String() + " received", At: p.Received, Look: ui.DoneWell}
		if p.By != "" {
			step.Text = p.By + " paid " + p.Amount.String()
		}
		if !p.Surplus.IsZero() {
			step.Note = p.Surplus.String() + " of it was kept as credit."
		}
		steps = append(steps, step)
	}
	for _, n := range in.Notes {
		step := ui.Step{
			Text: "Credit note " + n.Number + " over " + n.Total.String(), At: n.Issued, Look: ui.Done, Note: n.Why,
		}
		if !n.Kept.IsZero() {
			step.Note += " " + n.Kept.String() + " had been paid, and was kept as credit."
		}
		steps = append(steps, step)
	}
	for _, m := range in.Moves {
		step := ui.Step{Text: m.Amount.String() + " of credit used", At: m.At, Look: ui.DoneWell}
		if m.Kind == ledger.WriteOff {
			step = ui.Step{Text: m.Amount.String() + " written off", At: m.At, Look: ui.Done, Note: m.Why}
		}
		if m.Kind == ledger.PaymentReturn {
			step = ui.Step{Text: "The bank took " + m.Amount.String() + " back", At: m.At, Look: ui.Done}
		}
		steps = append(steps, step)
	}
	for _, r := range in.Refunds {
		steps = append(steps, refundStep(r))
	}
	slices.SortStableFunc(steps, func(a, b ui.Step) int { return b.At.Compare(a.At) })
	if in.State == billing.StateDraft {
		return steps
	}
	return append(steps, ui.Step{Text: "Issued", At: in.Issued, Look: ui.Done})
}

// refundStep says in plain words where money goes back to, and whether it arrived.
func refundStep(r billing.Refund) ui.Step {
	step := ui.Step{Text: r.Amount.String() + " is on its way back to " + r.To, At: r.Asked, Look: ui.Done, Note: r.Why}
	switch r.State {
	case billing.RefundArrived:
		step.Text, step.Look = r.Amount.String()+" was sent back to "+r.To, ui.DoneWell
		step.Note += ". A bank may take a few days to show it."
	case billing.RefundFailed:
		step.Text = r.Amount.String() + " could not be sent back to " + r.To
		step.Note += ". It is kept as credit."
	case billing.RefundAsked, billing.RefundPending:
	}
	return step
}

// Debit says of a Direct Debit that is announced or under way when its money comes; empty where there is none.
func Debit(r ui.Reader, d *billing.UnderWay) string {
	switch {
	case d == nil:
		return ""
	case !d.Sent || d.Expected.IsZero():
		return d.Amount.String() + " is collected from your bank account on " + r.Date(d.On) + "."
	}
	return d.Amount.String() + " was collected from your bank account, and will arrive about " + r.Date(d.Expected) + "."
}
