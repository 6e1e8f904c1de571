package overview

import (
	"fmt"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// afterDue is how long after its noon the day lasts on which an invoice is due, as billing has it.
const afterDue = 12 * time.Hour

// overdueFrom is such that what is due no later than it is overdue.
func overdueFrom(now time.Time) db.Time { return db.At(now.Add(-afterDue)) }

// Due is what an account has to pay. Where nothing is due, Count is 0 and so is the rest.
type Due struct {
	Count        int          // invoices to be paid, overdue ones included
	Left         money.Amount // of all of them
	OverdueCount int
	Overdue      money.Amount // the part of Left that is overdue
	Oldest       Invoice      // the one that is or was due first; without its total
}

// Invoice is an invoice in short.
type Invoice struct {
	ID     id.Invoice
	Number string
	State  billing.State
	Due    time.Time // noon of the day, UTC
	Total  money.Amount
	Left   money.Amount
}

// payable are the invoices that ask for money.
const payable = "state IN ('due', 'part-paid')"

func duePart(g gate.Grant) part {
	from := overdueFrom(g.Now())
	return part{
		name: "due",
		columns: map[string]string{
			"id": "id", "t1": "series", "t2": "currency", "t3": "state", "n1": "ordinal", "at1": "due_at",
			"n2": "COUNT(*) OVER (PARTITION BY currency)",
			"n3": "SUM(total_minor - paid_minor) OVER (PARTITION BY currency)",
			"n4": "SUM(CASE WHEN due_at <= ? THEN 1 ELSE 0 END) OVER (PARTITION BY currency)",
			"n5": "SUM(CASE WHEN due_at <= ? THEN total_minor - paid_minor ELSE 0 END) OVER (PARTITION BY currency)",
		},
		from: "FROM invoices WHERE account_id = ? AND " + payable + " ORDER BY due_at, id LIMIT 1",
		args: []any{from, from, g.Account()},
	}
}

func (w *opener) due(records []record, now time.Time) Due {
	if len(records) == 0 {
		return Due{}
	}
	r := records[0]
	in := func(n number) money.Amount { return money.New(int64(n), money.Currency(r.t2)) }
	return Due{
		Count: int(r.n2), Left: in(r.n3), OverdueCount: int(r.n4), Overdue: in(r.n5),
		Oldest: Invoice{
			ID: idOf[id.InvoiceKind](w, r.id), Number: invoiceNumber(r), State: invoiceState(r, now), Due: r.at1.Time,
		},
	}
}

func invoicesPart(g gate.Grant, limit int) part {
	return part{
		name: "invoice",
		columns: map[string]string{
			"id": "id", "t1": "series", "t2": "currency", "t3": "state", "n1": "ordinal", "n2": "total_minor",
			"n3": "paid_minor", "at1": "due_at", "at2": "issued_at",
		},
		from: "FROM invoices WHERE account_id = ? AND state <> 'draft' ORDER BY issued_at DESC, id DESC LIMIT ?",
		args: []any{g.Account(), limit},
	}
}

func (w *opener) invoice(r record, now time.Time) Invoice {
	cur := money.Currency(r.t2)
	v := Invoice{
		ID: idOf[id.InvoiceKind](w, r.id), Number: invoiceNumber(r), State: invoiceState(r, now), Due: r.at1.Time,
		Total: money.New(int64(r.n2), cur), Left: money.New(0, cur),
	}
	switch v.State {
	case billing.StateDue, billing.StatePartPaid, billing.StateOverdue:
		v.Left = money.New(int64(r.n2-r.n3), cur)
	case billing.StateDraft, billing.StatePaid, billing.StateWrittenOff, billing.StateCredited:
	}
	return v
}

func invoiceNumber(r record) string { return fmt.Sprintf("%s-%04d", r.t1, r.n1) }

func invoiceState(r record, now time.Time) billing.State {
	state := billing.State(r.t3)
	if (state == billing.StateDue || state == billing.StatePartPaid) && !r.at1.After(overdueFrom(now).Time) {
		return billing.StateOverdue
	}
	return state
}
