// Package signin holds the pages between the door and the first account: password, second step, goodbye. What makes
// a sign-in good is identity's business.
package signin

import (
	"net/http"
	"net/url"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/recovery"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/layout"
	"gatehouse/templates/signin"
	"gatehouse/templates/ui"
)

const (
	signInPath = "/sign-in"
	secondPath = "/sign-in/second-factor"
	secondAsk  = secondPath + "/key"
	passkeyAt  = "/sign-in/passkey"
	passkeyAsk = passkeyAt + "/ask"
	signedOut  = "/signed-out"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	People   *identity.People
	Recovery *recovery.Recovery
	// Hint leads to the people of the demonstration; empty elsewhere.
	Hint ui.Link
}

type area struct {
	Deps
	throttle *web.Throttle
}

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, throttle: web.NewThrottle(clock.System())}
	w.Page("/", verb.Public, a.start)
	w.Page(signInPath, verb.Public, a.signInForm)
	w.Action(signInPath, verb.Public, a.signIn)
	w.Page(secondPath, verb.Public, a.secondForm)
	w.Action(secondPath, verb.Public, a.second)
	w.Action(secondAsk, verb.Public, a.secondAsk)
	w.Action(passkeyAt, verb.Public, a.passkey)
	w.Action(passkeyAsk, verb.Public, a.passkeyAsk)
	w.Action("/sign-out", verb.Public, a.signOut)
	w.Page(signedOut, verb.Public, a.farewell)
	a.startRoutes(w)
	a.forgotRoutes(w)
	a.recoveryRoutes(w)
	w.Page(notMePath, verb.Public, a.locked)
	w.Page(notMePath+"/:token", verb.Public, a.notMeForm)
	w.Action(notMePath+"/:token", verb.Public, a.notMe)
}

// start leads everybody to where they work.
func (a *area) start(c *web.Context) error {
	if !c.Who.SignedIn() {
		return c.Redirect(signInPath)
	}
	return c.Redirect(firstPage(c.Who))
}

// firstPage is where somebody begins who did not ask for another page.
func firstPage(who actor.Actor) string {
	if who.Kind == actor.Staff {
		return "/staff"
	}
	return "/accounts"
}

func (a *area) signInForm(c *web.Context) error {
	next := web.Local(c.Query("next"))
	if c.Who.SignedIn() {
		return c.Redirect(after(next, c.Who))
	}
	page := a.page(c, c.Query("email"), next)
	if c.Query("ended") != "" {
		page.Note = &ui.Flash{Tone: ui.Info, Lead: "Your session has ended.", Text: "Sign in to go on where you were."}
		page.Shell.Over = layout.Ended
	}
	return c.Page(signin.SignIn(page))
}

func (a *area) page(c *web.Context, email, next string) signin.SignInPage {
	return signin.SignInPage{
		Shell: c.Shell("Sign in"), Action: signInPath, Next: next, Email: email, Hint: a.Hint,
		PasskeyURL: passkeyAt, PasskeyAsk: passkeyAsk, ForgotURL: forgotPath,
	}
}

// after is where to go once signed in: to the page that was asked for, else to the person's first.
func after(next string, who actor.Actor) string {
	if next == "/" || next == "" {
		return firstPage(who)
	}
	return next
}

type signInForm struct {
	Email    string `form:"email" max:"254"`
	Password string `form:"password" max:"2000" raw:"1"`
	Next     string `form:"next" max:"2000"`
}

func (a *area) signIn(c *web.Context) error {
	var f signInForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	page := a.page(c, f.Email, web.Local(f.Next))
	if wait := a.throttle.Take(c.Who.Address); wait > 0 {
		page.Note = &ui.Flash{
			Tone: ui.Warn, Lead: "There were too many tries from your network.", Text: "Try again in " + inWords(wait) + ".",
		}
		return c.Render(http.StatusTooManyRequests, signin.SignIn(page))
	}
	out, err := a.People.SignIn(c.Ctx(), c.Who, f.Email, f.Password)
	if err == nil {
		a.throttle.Return(c.Who.Address)
	}
	if errs, ok := web.FieldErrors(err); ok {
		page.Errors = errs
		return c.Invalid(signin.SignIn(page))
	}
	if note, ok := tooMany(err); ok {
		page.Note = note
		return c.Render(http.StatusTooManyRequests, signin.SignIn(page))
	}
	if err != nil {
		return err
	}
	if out.Token == "" {
		c.StartStep(out.Half)
		return c.Redirect(secondPath + "?" + url.Values{"next": {web.Local(f.Next)}}.Encode())
	}
	return a.enter(c, out, f.Next)
}

// tooMany is the note above the form after too many tries; false for every other error.
func tooMany(err error) (*ui.Flash, bool) {
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.KindLimited {
		return nil, false
	}
	return &ui.Flash{Tone: ui.Warn, Lead: f.Message, Text: "Try again in " + inWords(f.RetryAfter) + "."}, true
}

func inWords(d time.Duration) string {
	if d < time.Minute {
		return ui.Count(int((d+time.Second-1)/time.Second), "second", "seconds")
	}
	return ui.Count(int((d+time.Minute-1)/time.Minute), "minute", "minutes")
}

func (a *area) secondForm(c *web.Context) error {
	if c.Step() == "" {
		return c.Redirect(signInPath)
	}
	page, err := a.secondPage(c, web.Local(c.Query("next")))
	if fault.KindOf(err) == fault.KindConflict { // the half of the sign-in is over
		c.ForgetSession()
		return c.Redirect(signInPath + "?ended=1")
	}
	if err != nil {
		return err
	}
	return c.Page(signin.SecondFactor(page))
}

func (a *area) secondPage(c *web.Context, next string) (signin.SecondFactorPage, error) {
	ways, err := a.People.SecondStep(c.Ctx(), c.Step())
	if err != nil {
		return signin.SecondFactorPage{}, err
	}
	return signin.SecondFactorPage{
		Shell: c.Shell("Confirm it’s you"), Action: secondPath, Next: next, OtherURL: signInPath,
		KeyAsk: secondAsk, Keys: ways.Keys, Apps: ways.Apps, LostURL: lostPath, Recovery: ways.Recovery,
		Remember: ways.Remember,
	}, nil
}

type secondForm struct {
	Code     string `form:"code" max:"100"`
	Key      string `form:"key" max:"20000" raw:"1"`
	Recovery string `form:"recovery" max:"100"`
	With     string `form:"with" max:"10"` // the button that was pressed, where it was one of several
	Remember bool   `form:"remember"`
	Next     string `form:"next" max:"2000"`
}

// proof is what was shown: the answer of a key, a recovery code, or else a code.
func (f secondForm) proof() factors.Proof {
	switch {
	case f.Key != "":
		return factors.KeyAnswer(f.Key)
	case f.Recovery != "" || f.With == "recovery":
		return factors.RecoveryCode(f.Recovery)
	}
	return factors.Code(f.Code)
}

func (a *area) second(c *web.Context) error {
	var f secondForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	complete := a.People.SecondFactor
	if f.Remember {
		complete = a.People.SecondFactorRemembering
	}
	out, err := complete(c.Ctx(), c.Who, c.Step(), f.proof())
	errs, wrong := web.FieldErrors(err)
	note, many := tooMany(err)
	if err != nil && !wrong && !many {
		return err
	}
	if err == nil {
		return a.enter(c, out, f.Next)
	}
	page, gone := a.secondPage(c, web.Local(f.Next))
	if gone != nil { // that was the last try
		return gone
	}
	page.Error, page.KeyError, page.RetryNote = errs.For("code"), errs.For("key"), note
	page.RecoveryError, page.Ticked = errs.For("recovery"), f.Remember
	if many {
		return c.Render(http.StatusTooManyRequests, signin.SecondFactor(page))
	}
	return c.Invalid(signin.SecondFactor(page))
}

func (a *area) signOut(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	if c.Who.SignedIn() {
		if err := a.People.SignOut(c.Ctx(), c.Who); err != nil {
			return err
		}
	}
	c.ForgetSession()
	return c.Redirect(signedOut)
}

func (a *area) farewell(c *web.Context) error {
	page := signin.FarewellPage{Shell: c.Shell("Signed out"), SignInURL: signInPath}
	if !c.Who.SignedIn() {
		page.Shell.Over = layout.SignedOut
	}
	return c.Page(signin.SignedOut(page))
}
