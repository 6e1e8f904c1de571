package web

import (
	"net/http"

	"gatehouse/templates/ui"
)

// PoliciesPath is where one of the staff reads and accepts what holds. Nothing of the staff side opens before.
const PoliciesPath = "/me/policies"

// unread leads one of the staff there, and back to the page that they wanted. A form is not kept.
func (c *Context) unread() error {
	if c.Request().Method == http.MethodGet {
		return c.Redirect(With(PoliciesPath, "next", Local(c.Request().URL.RequestURI())))
	}
	c.Flash(ui.Warn, "Nothing was changed. Read and accept our policies first.")
	return c.Redirect(PoliciesPath)
}

// comingPolicy tells one of the staff of a policy that is to hold, while there is time to read it.
func (c *Context) comingPolicy(r ui.Reader) *ui.Flash {
	due := c.Who.Seat.PoliciesDue
	if due.IsZero() || c.Who.Seat.Unread(c.Now()) || !c.onStaffSide() || under(c.route.Path, PoliciesPath) {
		return nil
	}
	return &ui.Flash{
		Tone: ui.Info, Lead: "From " + r.Date(due) + ":", Text: "a new version of our policies holds.",
		Link: ui.Link{Text: "Read and accept it now", URL: PoliciesPath},
	}
}
