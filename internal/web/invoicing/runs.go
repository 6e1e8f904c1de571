package invoicing

import (
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/invoicing"
	"gatehouse/templates/ui"
)

func (a *area) runs(c *web.Context) error {
	next, err := a.Recurring.Forecast(c.Ctx(), c.Who, c.Now().In(a.Zone))
	if err != nil {
		return err
	}
	past, err := a.Recurring.Runs(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := invoicing.RunsPage{
		Shell: c.Shell("Invoice runs"), Ahead: ui.Count(a.Recurring.Rules.Ahead, "day", "days"), Invoices: next.Invoices,
		Accounts: next.Accounts, Net: next.Net, Action: forManagers(c, runsPath),
		Key: id.New[id.InvoiceRunKind]().String(),
	}
	for _, one := range next.First {
		p.First = append(p.First, invoicing.ForecastRow{
			Client: one.Name, URL: clientsPath + "/" + one.Account.String() + "/charges", Due: one.Due, Lines: one.Lines,
			Net: one.Net,
		})
	}
	for _, one := range past {
		p.Runs = append(p.Runs, runRow(one))
	}
	return c.Page(invoicing.Runs(p))
}

func runRow(r recurring.Run) invoicing.RunRow {
	row := invoicing.RunRow{
		Name: "Daily run", URL: runsPath + "/" + r.ID.String(), At: r.At, Accounts: r.Accounts, Done: r.Done,
		Invoices: r.Invoices, Fails: r.Failed, Going: !r.Over,
		State: ui.State{Tone: ui.Info, Icon: "hourglass", Word: "Going on"},
	}
	if r.Asked {
		row.Name = "Run by hand"
	}
	switch {
	case r.Waiting:
		row.State.Word = "Begins in a moment"
	case r.Over && r.Failed > 0:
		row.State = ui.State{Tone: ui.Warn, Icon: "alert-triangle", Word: "Done, with failures"}
	case r.Over:
		row.State = ui.State{Tone: ui.OK, Icon: "check", Word: "Done"}
	}
	return row
}

type askForm struct {
	Key string `form:"key" max:"40"`
}

func (a *area) ask(c *web.Context) error {
	var f askForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.InvoiceRunKind](f.Key)
	if err != nil {
		return badKey()
	}
	if err := a.Recurring.Ask(c.Ctx(), c.Who, key); err != nil {
		return err
	}
	c.Done("The run begins in a moment.")
	return c.Redirect(runsPath + "/" + f.Key)
}

func (a *area) run(c *web.Context) error {
	key, err := web.ParamID[id.InvoiceRunKind](c, "run")
	if err != nil {
		return err
	}
	one, failures, err := a.Recurring.Run(c.Ctx(), c.Who, key)
	if err != nil {
		return err
	}
	p := invoicing.RunPage{Shell: c.Shell("Invoice run"), ListURL: runsPath, Run: runRow(one)}
	for _, f := range failures {
		at := clientsPath + "/" + f.Account.String()
		row := invoicing.FailureRow{Client: f.Name, URL: at + "/charges", Reason: f.Reason, Settled: f.Settled}
		if f.Settled.IsZero() {
			row.Retry = forManagers(c, at+"/charges/bill")
		}
		p.Failures = append(p.Failures, row)
	}
	return c.Page(invoicing.Run(p))
}

// retry bills one client at once.
func (a *area) retry(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	n, err := a.Recurring.Retry(c.Ctx(), c.Who, c.Account())
	if errs, ok := web.FieldErrors(err); ok {
		c.Flash(ui.Bad, errs[0].Message)
		return c.Redirect(base(c) + "/charges")
	}
	if err != nil {
		return err
	}
	if n == 0 {
		c.Flash(ui.Info, "Nothing was due.")
	} else {
		c.Done(ui.Count(n, "invoice is", "invoices are") + " made, and mailed to whoever pays.")
	}
	return c.Redirect(base(c) + "/charges")
}
