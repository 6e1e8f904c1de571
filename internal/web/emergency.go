package web

import (
	"net/http"

	"gatehouse/internal/verb"
	"gatehouse/templates/ui"
)

const emergenciesPath = "/staff/emergencies"

// emergencies tells those who judge, on every page of theirs, that somebody opened another department's data.
func (c *Context) emergencies() *ui.Flash {
	if c.Who.Alarms == 0 || under(c.route.Path, emergenciesPath) {
		return nil
	}
	return &ui.Flash{
		Tone: ui.Warn, Lead: "Emergency access:",
		Text: ui.Count(c.Who.Alarms, "opening waits", "openings wait") + " for somebody to judge it.",
		Link: ui.Link{Text: "See what was opened", URL: emergenciesPath},
	}
}

// emergencyAt is where somebody of the staff, who was refused a look at a client, can open it in an emergency; nothing
// where the policies let them not.
func (c *Context) emergencyAt(v verb.Verb) ui.Link {
	if !under(c.route.Path, clientPrefix) || c.Request().Method != http.MethodGet ||
		!c.web.Access.MayOpen(c.Who, c.web.Access.Check(c.Who, v, c.Scope)) {
		return ui.Link{}
	}
	at := clientsPath + "/" + c.Account().String() + "/emergency"
	return ui.Link{
		Text: "Open it in an emergency",
		URL:  With(at, "see", string(v), "next", Local(c.Request().URL.RequestURI())),
	}
}
