package staff

import (
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/billing/bank"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const transfersPath = "/staff/transfers"

func (a *area) transferRoutes(w *web.Web) {
	w.Page(transfersPath, verb.BillingView, a.transfers)
	w.Page(transfersPath+"/import", verb.BillingRecordPayment, a.askImport)
	w.Action(transfersPath+"/import", verb.BillingRecordPayment, a.importStatement)
	w.Page(transfersPath+"/:transfer", verb.BillingRecordPayment, a.transfer)
	w.Action(transfersPath+"/:transfer", verb.BillingRecordPayment, a.settleTransfer)
}

func (a *area) transfers(c *web.Context) error {
	list, err := a.Bank.Unmatched(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := staff.TransfersPage{
		Shell: c.Shell("Bank transfers"), ImportURL: linkFor(c, verb.BillingRecordPayment, transfersPath+"/import"),
	}
	for _, t := range list {
		p.Rows = append(p.Rows, transferRow(t, linkFor(c, verb.BillingRecordPayment, transfersPath+"/"+t.ID.String())))
	}
	return c.Page(staff.Transfers(p))
}

func transferRow(t bank.Transfer, url string) staff.TransferRow {
	row := staff.TransferRow{URL: url, Payer: t.Payer, Reference: t.Reference, Day: t.Day, Amount: t.Amount}
	if t.Guess != nil {
		row.Guess, row.Sure = t.Guess.Number, t.Guess.Sure
	}
	return row
}

func (a *area) transferPage(c *web.Context) (staff.TransferPage, id.Transfer, error) {
	one, err := web.ParamID[id.TransferKind](c, "transfer")
	if err != nil {
		return staff.TransferPage{}, one, err
	}
	t, err := a.Bank.Transfer(c.Ctx(), c.Who, one)
	row := transferRow(t, "")
	return staff.TransferPage{
		Shell: c.Shell("Bank transfer"), Row: row, ListURL: transfersPath, Action: transfersPath + "/" + one.String(),
		Number: row.Guess,
	}, one, err
}

func (a *area) transfer(c *web.Context) error {
	p, _, err := a.transferPage(c)
	if err != nil {
		return err
	}
	return c.Page(staff.Transfer(p))
}

type transferForm struct {
	Do     string `form:"do" max:"20"`
	Number string `form:"number" max:"100"`
	Why    string `form:"why" max:"500"`
}

// settleTransfer records the transfer as a payment, or sets it aside.
func (a *area) settleTransfer(c *web.Context) error {
	var f transferForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, one, err := a.transferPage(c)
	if err != nil {
		return err
	}
	waits, word := false, p.Row.Amount.String()+" is recorded as a payment."
	switch f.Do {
	case "match":
		waits, err = a.Bank.Match(c.Ctx(), c.Who, one, f.Number)
		p.Number = f.Number
		p.MatchErr, _ = web.FieldErrors(err)
	case "aside":
		word = p.Row.Amount.String() + " is set aside."
		err = a.Bank.SetAside(c.Ctx(), c.Who, one, f.Why)
		p.Why = f.Why
		p.WhyIs, _ = web.FieldErrors(err)
	default:
		return &web.BadRequestError{Problems: []string{"The form does not say what it does."}}
	}
	if len(p.MatchErr)+len(p.WhyIs) > 0 {
		return c.Invalid(staff.Transfer(p))
	}
	if err != nil {
		return err
	}
	if waits {
		word = "A second person has to approve a payment over " + p.Row.Amount.String() + "."
	}
	c.Done(word)
	return c.Redirect(transfersPath)
}

func (a *area) askImport(c *web.Context) error {
	return c.Page(staff.Import(importPage(c, "")))
}

func importPage(c *web.Context, statement string) staff.ImportPage {
	return staff.ImportPage{
		Shell: c.Shell("Import a statement"), ListURL: transfersPath, Action: transfersPath + "/import", Statement: statement,
	}
}

type importForm struct {
	Do        string `form:"do" max:"20"`
	Statement string `form:"statement" max:"200000"`
}

// importStatement shows what an import would do, or does it.
func (a *area) importStatement(c *web.Context) error {
	var f importForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p := importPage(c, f.Statement)
	if f.Do == "import" {
		out, err := a.Bank.Import(c.Ctx(), c.Who, f.Statement)
		if errs, ok := web.FieldErrors(err); ok {
			p.Errors = errs
			return c.Invalid(staff.Import(p))
		}
		if err != nil {
			return err
		}
		c.Done(imported(out))
		return c.Redirect(transfersPath)
	}
	v, err := a.Bank.Preview(c.Ctx(), c.Who, f.Statement)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors = errs
		return c.Invalid(staff.Import(p))
	}
	if err != nil {
		return err
	}
	p.Preview = previewed(v)
	return c.Render(http.StatusOK, staff.Import(p))
}

// imported says what an import did.
func imported(out bank.Imported) string {
	text := ui.Count(out.New, "transfer is", "transfers are") + " imported; " +
		ui.Number(out.Matched) + " paid an invoice."
	if out.Waiting > 0 {
		text += " " + ui.Count(out.Waiting, "waits", "wait") + " for a second person."
	}
	return text
}

func previewed(v bank.Preview) *staff.ImportPreview {
	var sums []string
	for _, cur := range money.Currencies() {
		if sum, ok := v.Sum[cur]; ok {
			sums = append(sums, sum.String())
		}
	}
	p := &staff.ImportPreview{New: v.New, Lead: "Nothing of it is new."}
	if v.New > 0 {
		p.Lead = ui.Count(v.New, "new transfer", "new transfers") + ", " + strings.Join(sums, " and ") + ". " + paysAtOnce(v)
	}
	var left []string
	if v.Outgoing > 0 {
		left = append(left,
			ui.Count(v.Outgoing, "line by which money went out is", "lines by which money went out are")+" left out.")
	}
	if len(v.Unreadable) > 0 {
		lines := make([]string, 0, len(v.Unreadable))
		for _, n := range v.Unreadable[:min(len(v.Unreadable), 20)] {
			lines = append(lines, ui.Number(n))
		}
		left = append(left, "Left out, as no day or no amount can be read: line "+strings.Join(lines, ", ")+".")
	}
	p.Left = strings.Join(left, " ")
	for _, l := range slices.Clone(v.Lines) {
		row := transferRow(bank.Transfer{
			Day: l.Day, Amount: l.Amount, Payer: l.Payer, Reference: l.Reference, Guess: l.Guess,
		}, "")
		row.Known = l.Known
		p.Rows = append(p.Rows, row)
	}
	return p
}

func paysAtOnce(v bank.Preview) string {
	switch v.Sure {
	case 0:
		return "No reference leaves no doubt: they are listed to be matched."
	case v.New:
		return "All of it pays invoices at once."
	}
	return ui.Count(v.Sure, "transfer pays", "transfers pay") + " an invoice at once; the rest is listed to be matched."
}
