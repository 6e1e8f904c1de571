package web

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/templates/layout"
	"gatehouse/templates/public"
)

const (
	// endAssistPath is where staff end that they act on behalf of a client's contact.
	endAssistPath = "/me/assist/end"
	stayPath      = "/me/stay"
	signOutPath   = "/sign-out"
)

// RegisterAssist adds the route that ends it.
func (w *Web) RegisterAssist() { w.Action(endAssistPath, verb.SelfManage, w.endAssist) }

// onlyAssists confines a session of staff who act on behalf of a contact to that one account: no page of their own, of
// the provider or of another client opens until they end it (N8). What they do there is decided as ever.
func (c *Context) onlyAssists() error {
	if !c.Who.Assisting() {
		return nil
	}
	switch {
	case c.route.Path == endAssistPath, c.route.Path == stayPath:
		c.Who = c.Who.Unassisted() // still in visit.Who
		return nil
	case c.route.Path == signOutPath:
		return c.leaveAssist()
	case c.route.Method == http.MethodGet && c.route.Verb == verb.Public:
		return nil
	case c.Account() == c.Who.Assist.Account && (c.route.Method == http.MethodGet || !c.route.Verb.Reads()):
		return nil
	}
	decision := c.web.Access.Check(c.Who, c.route.Verb, c.Scope).Refused(access.ReasonAssist)
	decision.Scope = access.AssistedOver(c.Who, c.Scope)
	return errors.Join(decision.Fault("page"), c.web.Gate.Refused(c.Ctx(), c.Who, decision))
}

// leaveAssist ends it for whoever signs out. Nothing keeps anybody from signing out: what is not ended here is closed
// by the job, since the session is over.
func (c *Context) leaveAssist() error {
	if err := c.web.EndAssist(c.Ctx(), c.Who); err != nil {
		c.web.Logger.WarnContext(c.Ctx(), "an assistance was not ended",
			slog.String("request", c.requestID), slog.Any("error", err))
	}
	c.Who = c.Who.Unassisted()
	return nil
}

func (w *Web) endAssist(c *Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	who := c.visit.Who
	if !who.Assisting() {
		c.Done("It was over already.")
		return c.Redirect("/staff")
	}
	if err := w.EndAssist(c.Ctx(), who); err != nil {
		return err // assist says what it did
	}
	c.Done("You act as yourself again. The client’s log says so.")
	return c.Redirect("/staff/clients/" + who.Assist.Account.String())
}

// wasAssisting leads staff back who go on in an account after the time in which they acted there.
func (c *Context) wasAssisting() bool {
	return c.visit.Over != "" && c.route.Scope() == id.ScopeAccount && under(c.route.Path, accountPrefix)
}

func (c *Context) assistOver() error {
	text := "The time to act for somebody there is over. Begin again if you are not done."
	if c.visit.Over == accounts.AssistCut {
		text = "The client has ended it: nobody may act for them any more."
	}
	c.Done(text)
	return c.Redirect("/staff/clients/" + c.Account().String())
}

// assist is the mark on every page that staff see while they act on behalf of somebody.
func (c *Context) assist() *layout.Assist {
	if !c.visit.Who.Assisting() {
		return nil
	}
	who := c.visit.Who
	return &layout.Assist{
		Staff: who.Name, For: who.OnBehalfName, Role: who.Membership.RoleName, Account: c.visit.Account,
		Left: max(who.Assist.Ends.Sub(c.Now()), time.Minute), Ends: who.Assist.Ends, EndURL: endAssistPath,
	}
}

// onlyAssisting says whether a fault comes of acting on somebody's behalf alone.
func (c *Context) onlyAssisting(f *fault.Error) bool {
	return c.Who.Assisting() && (f.Kind == fault.KindStepUp || f.Kind == fault.KindDenied &&
		f.Denial.Reason == access.Decision{Reason: access.ReasonAssist}.Sentence())
}

// assistingPage is what staff are told who wanted what is not done on somebody's behalf.
func (c *Context) assistingPage(f *fault.Error) error {
	return c.Render(http.StatusForbidden, public.Assisting(public.AssistingPage{
		Shell: c.Shell("Not on somebody’s behalf"), Name: c.Who.OnBehalfName, Wanted: f.Denial.Verb, EndURL: endAssistPath,
		BackURL: c.ownBase(), RequestID: c.requestID,
	}))
}
