package orders

import (
	"time"

	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	pages "gatehouse/templates/orders"
	"gatehouse/templates/ui"
)

type endForm struct {
	Key    string `form:"key" max:"100"`
	When   string `form:"when" max:"10"`
	Reason string `form:"reason" max:"2000" raw:"1"`
}

func (a *area) askEnd(c *web.Context) error {
	s, err := a.held(c)
	if err != nil {
		return err
	}
	return a.showEnd(c, s, endForm{Key: id.New[id.OrderKind]().String()}, nil)
}

// term is when a service would renew, as its charge has it, or else as it was set up.
func (a *area) term(c *web.Context, s hosting.Service) (time.Time, error) {
	term, err := a.Recurring.Term(c.Ctx(), c.Who, c.Account(), s.ID)
	if err == nil && term.IsZero() {
		term = s.Renewal(c.Now())
	}
	return term, err
}

func (a *area) showEnd(c *web.Context, s hosting.Service, f endForm, errs ui.Errors) error {
	at := services(c) + "/" + s.ID.String()
	page := pages.EndPage{
		Shell:   c.Shell("End " + s.Name()),
		Parents: []ui.Link{{Text: "Services", URL: services(c)}, {Text: s.Name(), URL: at}},
		Name:    s.Name(), Action: at + "/cancel", Key: f.Key, When: f.When, Reason: f.Reason,
		BackURL: at, Errors: errs,
	}
	var err error
	if page.Renews, err = a.term(c, s); err != nil {
		return err
	}
	unused, err := a.Recurring.Unused(c.Ctx(), c.Who, c.Account(), s.ID)
	if err != nil {
		return err
	}
	if unused.Minor() > 0 {
		page.Unused = unused.String()
	}
	if len(errs) > 0 {
		return c.Invalid(pages.End(page))
	}
	return c.Page(pages.End(page))
}

func (a *area) end(c *web.Context) error {
	var f endForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, err := a.held(c)
	if err != nil {
		return err
	}
	key, err := id.Parse[id.OrderKind](f.Key)
	if err != nil || f.When != "now" && f.When != "term" {
		return &web.BadRequestError{Problems: []string{"The form does not say what ends, and when."}}
	}
	term, err := a.term(c, s)
	if err != nil {
		return err
	}
	r, err := a.Orders.AskEnd(c.Ctx(), c.Who, c.Account(), orders.End{
		Key: key, Service: s.ID, Now: f.When == "now", Term: term, Words: f.Reason,
	})
	if errs, ok := web.FieldErrors(err); ok {
		return a.showEnd(c, s, f, errs)
	}
	if err != nil {
		return err
	}
	if r.State == orders.Planned {
		c.Done(s.Name() + " runs until " + c.Reader().Date(r.EndsAt) + ". You can take this back until then.")
	} else {
		c.Done(s.Name() + " is being ended.")
	}
	return c.Redirect(services(c) + "/requests")
}
