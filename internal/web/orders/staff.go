package orders

import (
	"slices"
	"strings"

	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/orders"
	"gatehouse/templates/servers"
	"gatehouse/templates/ui"
)

func (a *area) products(c *web.Context) error {
	list, err := a.Orders.Catalogue(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	all, err := a.Hosting.Servers(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	plans, err := a.Recurring.Offered(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.ProductsPage{Shell: c.Shell("Catalogue"), NewURL: productsPath + "/new"}
	for _, one := range list {
		row := pages.ProductRow{
			Name: one.Name, About: one.About, Period: each(one.Period), Price: one.Price, Server: "By staff",
			RetireURL: productsPath + "/" + one.ID.String() + "/retire",
		}
		for _, plan := range plans {
			listed, has := plan.Of(recurring.Period(one.Period), one.Price.Currency())
			if plan.ID == one.Plan && has {
				row.Price = listed
			}
		}
		for _, s := range all {
			if s.ID == one.Server {
				row.Server = "By itself, on " + s.Name
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return c.Page(pages.Products(p))
}

type productForm struct {
	Name      string `form:"name" max:"500"`
	About     string `form:"about" max:"2000" raw:"1"`
	Next      string `form:"next" max:"2000" raw:"1"`
	PanelPlan string `form:"panel_plan" max:"500"`
	Price     string `form:"price" max:"50"`
	Period    string `form:"period" max:"20"`
	Server    string `form:"server" max:"100"`
	Plan      string `form:"plan" max:"100"`
	Options   string `form:"options" max:"4000" raw:"1"`
}

func (a *area) newProduct(c *web.Context) error {
	return a.showProduct(c, productForm{Period: string(hosting.Monthly)}, nil)
}

func (a *area) showProduct(c *web.Context, f productForm, errs ui.Errors) error {
	list, err := a.serverChoices(c, f.Server, "By staff, who choose a server")
	if err != nil {
		return err
	}
	plans, err := a.Recurring.Offered(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	charged := []ui.Choice{{Label: "A plan of its own, with this price"}}
	for _, one := range plans {
		charged = append(charged, ui.Choice{
			Value: one.ID.String(), Label: one.Name, Chosen: one.ID.String() == f.Plan,
		})
	}
	p := pages.NewProductPage{
		Plans: charged,
		Shell: c.Shell("New product"), ListURL: productsPath, Action: productsPath + "/new", Symbol: a.Currency.Symbol(),
		Name: f.Name, About: f.About, Next: f.Next, PanelPlan: f.PanelPlan, Price: f.Price, Options: f.Options,
		Servers: list, Errors: errs, Periods: []ui.Choice{
			{Value: string(hosting.Monthly), Label: "Each month", Chosen: f.Period != string(hosting.Yearly)},
			{Value: string(hosting.Yearly), Label: "Each year", Chosen: f.Period == string(hosting.Yearly)},
		},
	}
	if len(errs) > 0 {
		return c.Invalid(pages.NewProduct(p))
	}
	return c.Page(pages.NewProduct(p))
}

// serverChoices are the servers that take something new; none is what stands before them.
func (a *area) serverChoices(c *web.Context, chosen, none string) ([]ui.Choice, error) {
	all, err := a.Hosting.Servers(c.Ctx(), c.Who)
	if err != nil {
		return nil, err
	}
	list := []ui.Choice{{Label: none}}
	for _, s := range all {
		if !s.Retired {
			list = append(list, ui.Choice{Value: s.ID.String(), Label: s.Name, Chosen: s.ID.String() == chosen})
		}
	}
	return list, nil
}

func (a *area) addProduct(c *web.Context) error {
	var f productForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	n := orders.NewProduct{
		Name: f.Name, About: f.About, Next: f.Next, PanelPlan: f.PanelPlan, Period: hosting.Period(f.Period),
	}
	var err error
	if n.Price, err = money.Parse(f.Price, a.Currency); err != nil {
		return a.showProduct(c, f, ui.Errors{{Field: "price", Message: "An amount looks like 12.50."}})
	}
	if f.Server != "" {
		if n.Server, err = id.Parse[id.ServerKind](f.Server); err != nil {
			return a.showProduct(c, f, ui.Errors{{Field: "server", Message: "Choose a server from the list."}})
		}
	}
	if f.Plan != "" {
		if n.Plan, err = id.Parse[id.PlanKind](f.Plan); err != nil {
			return a.showProduct(c, f, ui.Errors{{Field: "plan", Message: "Choose a plan from the list."}})
		}
	}
	if n.Options, err = a.options(f.Options); err != nil {
		return a.showProduct(c, f, ui.Errors{{
			Field: "options", Message: "An option looks like this: Daily backups: 4.50",
		}})
	}
	_, err = a.Orders.AddProduct(c.Ctx(), c.Who, n)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showProduct(c, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("Clients can order it from now on.")
	return c.Redirect(productsPath)
}

// options reads a line for each option.
func (a *area) options(text string) (list []orders.Option, err error) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, price, _ := strings.Cut(line, ":")
		amount, err := money.Parse(strings.TrimSpace(price), a.Currency)
		if err != nil {
			return nil, err // the form says what is wrong
		}
		list = append(list, orders.Option{Name: strings.TrimSpace(name), Price: amount})
	}
	return list, nil
}

// offered is the product of the address, while clients can order it.
func (a *area) offered(c *web.Context) (orders.Product, error) {
	one, err := web.ParamID[id.ProductKind](c, "product")
	if err != nil {
		return orders.Product{}, err
	}
	list, err := a.Orders.Catalogue(c.Ctx(), c.Who)
	if err != nil {
		return orders.Product{}, err
	}
	at := slices.IndexFunc(list, func(p orders.Product) bool { return p.ID == one })
	if at < 0 {
		return orders.Product{}, fault.NotFound("product")
	}
	return list[at], nil
}

func (a *area) askRetire(c *web.Context) error {
	p, err := a.offered(c)
	if err != nil {
		return err
	}
	page := servers.AskPage{
		Shell: c.Shell("Retire a product"), Above: []ui.Link{{Text: "Catalogue", URL: productsPath}},
	}
	page.Ask = ui.ConfirmProps{
		Title: "Take " + p.Name + " out of the catalogue?", Button: "Take " + p.Name + " out", Back: "Keep it",
		Text:    "Nobody can order it any more. What was ordered stays.",
		BackURL: productsPath, Action: c.Request().URL.Path, CSRF: page.Shell.CSRF,
	}
	return c.Page(servers.Ask(page))
}

func (a *area) retire(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	one, err := web.ParamID[id.ProductKind](c, "product")
	if err != nil {
		return err
	}
	if err := a.Orders.RetireProduct(c.Ctx(), c.Who, one); err != nil {
		return err
	}
	c.Done("It is out of the catalogue.")
	return c.Redirect(productsPath)
}

func (a *area) waiting(c *web.Context) error {
	list, err := a.Orders.Waiting(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.RequestsPage{Shell: c.Shell("Orders"), Staff: true}
	for _, r := range list {
		one := row(c, r)
		one.URL = clientsPath + "/" + r.Account.String() + "/orders/" + r.ID.String()
		p.Rows = append(p.Rows, one)
	}
	return c.Page(pages.Requests(p))
}

type decisionForm struct {
	Do     string `form:"do" max:"20"`
	Server string `form:"server" max:"100"`
	Answer string `form:"answer" max:"2000" raw:"1"`
}

// asked reads the request that the address names.
func (a *area) asked(c *web.Context) (orders.Request, error) {
	one, err := web.ParamID[id.OrderKind](c, "request")
	if err != nil {
		return orders.Request{}, err
	}
	return a.Orders.ForStaff(c.Ctx(), c.Who, c.Account(), one)
}

func (a *area) look(c *web.Context) error {
	r, err := a.asked(c)
	if err != nil {
		return err
	}
	return a.showDecision(c, r, decisionForm{}, nil)
}

func (a *area) showDecision(c *web.Context, r orders.Request, f decisionForm, errs ui.Errors) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	client := clientsPath + "/" + c.Account().String()
	p := pages.DecidePage{
		Shell: c.Shell("An order"), ListURL: ordersPath, Name: ui.Capital(r.Name()), Client: of.Name, ClientURL: client,
		State: stateWords(r.State), Asked: r.Asked, Ends: r.EndsAt, Options: r.Options, Words: r.Words, Said: r.Answer,
		Answer: f.Answer, Errors: errs,
	}
	if r.Kind != orders.Cancel {
		tax, err := a.Recurring.Tax(c.Ctx(), c.Who, verb.HostingManage, c.Account(), r.Service)
		if err != nil {
			return err
		}
		p.Price, p.Period, p.Tax = &r.Price, each(r.Period), tax.Text()
	}
	if c.May(verb.BillingView) && !r.Service.IsZero() {
		p.ChargesURL = client + "/charges"
	}
	if r.State == orders.Asked {
		p.Action = c.Request().URL.Path
		if r.Kind == orders.Order {
			if p.Servers, err = a.serverChoices(c, f.Server, "Choose a server"); err != nil {
				return err
			}
		}
	}
	if len(errs) > 0 {
		return c.Invalid(pages.Decide(p))
	}
	return c.Page(pages.Decide(p))
}

func (a *area) decide(c *web.Context) error {
	var f decisionForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	r, err := a.asked(c)
	if err != nil {
		return err
	}
	d := orders.Decision{Accept: f.Do == "accept", Answer: f.Answer}
	if f.Server != "" {
		if d.Server, err = id.Parse[id.ServerKind](f.Server); err != nil {
			return a.showDecision(c, r, f, ui.Errors{{Field: "server", Message: "Choose a server from the list."}})
		}
	}
	err = a.Orders.Decide(c.Ctx(), c.Who, c.Account(), r.ID, d)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showDecision(c, r, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("The client is told.")
	return c.Redirect(ordersPath)
}
