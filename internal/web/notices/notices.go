// Package notices holds the pages on which people choose which mails they get: their own for each account, and those of
// a contact. Rules live in the domain of the same name, permissions on the routes.
package notices

import (
	"slices"
	"strings"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/notices"
)

const minePath = "/me/notifications"

// Deps are the rooms that these pages lead to.
type Deps struct{ Notices *notices.Notices }

type area struct{ Deps }

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d}
	const contact = web.AccountPath + "/contacts/:contact/mails"
	w.Page(minePath, verb.SelfView, a.mine)
	w.Action(minePath, verb.SelfManage, a.chooseMine)
	w.Page(contact, verb.ContactsManage, a.contact)
	w.Action(contact, verb.ContactsManage, a.chooseFor)
}

func (a *area) mine(c *web.Context) error {
	list, err := a.Notices.Mine(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.MinePage{
		Shell: c.Shell("Notifications"), Tabs: web.MyPages("Notifications"), Action: minePath,
		AlertsURL: "/me/alerts",
	}
	for _, one := range list {
		account := shown(one)
		for i := range account.Choices {
			account.Choices[i].Value = within(one.Account, account.Choices[i].Value)
		}
		p.Accounts = append(p.Accounts, account)
	}
	return c.Page(pages.Mine(p))
}

// within names a kind of mail about one of several accounts in a form.
func within(account id.Account, kind string) string { return account.String() + "_" + kind }

func shown(c notices.Choices) pages.Account {
	out := pages.Account{ID: c.Account.String(), Name: c.Name}
	for _, one := range c.List {
		label, help := words(one.Kind)
		out.Choices = append(out.Choices, pages.Choice{
			Value: string(one.Kind), Label: label, Help: help, On: one.On, Fixed: !one.Kind.Optional(),
		})
	}
	return out
}

func words(k notices.Kind) (label, help string) {
	switch k {
	case notices.Invoices:
		return "Invoices", "A mail for each new invoice."
	case notices.Payments:
		return "Payments", "A receipt for each payment."
	case notices.Services:
		return "Services", "When a service is ready, is stopped, runs again or has ended."
	case notices.Domains:
		return "Domains", "Before a domain runs out, and when it did. That one is changed is always told to those who may."
	case notices.Incidents:
		return "Incidents and planned work",
			"When a server that carries services of the account is in trouble, or is worked on."
	case notices.Reviews:
		return "Access reviews", "When a review starts, is due and is finished. That people lose access is always told."
	case notices.Teams:
		return "Teams", "Offers, and what becomes of them. That somebody new gets access is always told."
	case notices.Asks:
		return "Requests for access", "When somebody who was refused asks you as an owner for what they lack."
	case notices.Security, notices.Debits:
	}
	return "Security", "What touches how people sign in, and who has access. These cannot be switched off."
}

type choosing struct {
	Kinds []string `form:"kinds" max:"40"`
}

type choosingMine struct {
	Accounts []string `form:"account[]" max:"40"`
	Kinds    []string `form:"kinds" max:"100"`
}

// kinds are those that were ticked.
func kinds(ticked []string) ([]notices.Kind, error) {
	var out []notices.Kind
	for _, text := range ticked {
		k := notices.Kind(text)
		if k == notices.Security {
			continue // whatever is sent about these: they stay
		}
		if !k.Optional() {
			return nil, &web.BadRequestError{Problems: []string{"The form has no such kind of mail."}}
		}
		out = append(out, k)
	}
	return out, nil
}

// choice is what is wanted of one account.
type choice struct {
	account id.Account
	on      []notices.Kind
}

// changes are the choices that differ from what was chosen before, in the accounts that the form shows. All of the form
// is read before anything is changed.
func (f choosingMine) changes(before []notices.Choices) ([]choice, error) {
	var out []choice
	rest := slices.Clone(f.Kinds)
	for _, text := range f.Accounts {
		account, err := id.Parse[id.AccountKind](text)
		if err != nil {
			return nil, &web.BadRequestError{Problems: []string{"The form does not say which account it is about."}}
		}
		at := slices.IndexFunc(before, func(one notices.Choices) bool { return one.Account == account })
		if at < 0 {
			return nil, fault.NotFound("choose mails")
		}
		ticked := f.ticked(account)
		rest = slices.DeleteFunc(rest, func(kind string) bool { return strings.HasPrefix(kind, within(account, "")) })
		on, err := kinds(ticked)
		if err != nil {
			return nil, err
		}
		if differs(before[at], on) {
			out = append(out, choice{account, on})
		}
	}
	if len(f.Accounts) == 0 || len(rest) > 0 {
		return nil, &web.BadRequestError{Problems: []string{"The form does not say which account it is about."}}
	}
	return out, nil
}

// ticked are the kinds that are ticked for an account.
func (f choosingMine) ticked(account id.Account) []string {
	var list []string
	for _, kind := range f.Kinds {
		if kind, of := strings.CutPrefix(kind, within(account, "")); of {
			list = append(list, kind)
		}
	}
	return list
}

// differs says whether other mails are wanted than before.
func differs(before notices.Choices, on []notices.Kind) bool {
	return slices.ContainsFunc(before.List, func(one notices.Choice) bool {
		return one.Kind.Optional() && one.On != slices.Contains(on, one.Kind)
	})
}

func (a *area) chooseMine(c *web.Context) error {
	var f choosingMine
	if err := c.Bind(&f); err != nil {
		return err
	}
	before, err := a.Notices.Mine(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	chosen, err := f.changes(before)
	if err != nil {
		return err
	}
	for _, one := range chosen {
		if err := a.Notices.ChooseMine(c.Ctx(), c.Who, one.account, one.on); err != nil {
			return err
		}
	}
	c.Done("Your choice is saved. It counts from the next mail on.")
	return c.Redirect(minePath)
}

func (a *area) contact(c *web.Context) error {
	one, err := web.ParamID[id.MembershipKind](c, "contact")
	if err != nil {
		return err
	}
	contact, choices, err := a.Notices.Of(c.Ctx(), c.Who, c.Account(), one)
	if err != nil {
		return err
	}
	about := activity.TargetOf("contact", one, contact.Name)
	switch {
	case contact.You:
		return c.Redirect(minePath)
	case !contact.MayChange:
		return c.Refuse(access.ReasonHigherRole, about)
	}
	list := c.Base() + "/contacts"
	account := shown(choices)
	account.Name = contact.Name
	return c.Page(pages.Contact(pages.ContactPage{
		Shell: c.Shell("Mails to " + contact.Name), ListURL: list, BackURL: list + "/" + one.String(), Name: contact.Name,
		Action: c.Request().URL.Path, Account: account,
	}))
}

func (a *area) chooseFor(c *web.Context) error {
	var f choosing
	if err := c.Bind(&f); err != nil {
		return err
	}
	one, err := web.ParamID[id.MembershipKind](c, "contact")
	if err != nil {
		return err
	}
	on, err := kinds(f.Kinds)
	if err != nil {
		return err
	}
	if err := a.Notices.ChooseFor(c.Ctx(), c.Who, c.Account(), one, on); err != nil {
		return err
	}
	c.Done("The choice is saved. It counts from the next mail on.")
	return c.Redirect(c.Base() + "/contacts/" + one.String())
}
