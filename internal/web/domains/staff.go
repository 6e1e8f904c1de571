package domains

import (
	"slices"

	"gatehouse/internal/domains"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/domains"
	"gatehouse/templates/ui"
)

func clientAt(c *web.Context) string { return clientsPath + "/" + c.Account().String() }

// above are the pages above the domains of a client.
func (a *area) above(c *web.Context) ([]ui.Link, error) {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	return []ui.Link{{Text: "Clients", URL: clientsPath}, {Text: of.Name, URL: clientAt(c)}}, err
}

func (a *area) clientList(c *web.Context) error {
	above, err := a.above(c)
	if err != nil {
		return err
	}
	page, err := a.Domains.ClientList(c.Ctx(), c.Who, c.Account(), domains.ParseCursor(c.Query("after")))
	if err != nil {
		return err
	}
	p := pages.ListPage{Shell: c.Shell("Domains"), Parents: above, Staff: true}
	if c.May(verb.HostingManage) {
		p.NewURL = clientAt(c) + "/domains/new"
	}
	fill(c, &p, page, clientAt(c)+"/domains")
	return c.Page(pages.List(p))
}

func (a *area) clientHeld(c *web.Context) (domains.Domain, []domains.Change, error) {
	one, err := web.ParamID[id.DomainKind](c, "domain")
	if err != nil {
		return domains.Domain{}, nil, err
	}
	return a.Domains.ClientDomain(c.Ctx(), c.Who, c.Account(), one)
}

func (a *area) clientDomain(c *web.Context) error {
	d, changes, err := a.clientHeld(c)
	if err != nil {
		return err
	}
	above, err := a.above(c)
	if err != nil {
		return err
	}
	p := page(c, d, changes)
	p.Parents = slices.Concat(above, []ui.Link{{Text: "Domains", URL: clientAt(c) + "/domains"}})
	if c.May(verb.HostingManage) {
		at := clientAt(c) + "/domains/" + d.ID.String()
		p.LookAgainURL, p.DropURL = at+"/look", at+"/drop"
	}
	if !d.Service.IsZero() {
		p.Service = ui.Link{Text: "See the service", URL: clientAt(c) + "/services/" + d.Service.String()}
	}
	return c.Page(pages.Domain(p))
}

type domainForm struct {
	Key       string `form:"key" max:"100"`
	Name      string `form:"name" max:"500"`
	Registrar string `form:"registrar" max:"100"`
	Service   string `form:"service" max:"100"`
}

func (a *area) newDomain(c *web.Context) error {
	return a.showNew(c, domainForm{Key: id.New[id.DomainKind]().String()}, nil)
}

func (a *area) showNew(c *web.Context, f domainForm, errs ui.Errors) error {
	above, err := a.above(c)
	if err != nil {
		return err
	}
	services, err := a.Hosting.ClientServices(c.Ctx(), c.Who, c.Account(), id.Service{})
	if err != nil {
		return err
	}
	list := clientAt(c) + "/domains"
	p := pages.NewPage{
		Shell: c.Shell("Add a domain"), Parents: append(above, ui.Link{Text: "Domains", URL: list}), Action: list + "/new",
		Key: f.Key, Name: f.Name, BackURL: list, Services: []ui.Choice{{Label: "None"}}, Errors: errs,
	}
	for _, name := range a.Domains.Registrars() {
		p.Registrars = append(p.Registrars, ui.Choice{
			Value: name, Label: RegistrarName(name), Chosen: name == f.Registrar,
		})
	}
	for _, s := range services.Services {
		value := s.ID.String()
		p.Services = append(p.Services, ui.Choice{Value: value, Label: s.Name(), Chosen: value == f.Service})
	}
	if len(errs) > 0 {
		return c.Invalid(pages.New(p))
	}
	return c.Page(pages.New(p))
}

func (a *area) addDomain(c *web.Context) error {
	var f domainForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.DomainKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which domain it adds."}}
	}
	n := domains.Addition{Key: key, Name: f.Name, Registrar: f.Registrar}
	if f.Service != "" {
		if n.Service, err = id.Parse[id.ServiceKind](f.Service); err != nil {
			return a.showNew(c, f, ui.Errors{{Field: "service", Message: "Choose a service from the list."}})
		}
	}
	err = a.Domains.Add(c.Ctx(), c.Who, c.Account(), n)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showNew(c, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("The domain is added, as its registrar says it stands.")
	return c.Redirect(clientAt(c) + "/domains/" + key.String())
}

func (a *area) lookAgain(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	one, err := web.ParamID[id.DomainKind](c, "domain")
	if err != nil {
		return err
	}
	if err := a.Domains.LookAgain(c.Ctx(), c.Who, c.Account(), one); err != nil {
		return err
	}
	c.Done("The registrar is asked within a minute.")
	return c.Redirect(clientAt(c) + "/domains/" + one.String())
}

func (a *area) askDrop(c *web.Context) error {
	d, _, err := a.clientHeld(c)
	if err != nil {
		return err
	}
	above, err := a.above(c)
	if err != nil {
		return err
	}
	at := clientAt(c) + "/domains"
	p := pages.AskPage{Shell: c.Shell("Take out " + d.Shown()), Parents: append(above,
		ui.Link{Text: "Domains", URL: at}, ui.Link{Text: d.Shown(), URL: at + "/" + d.ID.String()})}
	p.Ask = ui.ConfirmProps{
		Title: "Take " + d.Shown() + " out of the account", Danger: true, Button: "Take it out", Back: "Keep it",
		Text:    "It is no longer looked after here, and nobody is reminded of its end.",
		Effects: []string{"At the registrar nothing changes.", "What was done about it stays in the activity log."},
		Action:  c.Request().URL.Path, BackURL: at + "/" + d.ID.String(), CSRF: p.Shell.CSRF,
	}
	return c.Page(pages.Ask(p))
}

func (a *area) drop(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	one, err := web.ParamID[id.DomainKind](c, "domain")
	if err != nil {
		return err
	}
	if err := a.Domains.Drop(c.Ctx(), c.Who, c.Account(), one); err != nil {
		return err
	}
	c.Done("The domain is out of the account.")
	return c.Redirect(clientAt(c) + "/domains")
}
