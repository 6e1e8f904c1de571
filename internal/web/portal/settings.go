package portal

import (
	"strconv"

	"gatehouse/internal/accounts"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func (a *area) settingsRoutes() {
	a.web.Page(web.AccountPath+"/settings", verb.AccountEdit, a.settings)
	a.web.Action(web.AccountPath+"/settings", verb.AccountEdit, a.saveSettings)
}

type settingsForm struct {
	Version  string `form:"version" max:"20"`
	Line1    string `form:"line1" max:"500"`
	Line2    string `form:"line2" max:"500"`
	City     string `form:"city" max:"500"`
	Postcode string `form:"postcode" max:"500"`
	Country  string `form:"country" max:"500"`
	TaxID    string `form:"tax-id" max:"500"`
}

func (f settingsForm) address() accounts.Address {
	return accounts.Address{Line1: f.Line1, Line2: f.Line2, City: f.City, Postcode: f.Postcode, Country: f.Country}
}

func (a *area) settings(c *web.Context) error {
	of, err := a.Accounts.Account(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	known, err := a.VATIDs.Standing(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	at := of.Address
	p := a.settingsPage(c, of, settingsForm{
		Version: strconv.FormatInt(of.Version, 10), Line1: at.Line1, Line2: at.Line2, City: at.City,
		Postcode: at.Postcode, Country: at.Country, TaxID: of.TaxID,
	})
	if note, ok := web.VATNumber(known, p.Shell.Reader); ok {
		p.Checked = []ui.Flash{note}
	}
	return c.Page(portal.Settings(p))
}

func (a *area) settingsPage(c *web.Context, of accounts.Account, f settingsForm) portal.SettingsPage {
	p := portal.SettingsPage{
		Shell: c.Shell("Settings"), Action: c.Base() + "/settings", Version: f.Version, Tabs: c.SettingsTabs(),
	}
	p.Form = portal.SettingsForm{
		Line1: f.Line1, Line2: f.Line2, City: f.City, Postcode: f.Postcode, Country: f.Country, TaxID: f.TaxID,
		Countries: []ui.Choice{{Label: "Choose a country", Chosen: f.Country == ""}},
	}
	for _, country := range accounts.Countries() {
		p.Form.Countries = append(p.Form.Countries, ui.Choice{
			Value: country.Code, Label: country.Name, Chosen: country.Code == f.Country,
		})
	}
	p.Facts = []ui.NamedValue{
		{Name: "Name", Value: of.Name},
		{Name: "Customer since", Value: p.Shell.Reader.Date(of.CreatedAt)},
		{Name: "Currency", Value: string(of.Currency)},
	}
	return p
}

func (a *area) saveSettings(c *web.Context) error {
	var f settingsForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	shown, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	err = a.Accounts.EditSettings(c.Ctx(), c.Who, c.Account(), accounts.Settings{
		Address: f.address(), TaxID: f.TaxID, Version: shown,
	})
	if errs, ok := web.FieldErrors(err); ok {
		of, err := a.Accounts.Account(c.Ctx(), c.Who, c.Account())
		if err != nil {
			return err
		}
		p := a.settingsPage(c, of, f)
		p.Errors = errs
		return c.Invalid(portal.Settings(p))
	}
	if err != nil {
		return err
	}
	c.Done("The settings are saved.")
	return c.Redirect(c.Base() + "/settings")
}
