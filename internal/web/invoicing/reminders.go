package invoicing

import (
	"slices"
	"time"

	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/invoicing"
	"gatehouse/templates/ui"
)

type promiseForm struct {
	Key  string `form:"key" max:"40"`
	On   string `form:"on" max:"20"`
	Note string `form:"note" max:"500"`
}

func (a *area) reminders(c *web.Context) error {
	return a.showReminders(c, promiseForm{
		Key: id.New[id.PromiseKind]().String(), On: c.Now().In(a.Zone).AddDate(0, 0, 7).Format(time.DateOnly),
	}, nil)
}

func (a *area) showReminders(c *web.Context, f promiseForm, errs ui.Errors) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	invoice, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return err
	}
	course, err := a.Reminders.Course(c.Ctx(), c.Who, c.Account(), invoice)
	if err != nil {
		return err
	}
	all := base(c) + "/invoices"
	p := invoicing.RemindersPage{
		Shell: c.Shell("Reminders of " + course.Number), ListURL: clientsPath, Client: of.Name, ClientURL: base(c),
		AllURL: all, Number: course.Number, InvoiceURL: all + "/" + invoice.String(), Key: f.Key, On: f.On, Note: f.Note,
		Errors: errs, Lead: a.courseInWords(c, course), Steps: a.schedule(course),
	}
	for _, one := range course.Promises {
		if one.ByClient {
			one.Note = "By the client, in the portal"
		}
		p.Promises = append(p.Promises, invoicing.PromiseRow{On: one.On, Made: one.Made, Note: one.Note})
	}
	if rules := a.Reminders.Rules; course.Open && rules.PromiseDays > 0 && len(course.Promises) < rules.MostPromises {
		p.Action = forManagers(c, p.InvoiceURL+"/reminders")
		p.Rule = "Nothing more follows until that day is over. At most " + ui.Count(rules.PromiseDays, "day", "days") +
			" ahead, and " + ui.Count(rules.MostPromises, "time", "times") + " for an invoice."
	}
	if len(errs) > 0 {
		return c.Invalid(invoicing.Reminders(p))
	}
	return c.Page(invoicing.Reminders(p))
}

// schedule is what the provider's rules do about the invoice, by day.
func (a *area) schedule(course reminders.Course) []invoicing.ReminderStep {
	names := map[reminders.Tone]string{
		reminders.Ahead: "Reminder ahead", reminders.Today: "Due today", reminders.Friendly: "Friendly reminder",
		reminders.Firm: "Firm reminder", reminders.Last: "Last reminder",
	}
	var list []invoicing.ReminderStep
	for _, s := range course.Steps {
		list = append(list, invoicing.ReminderStep{Name: names[s.Tone], Day: s.Day, Past: s.Past})
	}
	if !course.Stops.IsZero() {
		list = append(list, invoicing.ReminderStep{
			Name: "Services stop", Day: course.Stops, Past: !course.Stopped.IsZero(),
		})
	}
	slices.SortStableFunc(list, func(a, b invoicing.ReminderStep) int { return a.Day.Compare(b.Day) })
	return list
}

func (a *area) courseInWords(c *web.Context, course reminders.Course) string {
	switch n := len(course.Promises); {
	case !course.Open:
		return "Nothing is left to pay. Nothing more follows."
	case !course.Stopped.IsZero():
		return "The services on this invoice stand still until it is paid."
	case n > 0 && c.Now().Before(course.Promises[n-1].On.Add(12*time.Hour)):
		return "The client promised to pay by " + c.Reader().Date(course.Promises[n-1].On) + ". Nothing follows until then."
	case !course.Stops.IsZero():
		return "The client was told that services stop on " + c.Reader().Date(course.Stops) + "."
	}
	is := map[bool]string{true: " of the schedule is done.", false: " of the schedule are done."}[course.Sent == 1]
	return ui.Count(course.Sent, "step", "steps") + is
}

// promise writes down a day on which the client promised to pay.
func (a *area) promise(c *web.Context) error {
	var f promiseForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	invoice, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return err
	}
	key, err := id.Parse[id.PromiseKind](f.Key)
	if err != nil {
		return badKey()
	}
	on, err := time.Parse(time.DateOnly, f.On)
	if err != nil {
		return a.showReminders(c, f, ui.Errors{{Field: "on", Message: "Enter the day as 2026-12-31."}})
	}
	err = a.Reminders.Promised(c.Ctx(), c.Who, c.Account(), invoice, reminders.Promise{Key: key, On: on, Note: f.Note})
	if errs, ok := web.FieldErrors(err); ok {
		return a.showReminders(c, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("The day is written down. Nothing more follows until it is over.")
	return c.Redirect(base(c) + "/invoices/" + invoice.String() + "/reminders")
}
