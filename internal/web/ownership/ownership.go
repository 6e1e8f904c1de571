// Package ownership holds the pages about who owns an account, and those that ask the provider for another name or main
// contact. Rules live in the domain of the same name, permissions on the routes; what a page looks like in
// templates/ownership.
package ownership

import (
	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/ownership"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/ownership"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts  *accounts.Accounts
	Ownership *ownership.Ownership
}

type area struct {
	Deps
	web *web.Web
}

const basePath = web.AccountPath + "/settings/ownership"

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	const requests = web.AccountPath + "/settings/requests"
	w.Page(basePath, verb.AccountView, a.overview)
	w.Page(basePath+"/new", verb.AccountTransfer, a.offerForm)
	w.Action(basePath+"/new", verb.AccountTransfer, a.offer)
	w.Action(basePath+"/:offer", verb.AccountView, a.answer)
	w.Page(basePath+"/:offer/withdraw", verb.AccountTransfer, a.withdrawForm)
	w.Action(basePath+"/:offer/withdraw", verb.AccountTransfer, a.withdraw)
	w.Page(requests+"/name", verb.AccountTransfer, a.nameForm)
	w.Action(requests+"/name", verb.AccountTransfer, a.askName)
	w.Page(requests+"/main-contact", verb.AccountTransfer, a.mainForm)
	w.Action(requests+"/main-contact", verb.AccountTransfer, a.askMain)
	w.Action(requests+"/:change/withdraw", verb.AccountTransfer, a.unrequest)
}

// base is the address of the page that everything here leads back to.
func base(c *web.Context) string { return c.Base() + "/settings/ownership" }

func requestsBase(c *web.Context) string { return c.Base() + "/settings/requests" }

func (a *area) overview(c *web.Context) error {
	p := pages.Page{Shell: c.Shell("Owners and name"), Account: c.AccountName(), Tabs: c.SettingsTabs()}
	owners, err := a.Ownership.Owners(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	for _, owner := range owners {
		p.Owners = append(p.Owners, ui.Person{Name: owner.Name})
	}
	asks := a.Ownership.MayAsk(c.Who, c.Account())
	open, found, err := a.Ownership.Current(c.Ctx(), c.Who, c.Account())
	switch {
	case err != nil:
		return err
	case found:
		p.Offer = offerOf(c, open, asks)
	case asks:
		p.OfferURL = base(c) + "/new"
	}
	if asks {
		p.NameURL, p.MainURL = requestsBase(c)+"/name", requestsBase(c)+"/main-contact"
	}
	if p.Edits = c.May(verb.AccountEdit); p.Edits {
		if err := a.fillRequests(c, &p, asks); err != nil {
			return err
		}
	}
	return c.Page(pages.Overview(p))
}

func offerOf(c *web.Context, open ownership.Open, asks bool) *pages.Offer {
	o := &pages.Offer{
		By: open.By.Name, To: open.To.Name, Then: open.Then, Since: open.Since, Expires: open.Expires,
	}
	if asks {
		o.WithdrawURL = base(c) + "/" + open.ID.String() + "/withdraw"
	}
	if open.Mine {
		o.AnswerURL = base(c) + "/" + open.ID.String()
	}
	return o
}

// fillRequests adds who speaks for the account, and what was asked of the provider.
func (a *area) fillRequests(c *web.Context, p *pages.Page, asks bool) error {
	main, err := a.Ownership.MainContact(c.Ctx(), c.Who, c.Account())
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return err
	}
	p.Main = ui.Person{Name: main.Name}
	list, err := a.Ownership.Requests(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	for _, r := range list {
		row := pages.Request{
			What: r.What, Wanted: r.Wanted, By: r.Asker.Name, Answer: r.Answer, Since: r.Since, State: stateOf(r),
		}
		if asks && r.Open() {
			row.WithdrawURL = requestsBase(c) + "/" + r.ID.String() + "/withdraw"
		}
		p.Requests = append(p.Requests, row)
	}
	return nil
}

func stateOf(r ownership.Request) ui.State {
	switch r.State {
	case "approved":
		return ui.State{Tone: ui.OK, Icon: "check", Word: "Approved"}
	case "declined":
		return ui.State{Tone: ui.Warn, Icon: "x", Word: "Declined"}
	case "withdrawn":
		return ui.State{Tone: ui.Neutral, Icon: "x", Word: "Withdrawn"}
	}
	return ui.State{Tone: ui.Info, Icon: "hourglass", Word: "Waits for us"}
}

type answerForm struct {
	Answer string `form:"answer" max:"20"`
}

// answer accepts the offer of ownership or declines it.
func (a *area) answer(c *web.Context) error {
	var f answerForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	offer, err := web.ParamID[id.OfferKind](c, "offer")
	if err != nil {
		return err
	}
	switch f.Answer {
	case "accept":
		if err := a.Ownership.Accept(c.Ctx(), c.Who, c.Account(), offer); err != nil {
			return err
		}
		c.Done("You are an owner of " + c.AccountName() + " now.")
	case "decline":
		if err := a.Ownership.Decline(c.Ctx(), c.Who, c.Account(), offer); err != nil {
			return err
		}
		c.Done("You declined. Nothing has changed.")
	default:
		return &web.BadRequestError{Problems: []string{"The form does not say what you answer."}}
	}
	return c.Redirect(base(c))
}
