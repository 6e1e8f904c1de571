// Package paylinks holds the page of a link that pays one invoice without a sign-in, and the pages on which contacts
// and the provider's people make such links. Rules live in the domain, looks in templates.
package paylinks

import (
	"net/http"
	"strconv"
	"strings"

	"gatehouse/internal/billing"
	links "gatehouse/internal/billing/paylinks"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/layout"
	"gatehouse/templates/paylinks"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Links   *links.Links
	Billing *billing.Billing
	Seller  func() string // who issued the invoices: name, address, and what the law wants named
	Payee   func() string // their name alone
}

type area struct {
	Deps
	web      *web.Web
	throttle *web.Throttle
}

const (
	portalPath = web.AccountPath + "/invoices/:invoice/links"
	staffPath  = "/staff/clients/:account/invoices/:invoice/links"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w, throttle: web.NewThrottle(clock.System())}
	w.Page(links.Path+":token", verb.Public, a.open)
	w.Action(links.Path+":token", verb.Public, a.pay)
	w.Page(portalPath, verb.InvoicesPay, a.list)
	w.Action(portalPath, verb.InvoicesPay, a.create)
	w.Action(portalPath+"/:link/end", verb.InvoicesPay, a.end)
	w.Page(staffPath, verb.BillingManage, a.list)
	w.Action(staffPath, verb.BillingManage, a.create)
	w.Action(staffPath+"/:link/end", verb.BillingManage, a.end)
}

// shell is the frame without anything of whoever is signed in: the page is the same for everybody who has the link.
func shell(c *web.Context, title string) layout.Shell {
	c.Unlisted()
	s := c.Shell(title)
	s.Me, s.Account, s.Nav, s.Session, s.Notice, s.Preview = nil, nil, nil, nil, nil, nil
	s.SignOutURL, s.Staff = "", false
	return s
}

// come lets a few at a time look: what cannot be guessed is not to be tried either (D2).
func (a *area) come(c *web.Context) error {
	if wait := a.throttle.Take(c.Who.Address); wait > 0 {
		return fault.Limited(wait, "Your network opened too many payment links.")
	}
	return nil
}

func (a *area) open(c *web.Context) error {
	if err := a.come(c); err != nil {
		return err
	}
	in, err := a.Links.Open(c.Ctx(), c.Who, c.Param("token"))
	if fault.KindOf(err) == fault.KindNotFound {
		return c.Render(http.StatusNotFound, paylinks.Gone(shell(c, "Payment link")))
	}
	if err != nil {
		return err
	}
	return c.Page(paylinks.Pay(a.payPage(c, in)))
}

// payPage shows of the invoice what whoever pays it has to know: of the client the name alone.
func (a *area) payPage(c *web.Context, in billing.Invoice) paylinks.PayPage {
	paper := web.Paper(in, a.Seller())
	paper.PO, paper.Ref, paper.BilledTo = "", "", []string{in.BilledTo.Name}
	key := id.New[id.CheckoutKind]()
	return paylinks.PayPage{
		Shell: shell(c, "Invoice "+in.Number), Paper: paper, About: in.About, State: ui.InvoiceState(in.State),
		Seller: a.Payee(), Action: links.Path + c.Param("token"), Key: key.String(), Mark: a.Links.Mark(key, in),
		Payable: a.Billing.TakesPayments(), Coming: c.Query(billing.PaidQuery) != "", Debit: web.Debit(c.Reader(), in.Debit),
	}
}

type payForm struct {
	Key    string `form:"key" max:"40"`
	Amount string `form:"amount" max:"40"`
	Twice  string `form:"twice" max:"5"`
	Mark   string `form:"mark" max:"200"`
}

func (a *area) pay(c *web.Context) error {
	var f payForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	if err := a.come(c); err != nil {
		return err
	}
	key, err := id.Parse[id.CheckoutKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which payment it begins. Load the page anew."}}
	}
	token := c.Param("token")
	in, err := a.Links.Open(c.Ctx(), c.Who, token)
	if fault.KindOf(err) == fault.KindNotFound {
		return c.Render(http.StatusNotFound, paylinks.Gone(shell(c, "Payment link")))
	}
	if err != nil {
		return err
	}
	amount, err := money.Parse(f.Amount, in.Total.Currency())
	if err != nil {
		f.Mark = "" // nobody types it: the page has shown something else
	}
	leave, err := a.Links.Pay(c.Ctx(), c.Who, token, links.Order{
		Key: key, Says: amount, Mark: f.Mark, Twice: f.Twice != "",
	})
	if errs, ok := web.FieldErrors(err); ok {
		p := a.payPage(c, in)
		p.Errors = ui.Errors{{Message: errs[0].Message}} // nobody types an amount here
		return c.Invalid(paylinks.Pay(p))
	}
	switch fault.KindOf(err) {
	case fault.KindNotFound: // it ended while they looked
		return c.Render(http.StatusNotFound, paylinks.Gone(shell(c, "Payment link")))
	case fault.KindConflict: // it was paid meanwhile
		return c.Redirect(links.Path + token)
	case fault.KindUnknown, fault.KindDenied, fault.KindInvalid, fault.KindStepUp, fault.KindLimited,
		fault.KindUnavailable, fault.KindSignIn, fault.KindTooLarge, fault.KindUnsaid:
	}
	if err != nil {
		return err
	}
	return c.Leave(leave)
}

// here is the address of the list, on either side of the counter.
func here(c *web.Context) string {
	path, _, _ := strings.Cut(c.Request().URL.Path, "/links")
	return path + "/links"
}

func (a *area) list(c *web.Context) error {
	p, err := a.page(c)
	if err != nil {
		return err
	}
	return c.Page(paylinks.Links(p))
}

// read reads the invoice of the address, for a contact or for the provider's people.
func (a *area) read(c *web.Context) (billing.Invoice, error) {
	invoice, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return billing.Invoice{}, err
	}
	if strings.HasPrefix(here(c), "/staff/") {
		return a.Billing.ClientInvoice(c.Ctx(), c.Who, c.Account(), invoice)
	}
	return a.Billing.PayersInvoice(c.Ctx(), c.Who, c.Account(), invoice)
}

func (a *area) page(c *web.Context) (paylinks.LinksPage, error) {
	in, err := a.read(c)
	if err != nil {
		return paylinks.LinksPage{}, err
	}
	if in.Number == "" {
		return paylinks.LinksPage{}, fault.NotFound("payment links") // a draft
	}
	all, err := a.Links.List(c.Ctx(), c.Who, c.Account(), in.ID)
	if err != nil {
		return paylinks.LinksPage{}, err
	}
	one := strings.TrimSuffix(here(c), "/links")
	p := paylinks.LinksPage{
		Shell: c.Shell("Payment links"), Number: in.Number, Action: here(c), Key: id.New[id.PayLinkKind]().String(),
		Payable: !in.Left.IsZero(),
	}
	if p.Parents, err = c.AboveClient(); err != nil {
		return paylinks.LinksPage{}, err
	}
	p.Parents = append(p.Parents,
		ui.Link{Text: "Invoices", URL: one[:strings.LastIndex(one, "/")]}, ui.Link{Text: in.Number, URL: one})
	for _, d := range links.Lives() {
		p.Lives = append(p.Lives, ui.Choice{
			Value: strconv.Itoa(d), Label: ui.Count(d, "day", "days"), Chosen: d == links.Lives()[0],
		})
	}
	for _, l := range all {
		row := paylinks.LinkRow{
			ID: l.ID.String(), By: l.MadeBy, Made: l.Made, Expires: l.Expires, Works: l.Works, Ended: l.Ended,
			EndURL: here(c) + "/" + l.ID.String() + "/end",
		}
		if l.Works {
			row.Address = a.address(l.Path)
		}
		if l.ForMail {
			row.By = c.Provider() + ", for the invoice’s mail,"
		}
		p.Links = append(p.Links, row)
	}
	return p, nil
}

func (a *area) address(path string) string {
	return strings.TrimSuffix(a.web.PublicURL.String(), "/") + path
}

type makeForm struct {
	Key  string `form:"key" max:"40"`
	Days string `form:"days" max:"10"`
}

func (a *area) create(c *web.Context) error {
	var f makeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	in, err := a.read(c)
	if err != nil {
		return err
	}
	key, errKey := id.Parse[id.PayLinkKind](f.Key)
	days, errDays := strconv.Atoi(f.Days)
	if errKey != nil || errDays != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which link it makes. Load the page anew."}}
	}
	made, err := a.Links.Make(c.Ctx(), c.Who, c.Account(), in.ID, key, days)
	errs, wrong := web.FieldErrors(err)
	if err != nil && !wrong {
		return err
	}
	p, err := a.page(c)
	if err != nil {
		return err
	}
	if wrong {
		p.Errors = errs
		return c.Invalid(paylinks.Links(p))
	}
	p.New = a.address(made.Path)
	return c.Page(paylinks.Links(p))
}

func (a *area) end(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	invoice, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return err
	}
	link, err := web.ParamID[id.PayLinkKind](c, "link")
	if err != nil {
		return err
	}
	if err := a.Links.End(c.Ctx(), c.Who, c.Account(), invoice, link); err != nil {
		return err
	}
	c.Done("The link no longer works.")
	return c.Redirect(here(c))
}
