package cards

import (
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/cards"
	"gatehouse/templates/ui"
)

const mandatesPath = path + "/mandates"

func (a *area) mandateRoutes(w *web.Web) {
	w.Action(mandatesPath, verb.PaymentMethodsManage, a.setUp)
	w.Action(mandatesPath+"/:mandate/default", verb.PaymentMethodsManage, a.chooseMandate)
	w.Page(mandatesPath+"/:mandate/remove", verb.PaymentMethodsManage, a.askRemoveMandate)
	w.Action(mandatesPath+"/:mandate/remove", verb.PaymentMethodsManage, a.removeMandate)
	if a.Sandbox != nil {
		w.Page(sandbox.MandatePath+":setup", verb.Public, a.mandate)
		w.Action(sandbox.MandatePath+":setup", verb.Public, a.mandated)
	}
}

// mandates adds the Direct Debits of the account to its page.
func (a *area) mandates(c *web.Context, p *cards.Page) error {
	list, err := a.Debits.List(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p.Notice, p.Debits = a.Debits.Notice(), a.Debits.Keeps() || len(list) > 0
	manages := c.Offers(verb.PaymentMethodsManage)
	if manages && a.Debits.Keeps() {
		p.SetUpURL, p.SetUpKey = here(c)+"/mandates", id.New[id.CardSetupKind]().String()
	}
	for _, one := range list {
		m := cards.Mandate{
			SortCode: sortCode(one.SortCode), Last4: one.Last4, Reference: one.Reference, Default: one.Default,
			Pending: one.State == billing.MandatePending, Ended: one.State == billing.MandateInactive, Added: one.Added,
		}
		if manages {
			m.RemoveURL = here(c) + "/mandates/" + one.ID.String() + "/remove"
			if !one.Default && !m.Ended {
				m.DefaultURL = here(c) + "/mandates/" + one.ID.String() + "/default"
			}
		}
		p.Coming = p.Coming && c.Now().Sub(one.Added) > justAdded
		p.Mandates = append(p.Mandates, m)
	}
	return nil
}

// sortCode is written in pairs, as on a bank card.
func sortCode(s string) string {
	const digits = 6
	if len(s) != digits {
		return s
	}
	return s[:2] + "-" + s[2:4] + "-" + s[4:]
}

func (a *area) setUp(c *web.Context) error {
	var f addForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.CardSetupKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{
			"The form does not say which Direct Debit it sets up. Load the page anew.",
		}}
	}
	leave, err := a.Debits.Begin(c.Ctx(), c.Who, c.Account(), key, here(c))
	if err != nil {
		return err
	}
	return c.Leave(leave)
}

func (a *area) chooseMandate(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	mandate, err := web.ParamID[id.MandateKind](c, "mandate")
	if err != nil {
		return err
	}
	if err := a.Debits.MakeDefault(c.Ctx(), c.Who, c.Account(), mandate); err != nil {
		return err
	}
	c.Done("Invoices are collected by this Direct Debit from now on.")
	return c.Redirect(here(c))
}

func (a *area) askRemoveMandate(c *web.Context) error {
	mandate, err := web.ParamID[id.MandateKind](c, "mandate")
	if err != nil {
		return err
	}
	list, err := a.Debits.List(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	var found debits.Mandate
	for _, one := range list {
		if one.ID == mandate {
			found = one
		}
	}
	if found.ID.IsZero() {
		return fault.NotFound("mandate")
	}
	p := cards.RemovePage{
		Shell: c.Shell("Remove a Direct Debit"), Action: here(c) + "/mandates/" + mandate.String() + "/remove",
		BackURL: here(c), Name: "the Direct Debit from the account ending in " + found.Last4,
		Button: "Remove the Direct Debit",
		Text:   "Our payment provider ends it at your bank. Payments that it made stay as they are.",
		Effects: []string{
			"What is announced and not sent yet is not collected.", "What is already under way still arrives.",
		},
	}
	if found.Default {
		p.Effects = append(p.Effects, "No invoice is paid by itself any more, until you choose another way to pay.")
	}
	return c.Page(cards.Remove(p))
}

func (a *area) removeMandate(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	mandate, err := web.ParamID[id.MandateKind](c, "mandate")
	if err != nil {
		return err
	}
	if err := a.Debits.Remove(c.Ctx(), c.Who, c.Account(), mandate); err != nil {
		return err
	}
	c.Done("The Direct Debit is removed.")
	return c.Redirect(here(c))
}

func (a *area) mandateSetup(c *web.Context) (billing.Setup, error) {
	setup, err := web.ParamID[id.CardSetupKind](c, "setup")
	if err != nil {
		return billing.Setup{}, err
	}
	return a.Debits.Setup(c.Ctx(), setup)
}

// mandate stands where a payment provider's own page would.
func (a *area) mandate(c *web.Context) error {
	s, err := a.mandateSetup(c)
	if err != nil {
		return err
	}
	return c.Page(cards.Mandated(mandatePage(c, s, "")))
}

func mandatePage(c *web.Context, s billing.Setup, message string) cards.GivePage {
	return cards.GivePage{
		Shell: c.Shell("Sandbox Direct Debit"), Action: sandbox.MandatePath + s.ID.String(), Merchant: s.Merchant,
		Message: message,
	}
}

type mandateForm struct {
	Account string `form:"account" max:"40"`
	Do      string `form:"do" max:"40"`
}

// mandated is what somebody does on the sandbox's page. Its notice goes the way that those of a real gateway go.
func (a *area) mandated(c *web.Context) error {
	var f mandateForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, err := a.mandateSetup(c)
	if err != nil {
		return err
	}
	if f.Do == "cancel" {
		c.Flash(ui.Info, "You left the page. No Direct Debit was set up.")
		return c.Redirect(s.Back)
	}
	if f.Account != sandbox.AccountPays && f.Account != sandbox.AccountEmpty {
		return c.Invalid(cards.Mandated(mandatePage(c, s, "Choose a bank account.")))
	}
	if err := a.Sandbox.Mandated(c.Ctx(), s, f.Account, c.Now()); err != nil {
		return err
	}
	c.Done("The Direct Debit is set up. Your bank confirms it within a few working days.")
	return c.Redirect(s.Back)
}
