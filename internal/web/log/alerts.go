package log

import (
	"gatehouse/internal/verb"
	"gatehouse/internal/watch"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

func (a *area) alertRoutes() {
	a.web.Page(web.AccountPath+"/activity/alerts", verb.ActivityView, a.alertChoices)
	a.web.Action(web.AccountPath+"/activity/alerts", verb.ActivityView, a.chooseAlerts)
}

// alertForm has a field for each rule.
type alertForm struct {
	OwnerAdded  string `form:"owner-added" max:"10"`
	RoleRaised  string `form:"role-raised" max:"10"`
	StaffAccess string `form:"staff-access" max:"10"`
	LogTaken    string `form:"log-taken" max:"10"`
	NewCountry  string `form:"new-country" max:"10"`
}

func (f alertForm) wanted() map[watch.Rule]watch.Delivery {
	wanted := map[watch.Rule]watch.Delivery{}
	for rule, chosen := range map[watch.Rule]string{
		watch.OwnerAdded: f.OwnerAdded, watch.RoleRaised: f.RoleRaised, watch.StaffAccess: f.StaffAccess,
		watch.LogTaken: f.LogTaken, watch.NewCountry: f.NewCountry,
	} {
		if chosen != "" {
			wanted[rule] = watch.Delivery(chosen)
		}
	}
	return wanted
}

func (a *area) alertsPage(c *web.Context) (log.AlertsPage, error) {
	list, err := a.Watch.Choices(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return log.AlertsPage{}, err
	}
	p := log.AlertsPage{
		Shell: c.Shell("Alerts"), LogURL: c.Base() + "/activity", Action: c.Request().URL.Path,
		MineURL: web.SecurityPath,
	}
	for _, choice := range list {
		row := log.AlertRow{Name: string(choice.Rule), Label: choice.Rule.Label(), Fixed: choice.Fixed}
		for _, d := range []ui.Choice{
			{Value: string(watch.AtOnce), Label: "At once"},
			{Value: string(watch.Daily), Label: "Once a day"},
			{Value: string(watch.Never), Label: "Never"},
		} {
			d.Chosen = d.Value == string(choice.Delivery)
			row.Choices = append(row.Choices, d)
		}
		if choice.Fixed {
			p.Fixed = append(p.Fixed, row)
			continue
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func (a *area) alertChoices(c *web.Context) error {
	p, err := a.alertsPage(c)
	if err != nil {
		return err
	}
	return c.Page(log.Alerts(p))
}

func (a *area) chooseAlerts(c *web.Context) error {
	var f alertForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.Watch.Choose(c.Ctx(), c.Who, c.Account(), f.wanted())
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.alertsPage(c)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(log.Alerts(p))
	}
	if err != nil {
		return err
	}
	c.Done("We tell you as you chose.")
	return c.Redirect(c.Request().URL.Path)
}
