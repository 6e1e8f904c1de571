package staff

import (
	"strconv"

	"gatehouse/internal/id"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const handOverPath = casesPath + "/:case/hand-over"

// handOverRoutes give a case to those who can go on with it.
func (a *area) handOverRoutes() {
	a.web.Page(handOverPath, verb.CasesReply, a.askHandOver)
	a.web.Action(handOverPath, verb.CasesReply, a.handOver)
}

// deskName is what staff call a desk.
func deskName(d support.Desk) string {
	if d == support.BillingDesk {
		return "the billing department"
	}
	return "support and the technical department"
}

func (a *area) handOverPage(c *web.Context, which id.Case) (staff.HandOverPage, support.Desk, error) {
	whole, err := a.Support.StaffCase(c.Ctx(), c.Who, which)
	if err != nil {
		return staff.HandOverPage{}, "", err
	}
	to := whole.Kind.Desk().Other()
	return staff.HandOverPage{
		Shell: c.Shell("Hand the case over"), ListURL: casesPath, CaseURL: casesPath + "/" + which.String(),
		Subject: whole.Subject, For: whole.For, To: deskName(to), Version: strconv.FormatInt(whole.Version, 10),
		Action: c.Request().URL.Path,
	}, to, nil
}

func (a *area) askHandOver(c *web.Context) error {
	which, err := web.ParamID[id.CaseKind](c, "case")
	if err != nil {
		return err
	}
	p, _, err := a.handOverPage(c, which)
	if err != nil {
		return err
	}
	return c.Page(staff.HandOver(p))
}

type handOverForm struct {
	Version string `form:"version" max:"20"`
	Text    string `form:"text"    max:"20000"`
}

// handOver leads to the list: whoever handed it over may not see it any more.
func (a *area) handOver(c *web.Context) error {
	var f handOverForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	which, err := web.ParamID[id.CaseKind](c, "case")
	if err != nil {
		return err
	}
	version, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	p, to, err := a.handOverPage(c, which)
	if err != nil {
		return err
	}
	err = a.Support.HandOver(c.Ctx(), c.Who, which, to, f.Text, version)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors, p.Text, p.Version = errs, f.Text, f.Version
		return c.Invalid(staff.HandOver(p))
	}
	if err != nil {
		return err
	}
	c.Flash(ui.OK, "“"+p.Subject+"” is with "+p.To+" now.")
	return c.Redirect(casesPath)
}
