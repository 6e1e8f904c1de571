package web

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/verb"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
)

// errorTime is how long making an error page may take.
const errorTime = 3 * time.Second

// fail turns an error into a status and a page, the only place that does. Unknown errors show the request's id, never
// their text.
func (w *Web) fail(err error, ec echo.Context) {
	if ec.Response().Committed {
		return
	}
	// The request's own time may be over; its error page has a little of its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ec.Request().Context()), errorTime)
	defer cancel()
	ec.SetRequest(ec.Request().WithContext(ctx))
	c, ok := ec.Get(contextKey).(*Context)
	if !ok { // no route of ours was reached
		c = w.newContext(ec, Route{})
		if idErr := c.identify(); idErr != nil {
			c.Who = actor.Enter(actor.Details{Kind: actor.Anonymous})
		}
	}
	if failed := c.answerFault(err); failed != nil {
		w.Logger.ErrorContext(c.Ctx(), "an error page could not be shown",
			slog.String("request", c.requestID), slog.Any("error", failed))
		if !ec.Response().Committed {
			ec.Response().WriteHeader(http.StatusInternalServerError)
		}
	}
}

func (c *Context) answerFault(err error) error {
	if f, ok := fault.As(err); ok {
		c.note(err, f.Kind)
		return c.faultPage(f)
	}
	page := public.ErrorPage{Shell: c.Shell("Not found"), RequestID: c.requestID, BackURL: c.home()}
	var unread *BadRequestError
	var tooLarge *http.MaxBytesError
	var plain *echo.HTTPError
	switch {
	case errors.Is(err, errStaleForm) && c.Who.SignedIn() && under(c.route.Path, "/sign-in"):
		c.Done("You had signed in already, in another tab.")
		return c.Redirect(first(c.typed["next"]))
	case errors.Is(err, errStaleForm), errors.Is(err, errCrossSite):
		c.note(err, "stale")
		page.Shell.Title = "This form is out of date"
		return c.Render(http.StatusForbidden, public.BadRequest(public.BadRequestPage{
			ErrorPage: page, Title: "This form is out of date",
			Problems: []string{"It was made before you signed in or out, or in another browser."},
		}))
	case errors.As(err, &unread):
		c.note(err, "unread")
		page.Shell.Title = "This could not be read"
		return c.Render(http.StatusBadRequest, public.BadRequest(public.BadRequestPage{
			ErrorPage: page, Problems: unread.Problems,
		}))
	case errors.As(err, &tooLarge):
		page.Shell.Title = "Too large"
		return c.Render(http.StatusRequestEntityTooLarge, public.BadRequest(public.BadRequestPage{
			ErrorPage: page, Title: "This is too large",
			Problems: []string{"At most " + ui.Number(int(tooLarge.Limit/1024)) + " KiB are taken at a time."},
		}))
	case errors.As(err, &plain) && plain.Code < http.StatusInternalServerError:
		return c.Render(plain.Code, public.NotFound(page))
	}
	c.web.Logger.ErrorContext(c.Ctx(), "a request failed", slog.String("request", c.requestID),
		slog.String("route", c.route.Path), slog.Any("error", err))
	page.Shell.Title = "This did not work"
	return c.Render(http.StatusInternalServerError, public.Broken(page))
}

// note writes a line for faults, without what people typed.
func (c *Context) note(err error, kind fault.Kind) {
	if kind == fault.KindSignIn || kind == fault.KindInvalid || kind == fault.KindUnsaid {
		return
	}
	level := slog.LevelInfo
	if kind == fault.KindUnavailable {
		level = slog.LevelError
	}
	c.web.Logger.Log(c.Ctx(), level, "fault", slog.String("request", c.requestID), slog.String("kind", string(kind)),
		slog.String("route", c.route.Path), slog.Any("error", err))
}

func (c *Context) faultPage(f *fault.Error) error {
	if f.Kind == fault.KindUnsaid { // before the frame of a page takes the note that waits for the next one
		return c.unsaid(f)
	}
	page := public.ErrorPage{Shell: c.Shell("Not found"), RequestID: c.requestID, BackURL: c.home()}
	title := func(text string) public.ErrorPage { page.Shell.Title = text; return page }
	switch {
	case c.onlyLooking(f):
		return c.lookingPage(f)
	case c.onlyAssisting(f):
		return c.assistingPage(f)
	}
	switch f.Kind {
	case fault.KindNotFound:
		return c.Render(http.StatusNotFound, public.NotFound(page))
	case fault.KindDenied:
		return c.deniedPage(f)
	case fault.KindInvalid:
		problems := make([]string, 0, len(f.Fields))
		for _, field := range f.Fields {
			problems = append(problems, field.Message)
		}
		return c.Render(http.StatusUnprocessableEntity, public.BadRequest(public.BadRequestPage{
			ErrorPage: title("This could not be taken"), Title: "This could not be taken", Problems: problems,
		}))
	case fault.KindConflict:
		return c.Render(http.StatusConflict, public.Conflict(public.ConflictPage{
			ErrorPage: title("This has changed"), Message: f.Message,
		}))
	case fault.KindStepUp:
		return c.stepUpPage(http.StatusForbidden, f.Denial.Verb, nil)
	case fault.KindLimited:
		seconds := int(math.Ceil(f.RetryAfter.Seconds()))
		c.echo.Response().Header().Set("Retry-After", strconv.Itoa(seconds))
		return c.Render(http.StatusTooManyRequests, public.Limited(public.LimitedPage{
			ErrorPage: title("Too many tries"), Message: f.Message, Wait: f.RetryAfter,
		}))
	case fault.KindSignIn:
		return c.toSignIn()
	case fault.KindTooLarge:
		return c.Render(http.StatusRequestEntityTooLarge, public.BadRequest(public.BadRequestPage{
			ErrorPage: title("Too large"), Title: "This is too large", Problems: []string{f.Message},
		}))
	case fault.KindUnavailable, fault.KindUnknown, fault.KindUnsaid:
	}
	message := f.Message
	if message == "" {
		message = "A part of this service does not answer."
	}
	return c.Render(http.StatusServiceUnavailable, public.Unavailable(public.UnavailablePage{
		ErrorPage: title("Not reachable just now"), Message: message,
	}))
}

// deniedPage leads to what somebody lacks, or says who can help.
func (c *Context) deniedPage(f *fault.Error) error {
	switch {
	case c.Who.Previewing(), c.Who.Assisting(): // what the contact is told; their sign-in is not the asker's
	case f.Denial.Missing == fault.Policies:
		return c.unread()
	case f.Denial.Missing == fault.Review:
		return c.Redirect(SecurityPath + "/review")
	case f.Denial.Missing != "":
		return c.missing(f.Denial)
	}
	return c.Render(http.StatusForbidden, c.refused(f))
}

// refused says what was wanted, what that needs, what the person has, and who can help.
func (c *Context) refused(f *fault.Error) templ.Component {
	p := public.RefusedPage{
		Shell: c.Shell("Not open to you"), Account: c.AccountName(), Needs: f.Denial.Verb, Role: f.Denial.Role,
		Reason: f.Denial.Reason, At: c.Now(), RequestID: c.requestID, BackURL: c.home(),
	}
	if f.Denial.Verb == verb.PanelOpen {
		p.Title = "You can’t open this panel"
	}
	p.Emergency = c.emergencyAt(f.Denial.Verb)
	if !c.Who.Membership.ID.IsZero() && c.Who.Membership.Account == c.Account() {
		p.Helpers = c.helpers()
		c.offersAsking(&p)
	}
	return public.Refused(p)
}

// offersAsking lets somebody ask the owners for what they lack, or says when they did.
func (c *Context) offersAsking(p *public.RefusedPage) {
	if len(p.Helpers) == 0 || !c.web.Accounts.MayAsk(c.Who, c.Account(), p.Needs) {
		return
	}
	asked, err := c.web.Accounts.MyAsk(c.Ctx(), c.Who, c.Account(), p.Needs)
	if err != nil {
		c.note(err, "asked")
		return
	}
	p.AskURL, p.Asked = c.Base()+AskPath, asked
}

// helpers are the owners of the account. The page does without them where they cannot be read.
func (c *Context) helpers() []public.Helper {
	names, err := c.web.Accounts.Helpers(c.Ctx(), c.Who, c.Account())
	if err != nil {
		c.note(err, "helpers")
		return nil
	}
	list := make([]public.Helper, 0, len(names))
	for _, name := range names {
		list = append(list, public.Helper{Person: ui.Person{Name: name, Detail: "Owner · can give you this permission"}})
	}
	return list
}

// toSignIn leads somebody to the door and remembers where they wanted to go. Forms are not repeated after it.
func (c *Context) toSignIn() error {
	query := url.Values{}
	if c.Request().Method == http.MethodGet && c.route.Path != "" {
		query.Set("next", Local(c.Request().URL.RequestURI()))
	}
	if c.token != "" {
		query.Set("ended", "1")
		c.ForgetSession()
	}
	target := "/sign-in"
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	c.echo.Response().Header().Set(echo.HeaderLocation, target)
	c.echo.Response().WriteHeader(http.StatusSeeOther)
	return nil
}

// FieldErrors are the messages of a fault for the fields of a form; false where the error is another one.
func FieldErrors(err error) (ui.Errors, bool) {
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.KindInvalid {
		return nil, false
	}
	list := make(ui.Errors, 0, len(f.Fields))
	for _, field := range f.Fields {
		list = append(list, ui.FieldError{Field: field.Name, Message: field.Message})
	}
	return list, true
}
