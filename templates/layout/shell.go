// Package layout is the frame around every page: the provider's brand, the navigation, the account, the person, notes
// and the footer. It decides nothing; whoever fills the shell leaves out what the person may not open.
package layout

import (
	"time"

	"gatehouse/templates/ui"
)

// Shell is all that a frame needs. Fields that are empty leave their part of the frame out.
type Shell struct {
	Title  string // of the page; the provider's name is added
	Reader ui.Reader
	Brand  Brand
	Assets Assets
	Theme  string // "light" or "dark"; empty follows the system

	Me         *Me
	SignOutURL string
	Account    *Account
	Nav        []NavGroup
	Beside     []ui.Link // at the right of the provider's name, on pages that anybody may read
	Staff      bool      // the provider's own side: violet, and named so

	CSRF    string
	Flash   *ui.Flash
	Notice  *ui.Flash // what this person has to see to soon, on every page
	Session *Session
	Over    string // how the session of this browser ended, which its other tabs are told: see SignedOut and Ended
	Preview *Preview
	Assist  *Assist
	Demo    *Demo
}

// Preview says that the page is shown as somebody else sees it.
type Preview struct {
	Name, Role string
	Ends       time.Time
	EndURL     string // POST
}

// Assist says that somebody of the staff acts on behalf of a client's contact.
type Assist struct {
	Staff, For, Role, Account string
	Left                      time.Duration // from the making of this page
	Ends                      time.Time
	EndURL                    string // POST
}

// left is the time that is left, in minutes.
func (a Assist) left() string {
	return ui.Count(int((a.Left+time.Minute-1)/time.Minute), "minute", "minutes") + " left"
}

// as says with which role, where that is known.
func (a Assist) as() string { return Preview{Role: a.Role}.as() }

// as says with which role, where that is known.
func (p Preview) as() string {
	if p.Role == "" {
		return ""
	}
	return " (" + p.Role + ")"
}

// Brand is what the provider sets.
type Brand struct {
	Name          string
	LegalName     string
	LogoURL       string // empty: the built-in drawing in the brand's colour
	StylesheetURL string // sets --gh-brand
	HomeURL       string
	Links         []ui.Link // terms, privacy, cookies …
}

// Assets are the fingerprinted addresses of what pages load.
type Assets struct {
	Tabler, Gatehouse, Script, Icon string
	Keys                            string // the script of security keys
	Roles                           string // the script beside a role that is made
	Passkeys                        string // tells browsers which passkeys are known
	Password                        string // the hint beside a new password
	Common                          string // the passwords that attackers try first, for that hint
}

// Me is the person who is signed in.
type Me struct {
	Name   string
	Detail string // "Owner · my security", "Support · staff"
	URL    string
}

// Account is the one that the address names. SwitchURL is empty for whoever has no other.
type Account struct {
	Name, URL, SwitchURL string
}

// NavGroup is a part of the navigation under one label; the first group has none.
type NavGroup struct {
	Label string
	Items []NavItem
}

// NavItem leads to a page that this person may open.
type NavItem struct {
	Label, Icon, URL string
	Current          bool
	Count            string // "1 due", "2 left": only where something waits
	Urgent           bool   // amber: it costs money or time
}

// How a session ended.
const (
	SignedOut = "signed out" // by its owner, in this browser
	Ended     = "ended"      // by the time, or from elsewhere
)

// Session is when the person is signed out for doing nothing, and where to say that they are still here.
type Session struct {
	Mark string        // tells it from others of the same browser
	Left time.Duration // from the making of this page
	Idle time.Duration // the whole of it, after staying
	Stay string        // POST with the form token
	Back string        // sign-in page
	Here string        // the page itself
}

// Demo is the line that a demonstration shows on every page.
type Demo struct {
	Text  string
	Links []ui.Link
}

// Chosen adds to the field of a new password what every page knows.
func (s Shell) Chosen(p ui.NewPassword) ui.NewPassword {
	p.Script, p.List, p.Words = s.Assets.Password, s.Assets.Common, p.Words+" "+s.Brand.Name+" gatehouse password"
	return p
}

func (s Shell) person() ui.Person {
	p := ui.Person{Name: s.Me.Name, Detail: s.Me.Detail, URL: s.Me.URL}
	if s.Staff {
		p.Kind = ui.Ours
	}
	return p
}

func (s Shell) home() string {
	if s.Brand.HomeURL == "" {
		return "/"
	}
	return s.Brand.HomeURL
}

// below is the line under the provider's name on a phone.
func (s Shell) below() string {
	switch {
	case s.Staff:
		return "Staff console"
	case s.Account != nil:
		return s.Account.Name
	default:
		return ""
	}
}
