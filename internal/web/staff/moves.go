package staff

import (
	"strconv"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// mostParts is how many lines of an invoice a credit note can be told apart for; an invoice has no more.
const mostParts = 100

type moveForm struct {
	Key    string              `form:"key" max:"40"`
	Amount string              `form:"amount" max:"40"`
	Method string              `form:"method" max:"40"`
	Payer  string              `form:"payer" max:"500"`
	Day    string              `form:"day" max:"20"`
	Detail string              `form:"detail" max:"500"`
	Parts  [mostParts]partForm `form:"part"`
}

type partForm struct {
	Net string `form:"net" max:"40"`
}

func (a *area) moveRoutes(w *web.Web) {
	for _, m := range []struct {
		path string
		kind ledger.Kind
		v    verb.Verb
	}{
		{invoicePath + "/payment", ledger.Payment, verb.BillingRecordPayment},
		{invoicePath + "/credit-note", ledger.CreditNote, verb.BillingManage},
		{invoicePath + "/write-off", ledger.WriteOff, verb.BillingManage},
		{clientPath + "/refund", ledger.Refund, verb.BillingRefund},
	} {
		w.Page(m.path, m.v, func(c *web.Context) error { return a.askMove(c, m.kind) })
		w.Action(m.path, m.v, func(c *web.Context) error { return a.move(c, m.kind) })
	}
	w.Page("/staff/approvals", verb.BillingView, a.approvals)
	w.Page(clientPath+"/approvals/:request", verb.BillingView, a.approval)
	w.Action(clientPath+"/approvals/:request", verb.BillingManage, a.decideMove)
}

// moving is a form and what it is about.
type moving struct {
	kind   ledger.Kind
	in     billing.Invoice // zero for a refund
	client string
	credit money.Amount
	ways   []billing.Refundable // of a refund: to where earlier payments came from
	before []billing.Refund     // the newest first
	back   string
}

func (a *area) moving(c *web.Context, kind ledger.Kind) (moving, error) {
	m := moving{kind: kind, back: base(c) + "/invoices"}
	if kind != ledger.Refund {
		in, of, err := a.clientInvoice(c)
		m.in, m.client, m.back = in, of.Name, m.back+"/"+in.ID.String()
		return m, err
	}
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return m, err
	}
	m.client = of.Name
	m.credit, err = a.Billing.ClientCredit(c.Ctx(), c.Who, c.Account())
	if m.credit.Currency() == "" {
		m.credit = money.New(0, of.Currency)
	}
	if err != nil {
		return m, err
	}
	if m.before, err = a.Billing.ClientRefunds(c.Ctx(), c.Who, c.Account()); err != nil {
		return m, err
	}
	if m.credit.Minor() > 0 {
		m.ways, err = a.Billing.Refundable(c.Ctx(), c.Who, c.Account())
	}
	return m, err
}

func (m moving) currency() money.Currency {
	if m.kind == ledger.Refund {
		return m.credit.Currency()
	}
	return m.in.Total.Currency()
}

// none says why there is nothing to move; empty where there is something.
func (m moving) none() string {
	switch {
	case m.in.State == billing.StateDraft:
		return "This invoice is not issued yet."
	case m.kind == ledger.Refund && m.credit.Minor() <= 0 && len(m.before) == 0:
		return "There is no credit to pay back."
	case m.kind == ledger.CreditNote && (m.in.State == billing.StateCredited || m.in.State == billing.StateWrittenOff):
		return "There is nothing left to credit on this invoice."
	case m.kind == ledger.WriteOff && m.in.Left.IsZero():
		return "There is nothing left to pay on this invoice."
	}
	return ""
}

func (a *area) askMove(c *web.Context, kind ledger.Kind) error {
	m, err := a.moving(c, kind)
	if err != nil {
		return err
	}
	if why := m.none(); why != "" {
		c.Flash(ui.Info, why)
		return c.Redirect(m.back)
	}
	f := moveForm{
		Key: id.New[id.MoneyRequestKind]().String(), Day: c.Now().In(a.Zone).Format(time.DateOnly),
		Method: billing.ByTransfer,
	}
	if kind == ledger.Payment {
		f.Amount = m.in.Left.Plain()
	}
	if kind == ledger.Refund {
		f.Amount, f.Method = m.suggest()
	}
	for i, l := range m.in.Lines {
		f.Parts[i].Net = l.Uncredited.Plain()
	}
	return c.Page(staff.Move(a.movePage(c, m, f)))
}

func (a *area) movePage(c *web.Context, m moving, f moveForm) staff.MovePage {
	p := staff.MovePage{
		Parents: []ui.Link{
			{Text: "Clients", URL: clientsPath},
			{Text: m.client, URL: base(c)},
			{Text: "Invoices", URL: base(c) + "/invoices"},
		},
		Action: c.Request().URL.Path, BackURL: m.back, Key: f.Key, Symbol: m.currency().Symbol(),
		Limit: a.Billing.Limit(m.currency()).String(), Look: "btn-primary", Amount: f.Amount, Payer: f.Payer, Day: f.Day,
		Detail: f.Detail,
	}
	if m.kind == ledger.Refund {
		a.refundPage(c, &p, m, f)
	}
	for _, method := range billing.Methods() {
		p.Methods = append(p.Methods, ui.Choice{Value: method, Label: ui.Capital(method), Chosen: method == f.Method})
	}
	if m.kind != ledger.Refund {
		p.Parents = append(p.Parents, ui.Link{Text: m.in.Number, URL: m.back})
	}
	switch m.kind { //nolint:exhaustive // nothing else is moved by hand
	case ledger.Payment:
		p.Title, p.Lead = "Record a payment", m.in.Left.String()+" is left to pay. What comes on top is kept as credit."
		p.HasAmount, p.HasPayer, p.HasDay, p.HowLabel, p.Button = true, true, true, "How it came", "Record the payment"
		p.DetailName, p.DetailFree, p.DetailHelp = "Reference", true, "What stands on the bank statement or the receipt."
	case ledger.CreditNote:
		p.Title, p.Methods = "Credit note", nil
		p.Lead = "What is still to be paid falls away first; what was paid becomes credit. The VAT follows by itself."
		p.DetailName, p.DetailHelp, p.Button = "Reason", "The client reads it.", "Issue the credit note"
		for i, l := range m.in.Lines {
			p.Parts = append(p.Parts, staff.PartRow{
				Name: partName(i), About: l.Text, Left: l.Uncredited, Value: f.Parts[i].Net,
			})
		}
	case ledger.WriteOff:
		p.Title, p.Methods, p.Look = "Write "+m.in.Left.String()+" off", nil, "btn-danger"
		p.Lead = "The invoice asks for nothing more. Money that comes all the same is kept as credit."
		p.DetailName, p.Button = "Reason", "Write it off"
	default:
		p.Title = "Pay credit back"
		p.HasAmount, p.HowLabel = true, "How it goes back"
	}
	p.Shell = c.Shell(p.Title)
	return p
}

func partName(i int) string { return "part-" + strconv.Itoa(i) + "-net" }

// move does what the form says, or asks for a second person.
func (a *area) move(c *web.Context, kind ledger.Kind) error {
	var f moveForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	m, err := a.moving(c, kind)
	if err != nil {
		return err
	}
	v, errs, err := m.read(f)
	if err != nil {
		return err
	}
	var out billing.Moved
	if len(errs) == 0 {
		out, err = a.Billing.Make(c.Ctx(), c.Who, c.Account(), v)
		errs, _ = web.FieldErrors(err)
	}
	if len(errs) > 0 {
		p := a.movePage(c, m, f)
		p.Errors = errs
		return c.Invalid(staff.Move(p))
	}
	if err != nil {
		return err
	}
	tone, text, to := m.moved(c, v, out)
	c.Flash(tone, text)
	return c.Redirect(to)
}

// said is what came of a move, in words.
func said(out billing.Moved, kind ledger.Kind) (ui.Tone, string) {
	switch {
	case out.Waits:
		return ui.Info, "A second person has to approve " + billing.InWords(kind) + " over " + out.Amount.String() + "."
	case out.Number != "":
		return ui.OK, "Credit note " + out.Number + " over " + out.Amount.String() + " is issued."
	case out.Amount.IsZero():
		return ui.Info, "This was done already."
	case kind == ledger.Payment:
		return ui.OK, "A payment of " + out.Amount.String() + " is recorded."
	case kind == ledger.WriteOff:
		return ui.OK, out.Amount.String() + " is written off."
	}
	return ui.OK, out.Amount.String() + " of credit is paid back."
}

// moved is where somebody is led after a move, and what they are told.
func (m moving) moved(c *web.Context, v billing.Move, out billing.Moved) (ui.Tone, string, string) {
	tone, text := said(out, m.kind)
	if m.kind == ledger.Refund && !v.Payment.IsZero() && !out.Waits && !out.Amount.IsZero() {
		return ui.OK, "The payment provider is asked to send " + out.Amount.String() + " back.", c.Request().URL.Path
	}
	return tone, text, m.back
}

// read turns the form into a move.
func (m moving) read(f moveForm) (v billing.Move, errs ui.Errors, err error) {
	add := func(field, message string) { errs = append(errs, ui.FieldError{Field: field, Message: message}) }
	v = billing.Move{Kind: m.kind, Invoice: m.in.ID, Method: f.Method, Payer: f.Payer, Detail: f.Detail}
	if v.Key, err = id.Parse[id.MoneyRequestKind](f.Key); err != nil {
		return v, nil, &web.BadRequestError{Problems: []string{"The form does not say which movement of money it is."}}
	}
	if m.kind == ledger.Refund {
		m.goesBack(&v)
	}
	if m.kind == ledger.Payment || m.kind == ledger.Refund {
		if v.Amount, err = money.Parse(f.Amount, m.currency()); err != nil {
			add("amount", amountExample(m.currency()))
		}
	}
	if m.kind == ledger.Payment {
		if v.Day = day(f.Day, "day", add); v.Day.IsZero() && len(errs) == 0 {
			add("day", "Enter the day as 2026-12-31.")
		}
	}
	if m.kind == ledger.CreditNote {
		v.Parts = m.parts(f, add)
	}
	return v, errs, nil
}

// parts is what the form takes back of each line.
func (m moving) parts(f moveForm, add func(field, message string)) []billing.Part {
	var list []billing.Part
	for i, l := range m.in.Lines {
		if f.Parts[i].Net == "" {
			continue
		}
		net, err := money.Parse(f.Parts[i].Net, m.currency())
		if err != nil {
			add(partName(i), amountExample(m.currency()))
		}
		list = append(list, billing.Part{Line: l.ID, Net: net})
	}
	if len(list) == 0 {
		add(partName(0), "Say how much is credited.")
	}
	return list
}
