// Package conduct holds the pages of the policies that staff acknowledge, of their trainings, and of the register that
// an audit asks for. Rules live in the domain of the same name, and looks in templates.
package conduct

import (
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/conduct"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Conduct    *conduct.Conduct
	Access     *access.Access
	Letterhead func() paper.About
	Zone       *time.Location // of the provider: which day it is
}

type area struct{ Deps }

const (
	policiesPath  = "/staff/policies"
	newPath       = policiesPath + "/new"
	readPath      = policiesPath + "/read/:document"
	registerPath  = policiesPath + "/register"
	trainingsPath = policiesPath + "/trainings"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	a := &area{d}
	w.AskPolicies(a.ask)
	w.Page(web.PoliciesPath, verb.SelfView, a.mine)
	w.Action(web.PoliciesPath+"/:document", verb.SelfManage, a.acknowledge)
	w.Page(policiesPath, verb.StaffView, a.list)
	w.Page(newPath, verb.PoliciesManage, a.write)
	w.Action(newPath, verb.PoliciesManage, a.publish)
	w.Page(readPath, verb.StaffView, a.read)
	w.Page(registerPath, verb.StaffView, a.register)
	w.Page(registerPath+"/csv", verb.StaffView, a.registerCSV)
	w.Page(registerPath+"/pdf", verb.StaffView, a.registerPDF)
	w.Page(trainingsPath, verb.StaffView, a.trainings)
	w.Action(trainingsPath, verb.StaffManage, a.record)
	w.Action(trainingsPath+"/:training/remove", verb.StaffManage, a.remove)
}

// tabs lead to the views of the policies.
func tabs(c *web.Context) []ui.Segment {
	at := c.Request().URL.Path
	list := []ui.Segment{
		{Text: "Policies", URL: policiesPath}, {Text: "Register", URL: registerPath}, {Text: "Trainings", URL: trainingsPath},
	}
	for i := range list {
		list[i].Current = list[i].URL == at
	}
	return list
}
