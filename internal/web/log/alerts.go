package log

import (
	"strconv"

	"gatehouse/internal/verb"
	"gatehouse/internal/watch"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

const (
	myAlertsPath        = "/me/alerts"
	myNotificationsPath = "/me/notifications"
)

func (a *area) alertRoutes() {
	a.web.Page(web.AccountPath+"/activity/alerts", verb.ActivityView, a.alertChoices)
	a.web.Action(web.AccountPath+"/activity/alerts", verb.ActivityView, a.chooseAlerts)
	a.web.Page(myAlertsPath, verb.SelfView, a.myAlerts)
	a.web.Action(myAlertsPath, verb.SelfManage, a.chooseMyAlerts)
}

// alertForm has a field for each rule.
type alertForm struct {
	OwnerAdded    string `form:"owner-added" max:"10"`
	RoleRaised    string `form:"role-raised" max:"10"`
	StaffAccess   string `form:"staff-access" max:"10"`
	LogTaken      string `form:"log-taken" max:"10"`
	MethodChanged string `form:"method-changed" max:"10"`
	FactorRemoved string `form:"factor-removed" max:"10"`
	FailedThenIn  string `form:"failed-then-in" max:"10"`
	Travelled     string `form:"travelled" max:"10"`
	NewDevice     string `form:"new-device" max:"10"`
	NewCountry    string `form:"new-country" max:"10"`
	UnusualHour   string `form:"unusual-hour" max:"10"`
}

func (f alertForm) wanted() map[watch.Rule]watch.Delivery {
	wanted := map[watch.Rule]watch.Delivery{}
	for rule, chosen := range map[watch.Rule]string{
		watch.OwnerAdded: f.OwnerAdded, watch.RoleRaised: f.RoleRaised, watch.StaffAccess: f.StaffAccess,
		watch.LogTaken: f.LogTaken, watch.MethodChanged: f.MethodChanged,
		watch.FactorRemoved: f.FactorRemoved, watch.FailedThenIn: f.FailedThenIn,
		watch.Travelled: f.Travelled, watch.NewDevice: f.NewDevice, watch.NewCountry: f.NewCountry,
		watch.UnusualHour: f.UnusualHour,
	} {
		if chosen != "" {
			wanted[rule] = watch.Delivery(chosen)
		}
	}
	return wanted
}

// alertRows are the rules that can be chosen, and those that cannot be switched off.
func alertRows(list []watch.Choice, label func(watch.Rule) string) (rows, fixed []log.AlertRow) {
	for _, choice := range list {
		row := log.AlertRow{Name: string(choice.Rule), Label: label(choice.Rule)}
		for _, d := range []ui.Choice{
			{Value: string(watch.AtOnce), Label: "At once"},
			{Value: string(watch.Daily), Label: "Once a day"},
			{Value: string(watch.Never), Label: "Never"},
		} {
			d.Chosen = d.Value == string(choice.Delivery)
			row.Choices = append(row.Choices, d)
		}
		if choice.Fixed {
			fixed = append(fixed, row)
			continue
		}
		rows = append(rows, row)
	}
	return rows, fixed
}

func (a *area) alertsPage(c *web.Context) (log.AlertsPage, error) {
	list, err := a.Watch.Choices(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return log.AlertsPage{}, err
	}
	p := log.AlertsPage{
		Shell: c.Shell("Alerts"), LogURL: c.Base() + "/activity", Action: c.Request().URL.Path, MineURL: myAlertsPath,
	}
	p.Rows, p.Fixed = alertRows(list, watch.Rule.Label)
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

func (a *area) myAlertsPage(c *web.Context) (log.MyAlertsPage, error) {
	mine, err := a.Watch.Mine(c.Ctx(), c.Who)
	if err != nil {
		return log.MyAlertsPage{}, err
	}
	p := log.MyAlertsPage{
		Shell: c.Shell("My alerts"), Tabs: web.MyPages("Notifications"), MailsURL: myNotificationsPath, Action: myAlertsPath,
	}
	p.Rows, p.Fixed = alertRows(mine.Choices, watch.Rule.OwnLabel)
	for _, one := range mine.Logs {
		p.Logs = append(p.Logs, ui.Link{
			Text: one.Name, URL: "/accounts/" + one.Account.String() + "/activity/alerts",
		})
	}
	for _, t := range mine.Told {
		p.Told = append(p.Told, toldLine(t))
	}
	return p, nil
}

// toldLine is something that somebody was told of, with where it stands.
func toldLine(t watch.Told) log.ToldLine {
	line := log.ToldLine{About: t.Name, What: t.Rule.Label(), At: t.At, Waits: t.Waits}
	number := strconv.FormatInt(t.Seq, 10)
	of := "/accounts/" + t.Account.String() + "/activity"
	switch {
	case t.Account.IsZero():
		line.About, line.What = "Your sign-in", t.Rule.OwnLabel()
		line.URL, line.NotMeURL = ownLogPath, ownLogPath+"/"+number+"/not-me"
	case t.About.IsZero():
		line.URL = of + "/" + number
	default:
		line.URL = web.With(of, byPerson, t.About.String())
	}
	return line
}

func (a *area) myAlerts(c *web.Context) error {
	p, err := a.myAlertsPage(c)
	if err != nil {
		return err
	}
	return c.Page(log.MyAlerts(p))
}

func (a *area) chooseMyAlerts(c *web.Context) error {
	var f alertForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.Watch.ChooseMine(c.Ctx(), c.Who, f.wanted())
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.myAlertsPage(c)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(log.MyAlerts(p))
	}
	if err != nil {
		return err
	}
	c.Done("We tell you as you chose.")
	return c.Redirect(myAlertsPath)
}
