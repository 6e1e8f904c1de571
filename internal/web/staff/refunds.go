package staff

import (
	"strings"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// backTo begins the choice of a payment that goes back to where it came from; the payment's id follows.
const backTo = "payment:"

// suggest is the amount and the way that the form of a refund begins with: back to where the newest payment came from.
func (m moving) suggest() (amount, way string) {
	if len(m.ways) == 0 {
		return m.credit.Plain(), billing.ByTransfer
	}
	most := m.credit
	if first := m.ways[0]; first.Most.Currency() == most.Currency() && first.Most.Cmp(most) < 0 {
		most = first.Most
	}
	return most.Plain(), backTo + m.ways[0].Payment.String()
}

// goesBack takes the choice of a payment for what it is.
func (moving) goesBack(v *billing.Move) {
	text, ok := strings.CutPrefix(v.Method, backTo)
	if !ok {
		return
	}
	if payment, err := id.Parse[id.PaymentKind](text); err == nil {
		v.Payment, v.Method = payment, ""
	}
}

// refundPage says to where credit can go back and by how much, and how earlier refunds stand.
func (a *area) refundPage(c *web.Context, p *staff.MovePage, m moving, f moveForm) {
	for _, w := range m.ways {
		most := w.Most
		if most.Currency() == m.credit.Currency() && m.credit.Cmp(most) < 0 {
			most = m.credit
		}
		value := backTo + w.Payment.String()
		p.Methods = append(p.Methods, ui.Choice{Value: value, Chosen: value == f.Method, Label: "To " + w.To + ": at most " +
			most.String() + ", paid for " + w.Number + " on " + c.Reader().Date(w.Received)})
	}
	p.Button, p.DetailName = "Pay it back", "Reason or reference"
	p.DetailHelp = "The client reads it on the invoice. By hand: the bank’s reference."
	p.Lead = m.client + " has " + m.credit.String() + " of credit."
	if len(m.ways) > 0 {
		p.Lead += " The payment provider sends it back to where it came from. Any other way, send it yourself and write " +
			"it down here."
	} else {
		p.Lead += " Send the money, then write it down here."
	}
	p.Done = m.credit.Minor() <= 0
	for _, r := range m.before {
		p.Refunds = append(p.Refunds, staff.RefundRow{
			Amount: r.Amount, To: ui.Capital(r.To) + ", for " + r.Number, Asked: r.Asked, State: refundState(r.State),
			Note: refundNote(r, m.credit),
		})
	}
}

// refundState is how a refund stands, as people read it.
func refundState(s billing.RefundState) ui.State {
	switch s {
	case billing.RefundAsked:
		return ui.State{Tone: ui.Info, Icon: "hourglass", Word: "Asked for"}
	case billing.RefundPending:
		return ui.State{Tone: ui.Info, Icon: "hourglass", Word: "Under way"}
	case billing.RefundFailed:
		return ui.State{Tone: ui.Bad, Icon: "x", Word: "Failed"}
	case billing.RefundArrived:
	}
	return ui.State{Tone: ui.OK, Icon: "check", Word: "Arrived"}
}

// refundNote says what a refund waits for, or what to do about one that failed.
func refundNote(r billing.Refund, credit money.Amount) string {
	switch r.State {
	case billing.RefundAsked:
		return "The payment provider has not answered yet. It is asked again by itself."
	case billing.RefundPending:
		return "The payment provider has it; the bank takes a few days."
	case billing.RefundFailed:
		text := "The money became credit again."
		if r.Reason != "" {
			text = "The payment provider says: " + strings.ReplaceAll(r.Reason, "_", " ") + ". " + text
		}
		if credit.Minor() > 0 {
			text += " Ask once more, pay it back by bank transfer, or leave it as credit."
		}
		return text
	case billing.RefundArrived:
	}
	return ""
}
