// Package status holds the public status page with its feed and its calendar, and the pages on which staff publish
// incidents and planned work. What is shown to everybody comes from memory and needs neither a sign-in nor a database.
package status

import (
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"gatehouse/internal/hosting"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/status"
	"gatehouse/internal/status/subscribers"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Status      *status.Status
	Subscribers *subscribers.Subscribers // nil: nobody is mailed
	Hosting     *hosting.Hosting
	PublicURL   *url.URL
	Zone        *time.Location // of the provider
}

type area struct {
	Deps
	web      *web.Web
	throttle *web.Throttle
	made     atomic.Pointer[made]
	maker    sync.Mutex
}

// The addresses.
const (
	publicPath   = "/status"
	jsonPath     = publicPath + ".json"
	feedPath     = publicPath + ".atom"
	calendarPath = publicPath + "/planned.ics"
	eventPath    = publicPath + "/incidents"

	staffPath     = "/staff/status"
	incidentsPath = staffPath + "/incidents"
	newIncident   = incidentsPath + "/new"
	newWork       = staffPath + "/work/new"
	partsPath     = staffPath + "/parts"
	newPart       = partsPath + "/new"
)

// keepFor is for how long browsers and caches in between may show what they have.
const keepFor = 15 * time.Second

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	a := &area{Deps: d, web: w, throttle: web.NewThrottle(clock.System())}
	w.Open(publicPath, a.fixed(func(m *made) *web.Fixed { return m.page }))
	w.Open(jsonPath, a.fixed(func(m *made) *web.Fixed { return m.json }))
	w.Open(feedPath, a.fixed(func(m *made) *web.Fixed { return m.feed }))
	w.Open(calendarPath, a.fixed(func(m *made) *web.Fixed { return m.calendar }))
	w.Open(eventPath+"/:incident", a.event)
	if d.Subscribers != nil {
		w.Page(mailsPath, verb.Public, a.askMails)
		w.Action(mailsPath, verb.Public, a.subscribe)
		w.Page(confirmPath+":token", verb.Public, a.askConfirm)
		w.Action(confirmPath+":token", verb.Public, a.confirm)
		w.Page(stopPath+":token", verb.Public, a.askStop)
		w.Hook(stopPath+":token", a.stop)
	}

	w.Page(staffPath, verb.IncidentsPublish, a.overview)
	w.Page(newIncident, verb.IncidentsPublish, a.newIncident)
	w.Action(newIncident, verb.IncidentsPublish, a.openIncident)
	w.Page(newWork, verb.IncidentsPublish, a.newWork)
	w.Action(newWork, verb.IncidentsPublish, a.planWork)
	w.Page(incidentsPath+"/:incident", verb.IncidentsPublish, a.incident)
	w.Action(incidentsPath+"/:incident", verb.IncidentsPublish, a.say)
	w.Page(newPart, verb.ServersManage, a.newPart)
	w.Action(newPart, verb.ServersManage, a.addPart)
	w.Page(partsPath+"/:component/remove", verb.ServersManage, a.removal)
	w.Action(partsPath+"/:component/remove", verb.ServersManage, a.remove)
}
