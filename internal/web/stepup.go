package web

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/verb"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
)

// The fields of the confirming form, besides those of the form that waits, which are carried along under a prefix.
const (
	stepPath    = "/me/confirm"
	stepAsk     = stepPath + "/key"
	stepProof   = "proof"
	stepKey     = "key"
	stepCode    = "recovery"
	stepTo      = "to"
	stepMethod  = "how"
	stepOnly    = "only" // set: nothing but a key will do
	stepWaiting = "waiting-"
)

// stepUpPage asks somebody to prove again who they are, names what that is for, and carries along what they were about
// to do.
func (c *Context) stepUpPage(status int, wants verb.Verb, problem ui.Errors) error {
	second, err := c.web.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return err // identity says what it did
	}
	ways, err := c.web.People.Ways(c.Ctx(), c.Who)
	if err != nil {
		return err // identity says what it did
	}
	to, how := Local(c.Request().URL.RequestURI()), c.Request().Method
	waiting := c.sent()
	if c.route.Path == stepPath { // asked again after a wrong code
		to, how, waiting = first(c.typed[stepTo]), first(c.typed[stepMethod]), unprefixed(c.typed)
	}
	only := c.keyOnly() || c.keyAsked || first(c.typed[stepOnly]) != ""
	if only && len(ways.Keys) > 0 { // nothing else would do
		ways.Apps, ways.Recovery = nil, false
	}
	page := public.StepUpPage{
		Shell: c.Shell("Confirm it’s you"), Action: stepPath, BackURL: c.home(), ByPassword: !second,
		Error: problem.For(stepProof), KeyError: problem.For(stepKey), KeyAsk: stepAsk, Keys: ways.Keys, Apps: ways.Apps,
		Recovery: ways.Recovery, RecoveryError: problem.For(stepCode),
		Waiting: strings.ToLower(wants.Sentence()),
		Hidden:  []ui.Pair{{Name: stepTo, Value: to}, {Name: stepMethod, Value: how}},
	}
	if c.route.Path == stepPath {
		page.Waiting = "go on"
	}
	if only {
		page.Hidden = append(page.Hidden, ui.Pair{Name: stepOnly, Value: "key"})
	}
	page.Hidden = append(page.Hidden, carried(waiting)...)
	return c.Render(status, public.StepUp(page))
}

// sent are the fields of the form that came, and of a file its name alone: it is not kept, and asked for again.
func (c *Context) sent() url.Values {
	if c.file == nil {
		return c.typed
	}
	with := maps.Clone(c.typed)
	with[fileField] = []string{c.file.Name}
	return with
}

// carried are the fields of a form that waits, as hidden ones of the form that comes first.
func carried(waiting url.Values) []ui.Pair {
	var list []ui.Pair
	for name, values := range waiting {
		if name == tokenField {
			continue
		}
		for _, v := range values {
			list = append(list, ui.Pair{Name: stepWaiting + name, Value: v})
		}
	}
	return list
}

// keyOnly says whether nothing but a security key or a passkey will do where whoever asks wants to go: for staff, and
// in an account that insists on one.
func (c *Context) keyOnly() bool {
	staff := c.Who.Seat.Department != "" && c.web.Access.StaffLevel() == actor.PhishingProof
	return staff || c.Who.Membership.Rule.Insists(c.Now()) == actor.PhishingProof
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func unprefixed(typed url.Values) url.Values {
	out := url.Values{}
	for name, values := range typed {
		if waiting, ok := strings.CutPrefix(name, stepWaiting); ok {
			out[waiting] = values
		}
	}
	return out
}

// RegisterStepUp adds the routes that confirming forms lead to.
func (w *Web) RegisterStepUp() {
	w.Action(stepPath, verb.SelfManage, w.confirm)
	w.Action(stepAsk, verb.SelfManage, w.askForStepUp)
}

// askForStepUp tells the script what the keys of whoever asks are to sign.
func (w *Web) askForStepUp(c *Context) error {
	return c.Ask(w.People.AskForStepUp(c.Ctx(), c.Who))
}

// confirm checks the proof, gives the session its new token, and goes on with what waited: a page is led to, a form is
// done as if it were sent now.
func (w *Web) confirm(c *Context) error {
	token, err := w.stepUp(c)
	if errs, ok := FieldErrors(err); ok {
		for i := range errs {
			if errs[i].Field != stepKey && errs[i].Field != stepCode {
				errs[i].Field = stepProof
			}
		}
		return c.stepUpPage(http.StatusUnprocessableEntity, c.route.Verb, errs)
	}
	if f, ok := fault.As(err); ok && f.Kind == fault.KindLimited {
		return err // shown as it is
	}
	if err != nil {
		return err // identity says what it did
	}
	c.StartSession(token)
	to := Local(first(c.typed[stepTo]))
	if first(c.typed[stepMethod]) != http.MethodPost {
		return c.Redirect(to)
	}
	return c.replay(to, token)
}

// stepUp hands on what was shown: the answer of a key, a code, or the password of somebody who has nothing else.
func (w *Web) stepUp(c *Context) (string, error) {
	second, err := w.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return "", err // identity says what it did
	}
	if answer := first(c.typed[stepKey]); answer != "" {
		return w.People.StepUp(c.Ctx(), c.Who, factors.KeyAnswer(answer))
	}
	if code := first(c.typed[stepCode]); code != "" {
		return w.People.StepUp(c.Ctx(), c.Who, factors.RecoveryCode(code))
	}
	shown := first(c.typed[stepProof])
	if !second {
		return w.People.StepUpByPassword(c.Ctx(), c.Who, shown)
	}
	return w.People.StepUp(c.Ctx(), c.Who, factors.Code(shown))
}

// replay does a form that waited, under the new token of the session.
func (c *Context) replay(to, token string) error {
	form := unprefixed(c.typed)
	form.Set(tokenField, c.FormToken())
	body := strings.NewReader(form.Encode())
	r, err := http.NewRequestWithContext(c.Ctx(), http.MethodPost, to, body)
	if err != nil {
		return badRequest("The form that waited has no address.")
	}
	r.Header = c.Request().Header.Clone()
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Del("Cookie")
	//nolint:gosec // a request's cookie has no attributes
	r.AddCookie(&http.Cookie{Name: c.web.cookieName(sessionCookie), Value: token})
	r.Host, r.RemoteAddr, r.ContentLength = c.Request().Host, c.Request().RemoteAddr, int64(body.Len())
	r.URL.Host = ""
	c.web.echo.ServeHTTP(c.echo.Response().Writer, r)
	c.echo.Response().Committed = true
	return nil
}
