package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/verb"
	"gatehouse/templates/ui"
)

// Context is one request on its way through a handler.
type Context struct {
	Who   actor.Actor
	Scope id.Scope // what the route's permission is held over

	web       *Web
	echo      echo.Context
	route     Route
	visit     accounts.Visit
	requestID string
	token     string // of the session, as sent
	door      string // ties the forms of somebody who is not signed in to their browser
	typed     map[string][]string
	file      *Upload // that came with the form; nil: none did
	nav       *NavCounts
	keyAsked  bool // nothing but a security key or a passkey will do
}

func (w *Web) newContext(ec echo.Context, r Route) *Context {
	return &Context{web: w, echo: ec, route: r, requestID: ec.Response().Header().Get(echo.HeaderXRequestID)}
}

// Ctx is the request's context; it ends when the request's time is over.
func (c *Context) Ctx() context.Context { return c.echo.Request().Context() }

// Request is the request itself.
func (c *Context) Request() *http.Request { return c.echo.Request() }

// RequestID names the request in logs and on error pages.
func (c *Context) RequestID() string { return c.requestID }

// Account is the account that the address names.
func (c *Context) Account() id.Account {
	account, _ := c.Scope.Account()
	return account
}

// AccountName is what that account is called; empty where the person has no place in it.
func (c *Context) AccountName() string { return c.visit.Account }

// Provider is the provider's name.
func (c *Context) Provider() string { return c.web.Brand.Name }

// Base is the address of the account's overview.
func (c *Context) Base() string { return "/accounts/" + c.Account().String() }

// Param is a part of the path.
func (c *Context) Param(name string) string { return c.echo.Param(name) }

// Query is a value of the query string.
func (c *Context) Query(name string) string { return c.echo.QueryParam(name) }

// QueryInt is a number of the query string; 0 where there is none.
func (c *Context) QueryInt(name string) int64 {
	n, err := strconv.ParseInt(c.Query(name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Now is the moment of the request: the database's time where somebody is signed in.
func (c *Context) Now() time.Time {
	if !c.Who.Now.IsZero() {
		return c.Who.Now
	}
	return clock.System().Now()
}

// Reader is who the page is made for.
func (c *Context) Reader() ui.Reader {
	zone := c.web.Zone
	if own := c.web.zones.of(c.visit.TimeZone); own != nil {
		zone = own
	}
	return ui.Reader{Now: c.Now(), Location: zone}
}

// zones are the time zones that people chose, each read from its file once.
type zones struct{ known sync.Map }

// of is the zone of that name; nil where there is none.
func (z *zones) of(name string) *time.Location {
	if name == "" {
		return nil
	}
	if found, ok := z.known.Load(name); ok {
		zone, _ := found.(*time.Location)
		return zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	z.known.Store(name, zone)
	return zone
}

// ParamID reads an id from the path; what is none is not found.
func ParamID[K id.Kind](c *Context, name string) (id.ID[K], error) {
	v, err := id.Parse[K](c.Param(name))
	if err != nil {
		return v, fault.NotFound("address")
	}
	return v, nil
}

// QueryID reads an id from the query string; the zero id where there is none.
func QueryID[K id.Kind](c *Context, name string) id.ID[K] {
	v, err := id.Parse[K](c.Query(name))
	if err != nil {
		return id.ID[K]{}
	}
	return v
}

// Render makes the whole page and then sends it, so that an error never leaves half a page.
func (c *Context) Render(status int, page templ.Component) error {
	content, packed, err := c.web.desks.make(c.Ctx(), page, acceptsGzip(c.Request()))
	if err != nil {
		return err // shown as it is in the log
	}
	return c.send(status, "text/html; charset=utf-8", content, packed)
}

// Page is Render with status 200.
func (c *Context) Page(page templ.Component) error { return c.Render(http.StatusOK, page) }

// Invalid shows a form again after what was typed could not be taken.
func (c *Context) Invalid(page templ.Component) error {
	return c.Render(http.StatusUnprocessableEntity, page)
}

// Bytes sends a file.
func (c *Context) Bytes(contentType string, content []byte) error {
	return c.write(http.StatusOK, contentType, content)
}

// HandsOut says whether files are for whoever asks: they are not for staff who act on behalf of somebody. What they
// look at is on the pages, and what they would take along leaves everybody's sight (N8).
func (c *Context) HandsOut() bool { return !c.visit.Who.Assisting() }

// Download sends a file that browsers save and never show (SECURITY.md F2).
func (c *Context) Download(name, contentType string, content []byte) error {
	if !c.HandsOut() {
		return c.Refuse(access.ReasonAssist, activity.Target{})
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	c.echo.Response().Header().Set("Content-Disposition", disposition)
	return c.write(http.StatusOK, contentType, content)
}

// Stream sends a file that is written bit by bit, in as much memory as a bit needs. Where it cannot be finished the
// connection is broken off, so that nobody takes a part for the whole.
func (c *Context) Stream(name, contentType string, write func(ctx context.Context, to io.Writer) error) error {
	if !c.HandsOut() {
		return c.Refuse(access.ReasonAssist, activity.Target{})
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Ctx()), streamTime)
	defer cancel()
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	out := &stream{to: c.echo.Response(), clock: clock.System(), begin: func(h http.Header) {
		h.Set("Content-Disposition", disposition)
		h.Set("Content-Type", contentType)
	}}
	err := write(ctx, out)
	if err != nil && out.begun {
		c.web.Logger.ErrorContext(ctx, "a file was broken off", slog.String("route", c.route.Path), slog.Any("error", err))
		panic(http.ErrAbortHandler)
	}
	return err
}

// Text answers a machine.
func (c *Context) Text(status int, text string) error {
	return c.write(status, "text/plain; charset=utf-8", []byte(text))
}

// CacheFor lets browsers keep an answer that is the same for everybody.
func (c *Context) CacheFor(d time.Duration) {
	c.echo.Response().Header().Set("Cache-Control", cached(d))
}

func cached(d time.Duration) string { return "public, max-age=" + strconv.Itoa(int(d.Seconds())) }

// Empty says that something was done, and nothing more.
func (c *Context) Empty() error {
	c.echo.Response().WriteHeader(http.StatusNoContent)
	return nil
}

// May says whether whoever asks holds a permission over the same account or person as that of the route.
func (c *Context) May(v verb.Verb) bool { return shows(c.web.Access.Check(c.Who, v, c.Scope)) }

// Offers says whether a page should offer what needs a permission: to whoever holds it, be it after using a factor
// again.
func (c *Context) Offers(v verb.Verb) bool {
	d := c.web.Access.Check(c.Who, v, c.Scope)
	return shows(d) || d.Offered()
}

// Refuse turns somebody away by a rule that is stricter than the permission of the route, and records it with what it
// was about.
func (c *Context) Refuse(why access.Reason, about activity.Target) error {
	decision := c.web.Access.Check(c.Who, c.route.Verb, c.Scope).Refused(why)
	return errors.Join(decision.Fault("page"),
		c.web.Gate.RefusedAbout(c.Ctx(), c.Who, decision, activity.Details{Target: about}))
}

// Redirect leads to a page of ours after an action.
func (c *Context) Redirect(path string) error {
	c.echo.Response().Header().Set(echo.HeaderLocation, Local(path))
	c.echo.Response().WriteHeader(http.StatusSeeOther)
	return nil
}

// Ahead says whether a program asks for a page that nobody has asked it for: a browser that guesses what comes next, or
// shows what is behind a link.
func (c *Context) Ahead() bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		said := strings.ToLower(strings.Join(c.Request().Header.Values(name), ","))
		if strings.Contains(said, "prefetch") || strings.Contains(said, "prerender") || strings.Contains(said, "preview") {
			return true
		}
	}
	return false
}

// Onward shows a page that leads to another site by itself, whose address comes from our own records. The answer to a
// form may not lead there: our own policy keeps forms here.
func (c *Context) Onward(address string, page templ.Component) error {
	c.echo.Response().Header().Set("Refresh", "0; url="+address)
	return c.Page(page)
}

// Leave leads to another site: a gateway or a panel, whose address comes from our own records.
func (c *Context) Leave(address string) error {
	c.echo.Response().Header().Set(echo.HeaderLocation, address)
	c.echo.Response().WriteHeader(http.StatusSeeOther)
	return nil
}
