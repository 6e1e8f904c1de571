package web

import (
	"net/http"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// The page on which staff say why they look at a client, and the fields of its form, besides those of a form that
// waits, which are carried along under the same prefix as where somebody proves again who they are.
const (
	reasonPath  = "/staff/reason/:client"
	reasonCode  = "code"
	reasonWords = "why"
	reasonCase  = "case"
	clientsPath = "/staff/clients"
)

// RegisterReasons adds the routes that staff are led to before a client's data.
func (w *Web) RegisterReasons() {
	w.Page(reasonPath, verb.ClientsView, w.askReason)
	w.Action(reasonPath, verb.ClientsView, w.giveReason)
}

func reasonAt(client id.Account) string { return "/staff/reason/" + client.String() }

// unsaid has staff say why they want what they asked for. A page is led to again afterwards; a form is kept, and done
// then.
func (c *Context) unsaid(f *fault.Error) error {
	if c.Request().Method == http.MethodGet {
		return c.Redirect(With(reasonAt(f.Client), "next", Local(c.Request().URL.RequestURI())))
	}
	p, _, err := c.reasonPage(f.Client, c.keep())
	if err != nil {
		return err
	}
	return c.Render(http.StatusPreconditionRequired, staff.Reason(p))
}

// reasonPage is the page without anything typed, and the client's cases that there are to choose from.
func (c *Context) reasonPage(client id.Account, hidden []ui.Pair) (staff.ReasonPage, []support.Case, error) {
	name, err := c.web.Accounts.ClientName(c.Ctx(), c.Who, client)
	if err != nil {
		return staff.ReasonPage{}, nil, err
	}
	p := staff.ReasonPage{
		Shell: c.Shell("Why you look at " + name), Name: name, Action: reasonAt(client), ListURL: clientsPath,
		Minutes: int(actor.LookTime.Minutes()), Hidden: hidden, Alias: c.Who.Alias,
	}
	if look, said := c.Who.LookAt(client, c.Now()); said {
		p.Said, p.Until = look.Words, look.Ends
	}
	p.Codes = ReasonChoices(first(c.typed[reasonCode]))
	var cases []support.Case
	if c.web.Support != nil && c.web.Access.Check(c.Who, verb.CasesView, id.ProviderScope()).Allowed {
		if cases, err = c.web.Support.OpenOf(c.Ctx(), c.Who, client, id.Person{}); err != nil {
			return staff.ReasonPage{}, nil, err
		}
	}
	p.Cases = CaseChoices(cases, first(c.typed[reasonCase]))
	return p, cases, nil
}

// ReasonChoices are the reasons that staff can give.
func ReasonChoices(chosen string) []ui.Choice {
	var list []ui.Choice
	for _, code := range activity.GivenReasons() {
		list = append(list, ui.Choice{Value: code, Label: activity.GivenInWords(code), Chosen: code == chosen})
	}
	return list
}

// CaseChoices are the cases that a reason can name, and none of them; nothing where there are none.
func CaseChoices(cases []support.Case, chosen string) []ui.Choice {
	if len(cases) == 0 {
		return nil
	}
	list := []ui.Choice{{Label: "None", Chosen: chosen == ""}}
	for _, one := range cases {
		list = append(list, ui.Choice{Value: one.ID.String(), Label: one.Subject, Chosen: one.ID.String() == chosen})
	}
	return list
}

// GivenReason is the reason that staff chose, with the case where they named one of those there are.
func GivenReason(code, words, wanted string, cases []support.Case) (assist.Reason, error) {
	why := assist.Reason{Code: code, Text: words}
	for _, one := range cases {
		if one.ID.String() == wanted {
			why.Case, why.Name = one.ID, one.Subject
		}
	}
	if wanted != "" && why.Case.IsZero() {
		return why, fault.InvalidField(reasonCase, "Choose one of the client’s cases.")
	}
	return why, nil
}

func (w *Web) askReason(c *Context) error {
	client, err := ParamID[id.AccountKind](c, "client")
	if err != nil {
		return err
	}
	next := c.Query("next")
	if next == "" {
		next = clientsPath + "/" + client.String()
	}
	p, _, err := c.reasonPage(client, []ui.Pair{{Name: stepTo, Value: Local(next)}})
	if err != nil {
		return err
	}
	return c.Page(staff.Reason(p))
}

// giveReason keeps the reason and goes on with what waited: a page is led to, a form is done as if it were sent now.
func (w *Web) giveReason(c *Context) error {
	if err := c.only([]string{reasonCode, reasonWords, reasonCase, stepTo, stepMethod}, stepWaiting); err != nil {
		return err
	}
	client, err := ParamID[id.AccountKind](c, "client")
	if err != nil {
		return err
	}
	p, cases, err := c.reasonPage(client, c.waiting())
	if err != nil {
		return err
	}
	why, err := GivenReason(
		first(c.typed[reasonCode]), first(c.typed[reasonWords]), first(c.typed[reasonCase]), cases,
	)
	if err == nil {
		err = w.Assist.Say(c.Ctx(), c.Who, client, why)
	}
	if errs, ok := FieldErrors(err); ok {
		p.Errors, p.Why = errs, why.Text
		return c.Invalid(staff.Reason(p))
	}
	if err != nil {
		return err // assist says what it did
	}
	to := Local(first(c.typed[stepTo]))
	if first(c.typed[stepMethod]) != http.MethodPost {
		return c.Redirect(to)
	}
	return c.GoOn()
}
