package contacts

import (
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

const staffHelpPath = web.AccountPath + "/settings/staff"

// staffHelpRoutes are where an account says whether staff may act on behalf of its people.
func (a *area) staffHelpRoutes() {
	a.web.Page(staffHelpPath, verb.SecurityManage, a.staffHelp)
	a.web.Action(staffHelpPath, verb.SecurityManage, a.setStaffHelp)
	a.web.Action(staffHelpPath+"/:request", verb.SecurityManage, a.answerStaff)
}

func (a *area) staffHelp(c *web.Context) error {
	h, err := a.Assist.Help(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	here := c.Base() + "/settings/staff"
	p := contacts.StaffHelpPage{
		Shell: c.Shell("Help by staff"), Tabs: c.SettingsTabs(), Provider: c.Provider(), Action: here,
		Version: strconv.FormatInt(h.Version, 10), LogURL: c.Base() + "/activity?by=staff",
		Minutes: int(assist.Time.Minutes()), Choices: []ui.Choice{
			{
				Value: "yes", Label: "Staff may act for people here", Chosen: h.Allowed,
				Help: "They give a reason first, and everything they do then stands in your log under their own name.",
			},
			{
				Value: "no", Label: "Only when an owner allows it once", Chosen: !h.Allowed,
				Help: "They have to ask, and you are told by mail. What goes on now ends at once.",
			},
		},
	}
	for _, r := range h.Requests {
		p.Requests = append(p.Requests, contacts.StaffRequest{
			Staff: r.Staff, For: r.For, Why: given(r.Code, r.Why), Asked: r.Asked, Until: r.Until, Allowed: r.Allowed,
			AnswerURL: here + "/" + r.ID.String(),
		})
	}
	for _, past := range h.Past {
		p.Past = append(p.Past, contacts.StaffPast{
			Staff: past.Staff, For: past.For, Why: given(past.Code, past.Why), Started: past.Started, Ends: past.Ends,
			Running: past.Running,
		})
	}
	return c.Page(contacts.StaffHelp(p))
}

func given(code, why string) string {
	if code == activity.GivenOther {
		return why
	}
	return activity.GivenInWords(code) + ": " + why
}

type staffHelpForm struct {
	Version string `form:"version" max:"20"`
	Allowed string `form:"allowed" max:"10"`
}

func (a *area) setStaffHelp(c *web.Context) error {
	var f staffHelpForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	shown, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	if err := a.Assist.Set(c.Ctx(), c.Who, c.Account(), f.Allowed == "yes", shown); err != nil {
		return err
	}
	if f.Allowed == "yes" {
		c.Done("Staff may act for people here again. Your owners are told by mail.")
	} else {
		c.Done("Nobody of the staff acts for people here any more, unless an owner allows it once.")
	}
	return c.Redirect(c.Request().URL.Path)
}

type answerStaffForm struct {
	Answer string `form:"answer" max:"10"`
}

func (a *area) answerStaff(c *web.Context) error {
	var f answerStaffForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	which, err := web.ParamID[id.AssistRequestKind](c, "request")
	if err != nil {
		return err
	}
	if err := a.Assist.Answer(c.Ctx(), c.Who, c.Account(), which, f.Answer == "allow"); err != nil {
		return err
	}
	if f.Answer == "allow" {
		c.Done("Allowed once, within 24 hours.")
	} else {
		c.Done("Declined. Nobody acts for anybody here.")
	}
	return c.Redirect(c.Base() + "/settings/staff")
}
