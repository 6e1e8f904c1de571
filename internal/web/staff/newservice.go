package staff

import (
	"gatehouse/internal/accounts"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

type serviceForm struct {
	Key    string `form:"key" max:"100"`
	Plan   string `form:"plan" max:"500"`
	Domain string `form:"domain" max:"500"`
	Server string `form:"server" max:"500"`
	Price  string `form:"price" max:"500"`
	// Pending: the client sees it as being set up, until staff say that it is ready.
	Pending string `form:"pending" max:"10"`
}

func (a *area) newService(c *web.Context) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	return a.showService(c, of, serviceForm{Key: id.New[id.ServiceKind]().String()}, nil)
}

func (a *area) showService(c *web.Context, of accounts.Account, f serviceForm, errs ui.Errors) error {
	servers, err := a.Hosting.Servers(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := staff.NewServicePage{
		Shell: c.Shell("New service"), ListURL: clientsPath, Client: of.Name, ClientURL: base(c),
		Action: base(c) + "/services/new", Key: f.Key, Plan: f.Plan, Domain: f.Domain, Price: f.Price,
		Pending: f.Pending != "", Symbol: of.Currency.Symbol(),
		ServerURL: linkFor(c, verb.ServersManage, newServerPath), Errors: errs,
	}
	for _, s := range servers {
		if !s.Retired {
			p.Servers = append(p.Servers, ui.Choice{Value: s.ID.String(), Label: s.Name})
		}
	}
	p.Servers = chosen(p.Servers, f.Server)
	if len(errs) > 0 {
		return c.Invalid(staff.NewService(p))
	}
	return c.Page(staff.NewService(p))
}

func (a *area) createService(c *web.Context) error {
	var f serviceForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.ServiceKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which service it sets up."}}
	}
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	price, err := money.Parse(f.Price, of.Currency)
	if err != nil {
		return a.showService(c, of, f, ui.Errors{{Field: "price", Message: amountExample(of.Currency)}})
	}
	server, err := id.Parse[id.ServerKind](f.Server)
	if err != nil {
		return a.showService(c, of, f, ui.Errors{{Field: "server", Message: "Choose a server from the list."}})
	}
	_, err = a.Hosting.CreateService(c.Ctx(), c.Who, c.Account(), hosting.NewService{
		Key: key, Server: server, Plan: f.Plan, Domain: f.Domain, Price: price, Period: hosting.Monthly,
		RenewsAt: c.Now().In(a.Zone).AddDate(0, 1, 0), Pending: f.Pending != "",
	})
	if errs, ok := web.FieldErrors(err); ok {
		return a.showService(c, of, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done(setUp(f.Pending != ""))
	return c.Redirect(base(c))
}

func setUp(pending bool) string {
	if pending {
		return "The client sees the service as being set up."
	}
	return "The service is set up."
}

// serviceReady says that a service which was being set up runs now.
func (a *area) serviceReady(c *web.Context) error {
	service, err := web.ParamID[id.ServiceKind](c, "service")
	if err != nil {
		return err
	}
	if err := a.Hosting.Ready(c.Ctx(), c.Who, c.Account(), service); err != nil {
		return err
	}
	c.Done("The service is ready. The client sees it as running.")
	return c.Redirect(base(c))
}

// amountExample says how an amount of a currency is typed.
func amountExample(cur money.Currency) string {
	return "Enter an amount such as " + money.New(1250, cur).Plain() + "."
}

type serverForm struct {
	Name        string `form:"name" max:"500"`
	Panel       string `form:"panel" max:"500"`
	Host        string `form:"host" max:"500"`
	Address     string `form:"address" max:"500"`
	Location    string `form:"location" max:"500"`
	Credentials string `form:"credentials" max:"5000" raw:"1"`
}

func (a *area) newServer(c *web.Context) error {
	return c.Page(staff.NewServer(a.serverPage(c, serverForm{})))
}

func (a *area) serverPage(c *web.Context, f serverForm) staff.NewServerPage {
	p := staff.NewServerPage{
		Shell: c.Shell("New server"), ListURL: serversPath, Action: newServerPath, Name: f.Name, Host: f.Host,
		Address: f.Address, Location: f.Location,
	}
	for _, name := range a.Hosting.Panels() {
		p.Panels = append(p.Panels, ui.Choice{Value: name, Label: panelName(name)})
	}
	p.Panels = chosen(append(p.Panels, ui.Choice{
		Value: hosting.NoPanel, Label: panelName(hosting.NoPanel),
	}), f.Panel)
	return p
}

// panelName is what people call a kind of panel.
func panelName(kind string) string {
	switch kind {
	case whm.Name:
		return "cPanel and WHM"
	case demopanel.Name:
		return "The demo’s panel"
	case hosting.NoPanel:
		return "None that opens from here"
	}
	return kind
}

func (a *area) createServer(c *web.Context) error {
	var f serverForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	_, err := a.Hosting.CreateServer(c.Ctx(), c.Who, hosting.NewServer{
		Name: f.Name, Panel: f.Panel, Host: f.Host, Address: f.Address, Location: f.Location, Credentials: f.Credentials,
	})
	if errs, ok := web.FieldErrors(err); ok {
		p := a.serverPage(c, f)
		p.Errors = errs
		return c.Invalid(staff.NewServer(p))
	}
	if err != nil {
		return err
	}
	c.Done("The server " + f.Name + " is registered. Test the connection on its page.")
	return c.Redirect(serversPath)
}
