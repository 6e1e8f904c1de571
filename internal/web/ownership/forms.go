package ownership

import (
	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/ownership"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/ownership"
	"gatehouse/templates/ui"
)

type offerForm struct {
	Contact string `form:"contact" max:"40"`
	Then    string `form:"then" max:"40"`
}

// stays is the answer of an owner who hands over and stays one.
const stays = "owner"

func (a *area) offerForm(c *web.Context) error {
	p, err := a.offerPage(c, offerForm{})
	if err != nil {
		return err
	}
	return c.Page(pages.OfferForm(p))
}

func (a *area) offerPage(c *web.Context, f offerForm) (pages.OfferPage, error) {
	p := pages.OfferPage{
		Shell: c.Shell("Offer ownership"), BackURL: base(c), Action: c.Request().URL.Path, Account: c.AccountName(),
	}
	roles, err := a.Accounts.StepDownRoles(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return p, err
	}
	noOwner := func(one accounts.Contact) bool { return one.Terms.Role != access.RoleOwner }
	p.Contacts, err = a.contacts(c, f.Contact, noOwner)
	p.Then = []ui.Choice{{
		Value: stays, Label: "Still an owner", Help: "Both of you can do everything", Chosen: f.Then == stays,
	}}
	for _, role := range roles {
		p.Then = append(p.Then, ui.Choice{
			Value: role.Value(), Label: role.Name, Help: role.Says(), Chosen: f.Then == role.Value(),
		})
	}
	return p, err
}

// contacts are the people of the account with access now whom a form offers.
func (a *area) contacts(
	c *web.Context, chosen string, fits func(accounts.Contact) bool,
) ([]ui.Choice, error) {
	var list []ui.Choice
	if !c.May(verb.ContactsView) {
		return nil, nil
	}
	for after := (id.Membership{}); ; {
		page, err := a.Accounts.Contacts(c.Ctx(), c.Who, c.Account(), after)
		if err != nil {
			return nil, err
		}
		for _, one := range page.Contacts {
			if one.Suspended || one.Ended || one.Disabled || !fits(one) {
				continue
			}
			list = append(list, ui.Choice{
				Value: one.ID.String(), Label: one.Name, Help: one.Email + " · " + one.RoleName, Chosen: chosen == one.ID.String(),
			})
		}
		if after = page.Next; after.IsZero() {
			return list, nil
		}
	}
}

func (a *area) offer(c *web.Context) error {
	var f offerForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	to, _ := id.Parse[id.MembershipKind](f.Contact) // an answer that is no id is nobody's
	proposal := ownership.Proposal{To: to, ThenRole: f.Then}
	if f.Then == stays {
		proposal.ThenRole = ""
	}
	var missing []fault.Field
	if to.IsZero() {
		missing = append(missing, fault.Field{Name: "contact", Message: "Choose who is to be an owner."})
	}
	if f.Then == "" {
		missing = append(missing, fault.Field{Name: "then", Message: "Choose what you are from then on."})
	}
	err := fault.Invalid(missing...)
	if len(missing) == 0 {
		err = a.Ownership.Propose(c.Ctx(), c.Who, c.Account(), proposal)
	}
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.offerPage(c, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(pages.OfferForm(p))
	}
	if err != nil {
		return err
	}
	c.Done("The offer is sent. Nothing changes until it is accepted.")
	return c.Redirect(base(c))
}

func (a *area) withdrawForm(c *web.Context) error {
	offer, err := web.ParamID[id.OfferKind](c, "offer")
	if err != nil {
		return err
	}
	open, found, err := a.Ownership.Current(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	if !found || open.ID != offer {
		return fault.NotFound("withdraw an offer")
	}
	return c.Page(pages.Withdraw(pages.WithdrawPage{
		Shell: c.Shell("Withdraw the offer"), BackURL: base(c), Action: c.Request().URL.Path, To: open.To.Name,
	}))
}

func (a *area) withdraw(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	offer, err := web.ParamID[id.OfferKind](c, "offer")
	if err != nil {
		return err
	}
	if err := a.Ownership.Withdraw(c.Ctx(), c.Who, c.Account(), offer); err != nil {
		return err
	}
	c.Done("The offer is withdrawn.")
	return c.Redirect(base(c))
}

type askForm struct {
	Name    string `form:"name" max:"500"`
	Contact string `form:"contact" max:"40"`
	Reason  string `form:"reason" max:"3000"`
}

func (a *area) nameForm(c *web.Context) error { return c.Page(pages.AskForm(a.namePage(c, askForm{}))) }

func (a *area) namePage(c *web.Context, f askForm) pages.AskPage {
	return pages.AskPage{
		Shell: c.Shell("Ask for another name"), BackURL: base(c), Action: c.Request().URL.Path, Title: "Ask for another name",
		Now: c.AccountName(), Name: f.Name, Reason: f.Reason,
	}
}

func (a *area) askName(c *web.Context) error {
	var f askForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.Ownership.Request(c.Ctx(), c.Who, c.Account(), ownership.Ask{
		Kind: ownership.LegalName, Name: f.Name, Reason: f.Reason,
	})
	return a.asked(c, err, func() (pages.AskPage, error) { return a.namePage(c, f), nil })
}

func (a *area) mainForm(c *web.Context) error {
	p, err := a.mainPage(c, askForm{})
	if err != nil {
		return err
	}
	return c.Page(pages.AskForm(p))
}

func (a *area) mainPage(c *web.Context, f askForm) (pages.AskPage, error) {
	p := pages.AskPage{
		Shell: c.Shell("Ask for another main contact"), BackURL: base(c), Action: c.Request().URL.Path,
		Title: "Ask for another main contact", Reason: f.Reason,
	}
	now, err := a.Ownership.MainContact(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return p, err
	}
	p.Now = now.Name
	p.Contacts, err = a.contacts(c, f.Contact, func(accounts.Contact) bool { return true })
	return p, err
}

func (a *area) askMain(c *web.Context) error {
	var f askForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	to, _ := id.Parse[id.MembershipKind](f.Contact) // an answer that is no id is nobody's
	err := a.Ownership.Request(c.Ctx(), c.Who, c.Account(), ownership.Ask{
		Kind: ownership.Primary, Contact: to, Reason: f.Reason,
	})
	return a.asked(c, err, func() (pages.AskPage, error) { return a.mainPage(c, f) })
}

// asked leads back where the request was taken, and shows the form again where something was wrong with it.
func (a *area) asked(c *web.Context, err error, again func() (pages.AskPage, error)) error {
	if errs, ok := web.FieldErrors(err); ok {
		p, err := again()
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(pages.AskForm(p))
	}
	if err != nil {
		return err
	}
	c.Done("Your request is sent. We write to you once somebody has looked at it.")
	return c.Redirect(base(c))
}

func (a *area) unrequest(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	change, err := web.ParamID[id.ChangeKind](c, "change")
	if err != nil {
		return err
	}
	if err := a.Ownership.Unrequest(c.Ctx(), c.Who, c.Account(), change); err != nil {
		return err
	}
	c.Done("The request is withdrawn.")
	return c.Redirect(base(c))
}
