// Package colleagues holds the pages about the provider's own people: who has a seat, who is invited, what each can do
// and why, and what one administrator asks another to approve. Rules live in staffing, and looks in templates.
package colleagues

import (
	"gatehouse/internal/access"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity"
	"gatehouse/internal/staffing"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Staffing *staffing.Staffing
	People   *identity.People
	Access   *access.Access
	Gate     *gate.Gate
}

type area struct {
	Deps
	web *web.Web
}

const (
	listPath        = "/staff/people"
	invitePath      = listPath + "/invite"
	whoPath         = listPath + "/who"
	departmentsPath = listPath + "/departments"
	departmentPath  = departmentsPath + "/:department"
	requestPath     = listPath + "/requests/:ask"
	memberPath      = listPath + "/of/:colleague"
	invitationPath  = "/staff-invitations/:token"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	w.Page(listPath, verb.StaffView, a.list)
	w.Page(invitePath, verb.StaffManage, a.invite)
	w.Action(invitePath, verb.StaffManage, a.sendInvite)
	w.Page(whoPath, verb.StaffView, a.who)
	w.Page(departmentsPath, verb.StaffView, a.departments)
	w.Page(departmentPath, verb.StaffView, a.department)
	w.Page(requestPath, verb.StaffView, a.request)
	w.Action(requestPath, verb.StaffManage, a.decide)
	w.Action(requestPath+"/withdraw", verb.StaffManage, a.withdraw)
	w.Action(requestPath+"/resend", verb.StaffManage, a.resend)
	w.Page(memberPath, verb.StaffView, a.member)
	for _, act := range acts() {
		w.Page(memberPath+"/"+act.path, verb.StaffManage, a.asks(act))
		w.Action(memberPath+"/"+act.path, verb.StaffManage, a.does(act))
	}
	w.Page(invitationPath, verb.Public, a.invitation)
	w.Action(invitationPath, verb.Public, a.accept)
}

// tabs lead to the views of the staff.
func tabs(c *web.Context) []ui.Segment {
	at := c.Request().URL.Path
	list := []ui.Segment{
		{Text: "People", URL: listPath},
		{Text: "Departments", URL: departmentsPath},
		{Text: "Who can do this?", URL: whoPath},
	}
	for i := range list {
		list[i].Current = list[i].URL == at
	}
	return list
}
