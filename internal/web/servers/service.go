package servers

import (
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/servers"
	"gatehouse/templates/ui"
)

// held reads the service that the address names.
func (a *area) held(c *web.Context) (hosting.Service, hosting.Work, error) {
	one, err := web.ParamID[id.ServiceKind](c, "service")
	if err != nil {
		return hosting.Service{}, hosting.Work{}, err
	}
	return a.Hosting.ClientService(c.Ctx(), c.Who, c.Account(), one)
}

func at(c *web.Context, s hosting.Service) string {
	return clientsPath + "/" + c.Account().String() + "/services/" + s.ID.String()
}

// above are the pages above a question about a service.
func above(c *web.Context, s hosting.Service) ([]ui.Link, error) {
	parents, err := c.AboveClient()
	return append(parents, ui.Link{Text: s.Name(), URL: at(c, s)}), err
}

func (a *area) service(c *web.Context) error {
	s, work, err := a.held(c)
	if err != nil {
		return err
	}
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := pages.ServicePage{
		Shell: c.Shell(s.Name()), ListURL: clientsPath, Client: of.Name,
		ClientURL: clientsPath + "/" + c.Account().String(), Name: s.Name(), Plan: s.Plan, Server: s.Server.Name,
		State: ui.ServiceState(s.State), Reason: s.StateReason, Since: s.CreatedAt, Renews: s.Renewal(c.Now()),
	}
	if err := a.renewal(c, s, &p); err != nil {
		return err
	}
	if c.May(verb.ServersManage) {
		p.ServerURL = listPath + "/" + s.Server.ID.String()
	}
	if work.Failed {
		p.Failed = work.Trouble
	} else if !work.Asked.IsZero() {
		p.Waiting = waiting(work)
	}
	breach, breached, err := a.Hosting.Breach(c.Ctx(), c.Who, c.Account(), s.ID)
	if err != nil {
		return err
	}
	p.Found, p.Todo = breach.Found, breach.Todo
	if c.May(verb.HostingManage) {
		actions(&p, s, at(c, s))
		if breached {
			p.RestoreURL = at(c, s) + "/reopen"
		}
	}
	return c.Page(pages.Service(p))
}

// renewal says when a service renews, or until when it is charged for: the same as its own people read.
func (a *area) renewal(c *web.Context, s hosting.Service, p *pages.ServicePage) error {
	if a.Recurring == nil {
		return nil
	}
	var err error
	p.Renews, p.Ends, err = a.Recurring.Renewal(c.Ctx(), c.Who, verb.HostingView, c.Account(), s.ID, p.Renews)
	return err
}

func waiting(w hosting.Work) string {
	if w.Trouble == "" {
		return "It comes to this within a minute; the page shows when it has."
	}
	return "The last try did not work, and it is asked again by itself. " + w.Trouble
}

func actions(p *pages.ServicePage, s hosting.Service, base string) {
	p.RetryURL = base + "/retry"
	switch s.State {
	case hosting.Pending:
		p.ReadyURL = base + "/ready"
	case hosting.Active:
		p.SuspendURL, p.EndURL, p.DisableURL = base+"/suspend", base+"/end", base+"/disable"
	case hosting.Suspended:
		p.RestoreURL, p.EndURL = base+"/restore", base+"/end"
	case hosting.Cancelled:
	}
}

type reasonForm struct {
	Reason string `form:"reason" max:"2000" raw:"1"`
}

func (a *area) askSuspend(c *web.Context) error {
	s, _, err := a.held(c)
	if err != nil {
		return err
	}
	return a.showSuspend(c, s, reasonForm{}, nil)
}

func (a *area) showSuspend(c *web.Context, s hosting.Service, f reasonForm, errs ui.Errors) error {
	above, err := above(c, s)
	if err != nil {
		return err
	}
	p := pages.SuspendPage{
		Above: above, Shell: c.Shell("Suspend " + s.Name()), Name: s.Name(), BackURL: at(c, s), Action: at(c, s) + "/suspend",
		Reason: f.Reason, Errors: errs,
	}
	if len(errs) > 0 {
		return c.Invalid(pages.Suspend(p))
	}
	return c.Page(pages.Suspend(p))
}

func (a *area) suspend(c *web.Context) error {
	var f reasonForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, _, err := a.held(c)
	if err != nil {
		return err
	}
	err = a.Hosting.Suspend(c.Ctx(), c.Who, c.Account(), s.ID, f.Reason)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showSuspend(c, s, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done(s.Name() + " is suspended. The people who see it are told.")
	return c.Redirect(at(c, s))
}

// ask shows a question about the service that the address names.
func (a *area) ask(c *web.Context, what func(s hosting.Service) ui.ConfirmProps) error {
	s, _, err := a.held(c)
	if err != nil {
		return err
	}
	p := what(s)
	p.Action, p.BackURL = c.Request().URL.Path, at(c, s)
	above, err := above(c, s)
	if err != nil {
		return err
	}
	page := pages.AskPage{Shell: c.Shell(p.Title), Above: above, Ask: p}
	page.Ask.CSRF = page.Shell.CSRF
	return c.Page(pages.Ask(page))
}

// act does something to the service that the address names, and says that it is done.
func (a *area) act(c *web.Context, done string, what func(s hosting.Service) error) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	s, _, err := a.held(c)
	if err != nil {
		return err
	}
	if err := what(s); err != nil {
		return err
	}
	c.Done(s.Name() + " " + done)
	return c.Redirect(at(c, s))
}

func (a *area) askRestore(c *web.Context) error {
	return a.ask(c, func(s hosting.Service) ui.ConfirmProps {
		return ui.ConfirmProps{
			Title: "Restore " + s.Name(), Text: "It runs again, and its panel opens. The people who see it are told.",
			Button: "Restore it", Back: "Leave it suspended",
		}
	})
}

func (a *area) restore(c *web.Context) error {
	return a.act(c, "runs again.", func(s hosting.Service) error {
		return a.Hosting.Restore(c.Ctx(), c.Who, c.Account(), s.ID)
	})
}

func (a *area) askEnd(c *web.Context) error {
	return a.ask(c, func(s hosting.Service) ui.ConfirmProps {
		return ui.ConfirmProps{
			Title: "End " + s.Name(), Danger: true, Button: "End it for good", Back: "Keep it",
			Text: "It ends at once, and cannot be brought back from here.",
			Effects: []string{
				"Server " + s.Server.Name + " removes the account, with its files and mailboxes.",
				"The people who see it are told.",
			},
		}
	})
}

func (a *area) end(c *web.Context) error {
	return a.act(c, "has ended.", func(s hosting.Service) error {
		return a.Hosting.End(c.Ctx(), c.Who, c.Account(), s.ID)
	})
}

func (a *area) askRetry(c *web.Context) error {
	return a.ask(c, func(s hosting.Service) ui.ConfirmProps {
		return ui.ConfirmProps{
			Title: "Bring the server in step with " + s.Name(), Button: "Bring it in step", Back: "Leave it",
			Text: "Server " + s.Server.Name + " is asked to have the service as our record says.",
			Effects: []string{
				"Suspended or running, and the plan, become what they are here.",
				"An account that is missing there is made anew, without files and mailboxes.",
				"An account of somebody else is never touched.",
			},
		}
	})
}

func (a *area) retry(c *web.Context) error {
	return a.act(c, "is being brought in step.", func(s hosting.Service) error {
		return a.Hosting.Retry(c.Ctx(), c.Who, c.Account(), s.ID, true)
	})
}
