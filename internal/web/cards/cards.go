// Package cards holds the page of the cards that are kept on file for an account, and what can be done to them. Rules
// live in the domain, looks in templates.
package cards

import (
	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	room "gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/cards"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts *accounts.Accounts
	Cards    *room.Cards
	Debits   *debits.Debits
	Sandbox  *sandbox.Gateway // nil unless configured
}

type area struct{ Deps }

const path = web.AccountPath + "/payment-methods"

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{d}
	w.Page(path, verb.PaymentMethodsView, a.list)
	w.Action(path, verb.PaymentMethodsManage, a.add)
	w.Action(path+"/:card/default", verb.PaymentMethodsManage, a.choose)
	w.Page(path+"/:card/remove", verb.PaymentMethodsManage, a.askRemove)
	w.Action(path+"/:card/remove", verb.PaymentMethodsManage, a.remove)
	w.Page(clientPath, verb.BillingView, a.ofClient)
	a.mandateRoutes(w)
	if a.Sandbox != nil {
		w.Page(sandbox.CardPath+":setup", verb.Public, a.give)
		w.Action(sandbox.CardPath+":setup", verb.Public, a.given)
	}
}

func here(c *web.Context) string { return c.Base() + "/payment-methods" }

// name is what people call a card.
func name(c room.Card) string {
	return c.Brand + " ending in " + c.Last4
}

func (a *area) list(c *web.Context) error {
	list, err := a.Cards.List(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := cards.Page{
		Shell: c.Shell("Payment methods"), ListURL: c.Base() + "/invoices", Off: !a.Cards.Keeps(),
		Key: id.New[id.CardSetupKind]().String(), Coming: c.Query(billing.PaidQuery) != "", Days: room.Schedule(),
	}
	manages := c.Offers(verb.PaymentMethodsManage)
	if manages {
		p.AddURL = here(c)
	}
	for _, one := range list {
		card := cards.Card{
			Name: name(one), Month: one.Month, Year: one.Year, Default: one.Default, Ended: one.Ended, Ending: one.Ending,
			Added: one.Added,
		}
		if manages {
			card.RemoveURL = here(c) + "/" + one.ID.String() + "/remove"
			if !one.Default {
				card.DefaultURL = here(c) + "/" + one.ID.String() + "/default"
			}
		}
		p.Coming = p.Coming && c.Now().Sub(one.Added) > justAdded
		p.Cards = append(p.Cards, card)
	}
	if err := a.mandates(c, &p); err != nil {
		return err
	}
	return c.Page(cards.List(p))
}

type addForm struct {
	Key string `form:"key" max:"40"`
}

func (a *area) add(c *web.Context) error {
	var f addForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.CardSetupKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which card it adds. Load the page anew."}}
	}
	leave, err := a.Cards.Begin(c.Ctx(), c.Who, c.Account(), key, here(c))
	if err != nil {
		return err
	}
	return c.Leave(leave)
}

func (a *area) choose(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	card, err := web.ParamID[id.CardKind](c, "card")
	if err != nil {
		return err
	}
	if err := a.Cards.MakeDefault(c.Ctx(), c.Who, c.Account(), card); err != nil {
		return err
	}
	c.Done("Invoices are paid with this card from now on.")
	return c.Redirect(here(c))
}

func (a *area) askRemove(c *web.Context) error {
	card, err := web.ParamID[id.CardKind](c, "card")
	if err != nil {
		return err
	}
	list, err := a.Cards.List(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := cards.RemovePage{
		Shell: c.Shell("Remove a card"), Action: here(c) + "/" + card.String() + "/remove", BackURL: here(c),
		Text:   "Our payment provider forgets it too. Payments that it made stay as they are.",
		Button: "Remove the card",
	}
	var next room.Card
	for _, one := range list {
		switch {
		case one.ID == card:
			p.Name = name(one)
			if !one.Default {
				p.Effects = []string{"What pays your invoices by itself stays the same."}
			}
		case one.Added.After(next.Added):
			next = one
		}
	}
	switch {
	case p.Name == "":
		return fault.NotFound("card")
	case p.Effects != nil:
	case next.Last4 != "":
		p.Effects = []string{"Invoices are paid with " + name(next) + " from then on."}
	default:
		p.Effects = []string{"No invoice is paid by itself any more: pay each by hand, or add another card."}
	}
	return c.Page(cards.Remove(p))
}

func (a *area) remove(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	card, err := web.ParamID[id.CardKind](c, "card")
	if err != nil {
		return err
	}
	if err := a.Cards.Remove(c.Ctx(), c.Who, c.Account(), card); err != nil {
		return err
	}
	c.Done("The card is removed.")
	return c.Redirect(here(c))
}
