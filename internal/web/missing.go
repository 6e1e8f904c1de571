package web

import (
	"net/http"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
)

// forUnkeyed says whether a page is open to staff who have come in without their key: those on which a key is added or
// used, and the way out (S12).
func forUnkeyed(path string) bool {
	for _, open := range []string{
		StartPath, stepPath, SecurityPath + "/keys", SecurityPath + "/passkeys", CodesPath, "/me/stay", "/sign-out",
	} {
		if under(path, open) {
			return true
		}
	}
	return false
}

// missing answers where the sign-in lacks what is asked for. Whoever has the factor is asked for it and goes on;
// whoever has not is led to where it can be added.
func (c *Context) missing(d fault.Denial) error {
	has, err := c.Best()
	if err != nil {
		return err // identity says what it did
	}
	if has >= needed(d.Missing) {
		field := stepProof
		if d.Missing == fault.SecurityKey {
			field, c.keyAsked = stepKey, true
		}
		return c.stepUpPage(http.StatusForbidden, d.Verb, ui.Errors{{Field: field, Message: d.Reason}})
	}
	if c.web.Access.Unkeyed(c.Who) && c.route.Kind == KindPage { // nothing else is open to them
		return c.Redirect(StartPath)
	}
	page := public.MissingPage{
		Shell: c.Shell("Your sign-in needs more"), Title: "Add a second step first", Reason: d.Reason, Needs: d.Verb,
		Fix:   ui.Link{Text: "Add a second step", URL: SecurityPath, Icon: "shield-lock"},
		Other: ui.Link{Text: "My other accounts", URL: "/accounts"}, RequestID: c.requestID,
	}
	if d.Missing == fault.SecurityKey {
		page.Title, page.Fix.Text = "Add a security key or a passkey first", "Add a security key"
	}
	if c.web.Access.Unkeyed(c.Who) {
		page.Fix, page.Other = ui.Link{Text: "Add my first key", URL: StartPath, Icon: "shield-lock"}, ui.Link{}
	}
	return c.Render(http.StatusForbidden, public.Missing(page))
}

// Best is the level of the best factor that whoever asks has, whatever they came in with.
func (c *Context) Best() (actor.Level, error) { return c.web.People.Level(c.Ctx(), c.Who) }

func needed(p fault.Proof) actor.Level {
	if p == fault.SecurityKey {
		return actor.PhishingProof
	}
	return actor.SecondFactor
}

// notice tells somebody of an account whose rule they do not meet yet from when on it will be insisted on.
func (c *Context) notice(r ui.Reader) *ui.Flash {
	rule := c.Who.Membership.Rule
	as := c.Who.Previewing() || c.Who.Assisting()
	if as || rule.Level == 0 || !c.Now().Before(rule.From) || rule.Ready(c.Who.Details) {
		return nil
	}
	what, fix := "a second step at sign-in", "Add one now"
	if rule.Level == actor.PhishingProof {
		what, fix = "a security key or a passkey at sign-in", "Add one, or sign in with yours"
	}
	return &ui.Flash{
		Tone: ui.Warn, Lead: "From " + r.Date(rule.From) + ", " + r.Clock(rule.From) + ":",
		Text: c.visit.Account + " asks everybody for " + what + ". Without it you are not let in then.",
		Link: ui.Link{Text: fix, URL: SecurityPath},
	}
}
