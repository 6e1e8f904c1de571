package staff

import (
	"gatehouse/internal/accounts"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/overview"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

type clientForm struct {
	Key        string `form:"key" max:"100"`
	Name       string `form:"name" max:"500"`
	OwnerEmail string `form:"owner-email" max:"500"`
	Line1      string `form:"line1" max:"500"`
	Line2      string `form:"line2" max:"500"`
	City       string `form:"city" max:"500"`
	Postcode   string `form:"postcode" max:"500"`
	Country    string `form:"country" max:"500"`
	Currency   string `form:"currency" max:"500"`
	Another    bool   `form:"another"` // than those who are alike
}

// account is what the form says. A country alone is no address: the list has one chosen from the start.
func (f clientForm) account(key id.Account) accounts.NewAccount {
	n := accounts.NewAccount{Key: key, Name: f.Name, Currency: f.Currency, OwnerEmail: f.OwnerEmail}
	at := accounts.Address{Line1: f.Line1, Line2: f.Line2, City: f.City, Postcode: f.Postcode}
	if at != (accounts.Address{}) {
		at.Country = f.Country
		n.Address = at
	}
	return n
}

func (a *area) newClient(c *web.Context) error {
	return c.Page(staff.NewClient(a.clientPage(c, clientForm{
		Key: id.New[id.AccountKind]().String(), Country: homeCountry(a.Currency), Currency: a.Currency,
	})))
}

// homeCountry is where most clients are who pay in a currency; empty where that says nothing.
func homeCountry(currency string) string {
	if money.Currency(currency) == money.GBP {
		return "GB"
	}
	return ""
}

func (a *area) clientPage(c *web.Context, f clientForm) staff.NewClientPage {
	p := staff.NewClientPage{
		Shell: c.Shell("New client"), ListURL: clientsPath, Action: newClientPath, Key: f.Key, Name: f.Name,
		OwnerEmail: f.OwnerEmail, Line1: f.Line1, Line2: f.Line2, City: f.City, Postcode: f.Postcode,
	}
	countries := []ui.Choice{{Label: "Choose a country"}}
	for _, country := range accounts.Countries() {
		countries = append(countries, ui.Choice{Value: country.Code, Label: country.Name})
	}
	currencies := []ui.Choice{}
	for _, cur := range money.Currencies() {
		currencies = append(currencies, ui.Choice{Value: string(cur), Label: string(cur)})
	}
	p.Countries, p.Currencies = chosen(countries, f.Country), chosen(currencies, f.Currency)
	return p
}

// askedTwice is the form with the clients who may be the same.
func (a *area) askedTwice(c *web.Context, f clientForm, alike []overview.Alike) staff.NewClientPage {
	p := a.clientPage(c, f)
	for _, one := range alike {
		p.Alike = append(p.Alike, staff.AlikeClient{
			Name: one.Name, URL: clientsPath + "/" + one.Account.String(), Why: one.Why,
		})
	}
	return p
}

func (a *area) createClient(c *web.Context) error {
	var f clientForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.AccountKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which client it makes."}}
	}
	client := f.account(key)
	if a.Assist != nil {
		client.With = a.Assist.SetUp
	}
	if !f.Another {
		alike, err := a.Overview.Alike(c.Ctx(), c.Who, overview.Probe{Key: key, Name: f.Name, Email: f.OwnerEmail})
		if err != nil {
			return err
		}
		if len(alike) > 0 {
			return c.Invalid(staff.NewClient(a.askedTwice(c, f, alike)))
		}
	}
	account, err := a.Accounts.Create(c.Ctx(), c.Who, client)
	if errs, ok := web.FieldErrors(err); ok {
		p := a.clientPage(c, f)
		p.Errors = renamed(errs, map[string]string{"owner_email": "owner-email"})
		return c.Invalid(staff.NewClient(p))
	}
	if err != nil {
		return err
	}
	c.Done("The client is set up. The invitation is on its way to " + f.OwnerEmail + ".")
	return c.Redirect(clientsPath + "/" + account.String())
}
