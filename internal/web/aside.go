package web

import (
	"net/url"
	"strings"

	"gatehouse/internal/id"
	"gatehouse/templates/ui"
)

// Where whoever has signed in is led whose sign-in could be safer.
const (
	SaferPath = SecurityPath + "/start"
	CodesPath = SecurityPath + "/recovery-codes"
)

// Aside is something that would make a sign-in safer. Whoever signs in on their way to nothing in particular is led to
// it; whoever follows a link, to an invoice, say, is led to what they came for, and sees the offer above their pages.
type Aside string

// The asides.
const (
	AsideStep  Aside = "step"  // add a second step
	AsideCodes Aside = "codes" // keep recovery codes
)

// path is where it is done.
func (a Aside) path() string {
	switch a {
	case AsideStep:
		return SaferPath
	case AsideCodes:
		return CodesPath
	}
	return ""
}

// Lead leads somebody who has just signed in aside, or to where they wanted to go, with the offer above the pages.
func (c *Context) Lead(person id.Person, to Aside, next string) error {
	if c.SaidLater(person) {
		return c.Redirect(next)
	}
	if particular(next) {
		c.setCookie(asideCookie, string(to)+"."+person.String(), 0)
		return c.Redirect(next)
	}
	return c.LeadNow(to, next)
}

// LeadNow leads somebody aside whatever they came for.
func (c *Context) LeadNow(to Aside, next string) error {
	return c.Redirect(to.path() + "?" + url.Values{"next": {next}}.Encode())
}

// particular says whether somebody is on their way to one thing, not to where everybody begins.
func particular(next string) bool {
	path, _, _ := strings.Cut(next, "?")
	path = strings.Trim(path, "/")
	inside, account := strings.CutPrefix(path, "accounts/")
	return path != "" && path != "accounts" && path != "staff" && (!account || strings.Contains(inside, "/"))
}

// Settled takes the offer away: it was taken, or put off.
func (c *Context) Settled() {
	if c.cookie(asideCookie) != "" {
		c.setCookie(asideCookie, "", 0)
	}
}

// offer is the aside of whoever asks as a note above a page; none on the pages that it leads to.
func (c *Context) offer() *ui.Flash {
	kind, person, _ := strings.Cut(c.cookie(asideCookie), ".")
	path := Aside(kind).path()
	if path == "" || person != c.Who.Person.String() || under(c.route.Path, SecurityPath) {
		return nil
	}
	note := &ui.Flash{
		Tone: ui.Info, Lead: "Make your sign-in safer.",
		Text: "A second step takes two minutes. A stolen password then opens nothing.",
		Link: ui.Link{Text: "Add a second step, or say “not now”"},
	}
	if Aside(kind) == AsideCodes {
		note.Lead, note.Text = "Keep recovery codes.", "Without them, a lost phone or key keeps you out for days."
		note.Link.Text = "Make them, or say “not now”"
	}
	note.Link.URL = path + "?" + url.Values{"next": {Local(c.Request().URL.RequestURI())}}.Encode()
	return note
}

// GoTo notes where somebody wants to go once their sign-in is what it has to be: for a while, in this browser.
func (c *Context) GoTo(next string) {
	if next = Local(next); next != "/" {
		c.setCookie(towardsCookie, url.QueryEscape(next), towardsTime)
	}
}

// Going is where they wanted to go, once; otherwise it is the other page.
func (c *Context) Going(otherwise string) string {
	next, err := url.QueryUnescape(c.cookie(towardsCookie))
	if err != nil || Local(next) == "/" {
		return otherwise
	}
	c.setCookie(towardsCookie, "", 0)
	return Local(next)
}
