package orders

import (
	"slices"

	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/web"
	pages "gatehouse/templates/orders"
	"gatehouse/templates/ui"
)

func services(c *web.Context) string { return c.Base() + "/services" }

func (a *area) offers(c *web.Context) error {
	list, err := a.Orders.Offers(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	return c.Page(pages.Offers(offersPage(c, "Order a service",
		"Prices are without VAT. Nothing is ordered before you say so.",
		[]ui.Link{{Text: "Services", URL: services(c)}}, services(c)+"/order/", list)))
}

func offersPage(
	c *web.Context, title, lead string, parents []ui.Link, at string, list []orders.Product,
) pages.OffersPage {
	p := pages.OffersPage{Shell: c.Shell(title), Parents: parents, Title: title, Lead: lead}
	for _, one := range list {
		p.Offers = append(p.Offers, pages.Offer{
			Name: one.Name, About: one.About, URL: at + one.ID.String(), Price: one.Price, Period: each(one.Period),
		})
	}
	return p
}

type askForm struct {
	Key     string   `form:"key" max:"100"`
	Domain  string   `form:"domain" max:"500"`
	Options []string `form:"options" max:"100"`
}

// chosen is the product that the address names.
func (a *area) chosen(c *web.Context) (orders.Product, error) {
	one, err := web.ParamID[id.ProductKind](c, "product")
	if err != nil {
		return orders.Product{}, err
	}
	list, err := a.Orders.Offers(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return orders.Product{}, err
	}
	i := slices.IndexFunc(list, func(p orders.Product) bool { return p.ID == one })
	if i < 0 {
		return orders.Product{}, fault.NotFound("order")
	}
	return list[i], nil
}

func (a *area) askNew(c *web.Context) error {
	p, err := a.chosen(c)
	if err != nil {
		return err
	}
	return c.Page(pages.Ask(a.newPage(c, p, askForm{Key: id.New[id.OrderKind]().String()}, nil)))
}

func (a *area) newPage(c *web.Context, p orders.Product, f askForm, errs ui.Errors) pages.AskPage {
	page := askPage(c, p, f, errs)
	page.Shell, page.Title, page.Button = c.Shell("Order "+p.Name), "Order "+p.Name, "Order it"
	page.Parents = []ui.Link{
		{Text: "Services", URL: services(c)}, {Text: "Order a service", URL: services(c) + "/order"},
	}
	page.NewOne, page.Domain, page.BackURL = true, f.Domain, services(c)+"/order"
	return page
}

func askPage(c *web.Context, p orders.Product, f askForm, errs ui.Errors) pages.AskPage {
	page := pages.AskPage{
		Action: c.Request().URL.Path, Key: f.Key, Price: p.Price, Period: each(p.Period), Next: p.Next, Errors: errs,
	}
	if page.Next == "" {
		page.Next = "We look at it, and you are mailed."
	}
	for _, o := range p.Options {
		page.Options = append(page.Options, ui.Choice{
			Value: o.ID.String(), Label: o.Name + ", " + o.Price.String() + " " + each(p.Period) + " more",
			Chosen: slices.Contains(f.Options, o.ID.String()),
		})
	}
	return page
}

// wish reads what somebody chose.
func wish(f askForm, p orders.Product) (orders.Wish, error) {
	bad := &web.BadRequestError{Problems: []string{"The form does not say what is asked for."}}
	key, err := id.Parse[id.OrderKind](f.Key)
	if err != nil {
		return orders.Wish{}, bad
	}
	w := orders.Wish{Key: key, Product: p.ID, Domain: f.Domain}
	for _, text := range f.Options {
		one, err := id.Parse[id.OptionKind](text)
		if err != nil {
			return orders.Wish{}, bad
		}
		w.Options = append(w.Options, one)
	}
	return w, nil
}

func (a *area) order(c *web.Context) error {
	var f askForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, err := a.chosen(c)
	if err != nil {
		return err
	}
	w, err := wish(f, p)
	if err != nil {
		return err
	}
	_, err = a.Orders.Ask(c.Ctx(), c.Who, c.Account(), w)
	if errs, ok := web.FieldErrors(err); ok {
		return c.Invalid(pages.Ask(a.newPage(c, p, f, errs)))
	}
	if err != nil {
		return err
	}
	c.Done("It is ordered. This page shows how far it is.")
	return c.Redirect(services(c) + "/requests")
}

// held is the service that the address names.
func (a *area) held(c *web.Context) (hosting.Service, error) {
	one, err := web.ParamID[id.ServiceKind](c, "service")
	if err != nil {
		return hosting.Service{}, err
	}
	return a.Hosting.Service(c.Ctx(), c.Who, c.Account(), one)
}

func (a *area) plans(c *web.Context) error {
	s, err := a.held(c)
	if err != nil {
		return err
	}
	list, err := a.Orders.Offers(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(p orders.Product) bool { return p.Name == s.Plan })
	at := services(c) + "/" + s.ID.String()
	return c.Page(pages.Offers(offersPage(c, "Another plan for "+s.Name(),
		"It has "+s.Plan+" now, for "+s.Price.String()+" "+each(s.Period)+", without VAT.",
		[]ui.Link{{Text: "Services", URL: services(c)}, {Text: s.Name(), URL: at}}, at+"/change/", list)))
}

func (a *area) askChange(c *web.Context) error {
	s, err := a.held(c)
	if err != nil {
		return err
	}
	p, err := a.chosen(c)
	if err != nil {
		return err
	}
	return a.showChange(c, s, p, askForm{Key: id.New[id.OrderKind]().String()}, nil)
}

func (a *area) showChange(
	c *web.Context, s hosting.Service, p orders.Product, f askForm, errs ui.Errors,
) error {
	page, at := askPage(c, p, f, errs), services(c)+"/"+s.ID.String()
	page.Shell, page.Title, page.Button = c.Shell("Change to "+p.Name), "Change "+s.Name()+" to "+p.Name, "Change the plan"
	page.Parents = []ui.Link{{Text: "Services", URL: services(c)}, {Text: s.Name(), URL: at}}
	page.BackURL, page.Renews = at, s.RenewsAt
	now, err := s.ProRata(withOptions(p, f), c.Now())
	if err != nil {
		return err
	}
	page.Now = &now
	if s.RenewsAt.IsZero() {
		page.Now = nil
	}
	if len(errs) > 0 {
		return c.Invalid(pages.Ask(page))
	}
	return c.Page(pages.Ask(page))
}

// withOptions is the price of a product with the options that were chosen.
func withOptions(p orders.Product, f askForm) money.Amount {
	minor := p.Price.Minor()
	for _, o := range p.Options {
		if slices.Contains(f.Options, o.ID.String()) {
			minor += o.Price.Minor()
		}
	}
	return money.New(minor, p.Price.Currency())
}

func (a *area) change(c *web.Context) error {
	var f askForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, err := a.held(c)
	if err != nil {
		return err
	}
	p, err := a.chosen(c)
	if err != nil {
		return err
	}
	w, err := wish(f, p)
	if err != nil {
		return err
	}
	w.Service = s.ID
	_, err = a.Orders.Ask(c.Ctx(), c.Who, c.Account(), w)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showChange(c, s, p, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("The change is on its way. This page shows how far it is.")
	return c.Redirect(services(c) + "/requests")
}

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
	return c.Page(pages.End(endPage(c, s, endForm{Key: id.New[id.OrderKind]().String()}, nil)))
}

func endPage(c *web.Context, s hosting.Service, f endForm, errs ui.Errors) pages.EndPage {
	at := services(c) + "/" + s.ID.String()
	return pages.EndPage{
		Shell:   c.Shell("End " + s.Name()),
		Parents: []ui.Link{{Text: "Services", URL: services(c)}, {Text: s.Name(), URL: at}},
		Name:    s.Name(), Action: at + "/cancel", Key: f.Key, Renews: s.RenewsAt, When: f.When, Reason: f.Reason,
		BackURL: at, Errors: errs,
	}
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
	r, err := a.Orders.AskEnd(c.Ctx(), c.Who, c.Account(), orders.End{
		Key: key, Service: s.ID, Now: f.When == "now", Words: f.Reason,
	})
	if errs, ok := web.FieldErrors(err); ok {
		return c.Invalid(pages.End(endPage(c, s, f, errs)))
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
