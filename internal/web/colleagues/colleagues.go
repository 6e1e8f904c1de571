// Package colleagues holds the pages about the provider's own people: who has a seat, who is invited, what each can do
// and why, and what one administrator asks another to approve. Rules live in staffing, and looks in templates.
package colleagues

import (
	"gatehouse/internal/access"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity"
	"gatehouse/internal/platform/paper"
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
	// PublicKeys check the signatures of reviews.
	PublicKeys []string
	// Letterhead is under whose name a review goes on paper.
	Letterhead func() paper.About
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
	reviewsPath     = listPath + "/reviews"
	reviewPath      = reviewsPath + "/:staffreview"
	seatPath        = reviewPath + "/seats/:colleague"
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
	w.Page(reviewsPath, verb.StaffView, a.reviews)
	w.Action(reviewsPath, verb.StaffManage, a.startReview)
	w.Page(reviewPath, verb.StaffView, a.review)
	w.Page(reviewPath+"/csv", verb.StaffView, a.reviewTable)
	w.Page(reviewPath+"/pdf", verb.StaffView, a.reviewPaper)
	w.Page(reviewPath+"/finish", verb.StaffManage, a.finishForm)
	w.Action(reviewPath+"/finish", verb.StaffManage, a.finish)
	w.Action(seatPath, verb.StaffManage, a.answer)
	w.Page(seatPath+"/change", verb.StaffManage, a.changeForm)
	w.Action(seatPath+"/change", verb.StaffManage, a.changeSeat)
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
		{Text: "Reviews", URL: reviewsPath},
	}
	for i := range list {
		list[i].Current = list[i].URL == at
	}
	return list
}
