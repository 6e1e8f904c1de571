package web

import (
	"net/http"

	"gatehouse/templates/ui"
)

// PoliciesPath is where one of the staff reads and accepts what holds. Nothing of the staff side opens before.
const PoliciesPath = "/me/policies"

// AskPolicies is told how the page looks on which a form waits until the policies are accepted.
func (w *Web) AskPolicies(show func(c *Context, status int, kept []ui.Pair) error) {
	w.askPolicies = show
}

// unread leads one of the staff there, and back to the page that they wanted. A form is kept, and done afterwards.
func (c *Context) unread() error {
	if c.Request().Method == http.MethodGet {
		return c.Redirect(With(PoliciesPath, "next", Local(c.Request().URL.RequestURI())))
	}
	if c.web.askPolicies == nil || c.onPoliciesPage() {
		c.Flash(ui.Warn, "Nothing was changed. Read and accept our policies first.")
		return c.Redirect(PoliciesPath)
	}
	return c.web.askPolicies(c, http.StatusPreconditionRequired, c.keep())
}

func (c *Context) onPoliciesPage() bool { return under(c.route.Path, PoliciesPath) }

// comingPolicy tells one of the staff of a policy that is to hold, while there is time to read it.
func (c *Context) comingPolicy(r ui.Reader) *ui.Flash {
	due := c.Who.Seat.PoliciesDue
	if due.IsZero() || c.Who.Seat.Unread(c.Now()) || !c.onStaffSide() || c.onPoliciesPage() {
		return nil
	}
	return &ui.Flash{
		Tone: ui.Info, Lead: "From " + r.Date(due) + ":", Text: "a new version of our policies holds.",
		Link: ui.Link{Text: "Read and accept it now", URL: PoliciesPath},
	}
}
