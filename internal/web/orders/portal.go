package orders

import (
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/billing/recurring"
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
	Seen    string   `form:"seen" max:"100"` // what it came to on the page that was sent
	Do      string   `form:"do" max:"10"`    // "total": only reckon
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
	return a.showNew(c, p, askForm{Key: id.New[id.OrderKind]().String()}, nil)
}

func (a *area) showNew(c *web.Context, p orders.Product, f askForm, errs ui.Errors) error {
	page, err := a.askPage(c, p, f, errs, ordered(p, f))
	if err != nil {
		return err
	}
	page.Shell, page.Title, page.Button = c.Shell("Order "+p.Name), "Order "+p.Name, "Order it"
	page.Parents = []ui.Link{
		{Text: "Services", URL: services(c)}, {Text: "Order a service", URL: services(c) + "/order"},
	}
	page.NewOne, page.Domain, page.BackURL, page.ByHand = true, f.Domain, services(c)+"/order", p.Server.IsZero()
	if len(errs) > 0 {
		return c.Invalid(pages.Ask(page))
	}
	return c.Page(pages.Ask(page))
}

// ordered is what is agreed on with a form: the product with the options that were chosen.
func ordered(p orders.Product, f askForm) recurring.Ordered {
	return recurring.Ordered{
		Plan: p.Plan, Name: p.Name, Period: recurring.Period(p.Period), Price: withOptions(p, f),
	}
}

// askPage is the form, with what it comes to as it stands.
func (a *area) askPage(
	c *web.Context, p orders.Product, f askForm, errs ui.Errors, o recurring.Ordered,
) (pages.AskPage, error) {
	q, err := a.Recurring.Quote(c.Ctx(), c.Who, c.Account(), o)
	if err != nil {
		return pages.AskPage{}, err
	}
	page := pages.AskPage{
		Action: c.Request().URL.Path, Key: f.Key, Period: each(p.Period), Next: p.Next, Errors: errs, Seen: seen(q),
		Total: q.Today.Total, VAT: q.Today.VAT, Price: q.Price, From: q.Next, NoVAT: q.Tax.Why(),
		Kept: q.Lower,
	}
	if q.Tax.Rate > 0 {
		page.Plus = q.Tax.Text() + " VAT"
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
	return page, nil
}

// seen is what a form came to, as the form itself says it.
func seen(q recurring.Quote) string {
	return strconv.FormatInt(q.Today.Total.Minor(), 10) + "-" + strconv.FormatInt(q.Price.Minor(), 10) + "-" +
		q.Next.Format(time.DateOnly)
}

// agreed says whether a form may be acted on: it is not only to be reckoned, and comes to what was seen on it. Where
// not, errs says why.
func (a *area) agreed(c *web.Context, f askForm, o recurring.Ordered) (yes bool, errs ui.Errors, err error) {
	if f.Do == "total" {
		return false, nil, nil
	}
	q, err := a.Recurring.Quote(c.Ctx(), c.Who, c.Account(), o)
	if err != nil || f.Seen == seen(q) {
		return err == nil, nil, err
	}
	return false, ui.Errors{{ // of no one field
		Message: "It comes to something else now. Look at what it costs, and send it again.",
	}}, nil
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
	yes, errs, err := a.agreed(c, f, ordered(p, f))
	if err != nil {
		return err
	}
	if !yes {
		return a.showNew(c, p, f, errs)
	}
	_, err = a.Orders.Ask(c.Ctx(), c.Who, c.Account(), w)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showNew(c, p, f, errs)
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
	page, err := a.askPage(c, p, f, errs, changed(s, p, f))
	if err != nil {
		return err
	}
	at := services(c) + "/" + s.ID.String()
	page.Shell, page.Title, page.Button = c.Shell("Change to "+p.Name), "Change "+s.Name()+" to "+p.Name, "Change the plan"
	page.Parents = []ui.Link{{Text: "Services", URL: services(c)}, {Text: s.Name(), URL: at}}
	page.BackURL = at
	page.Next = "You are mailed when the plan is changed. Until then the service runs as it does now."
	if len(errs) > 0 {
		return c.Invalid(pages.Ask(page))
	}
	return c.Page(pages.Ask(page))
}

// changed is what is agreed on for a service that there is.
func changed(s hosting.Service, p orders.Product, f askForm) recurring.Ordered {
	o := ordered(p, f)
	o.Service, o.From = s.ID, s.RenewsAt
	return o
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
	yes, errs, err := a.agreed(c, f, changed(s, p, f))
	if err != nil {
		return err
	}
	if !yes {
		return a.showChange(c, s, p, f, errs)
	}
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
