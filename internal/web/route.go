package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/access"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Handler answers one request.
type Handler func(c *Context) error

// Kind is the kind of a route.
type Kind string

// The kinds of routes.
const (
	KindPage   Kind = "page"   // looks; changes nothing
	KindAction Kind = "action" // a form of ours, with its token
	KindHook   Kind = "hook"   // another machine calls; proves itself by a signature
)

// Route is one line of the table: what may be asked, and the permission that it needs.
type Route struct {
	Method string
	Path   string
	Verb   verb.Verb
	Kind   Kind
	// Open is a page that is the same for everybody: nobody is asked who they are, so that it needs no database.
	Open    bool
	upload  int64 // how many bytes a file may have that comes with the form; 0: none comes
	handler Handler
}

// prefix of an account's pages, and of staff's pages about one account.
const (
	accountPrefix = "/accounts/:account"
	clientPrefix  = "/staff/clients/:account"
)

// Scope says over what the route's permission is held.
func (r Route) Scope() id.ScopeKind {
	switch {
	case under(r.Path, accountPrefix), under(r.Path, clientPrefix):
		return id.ScopeAccount
	case under(r.Path, "/staff"):
		return id.ScopeProvider
	case r.Verb.IsSelf():
		return id.ScopePerson
	}
	return ""
}

func under(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

// check refuses a declaration that does not fit its address.
func (r Route) check() error {
	if !r.Verb.Known() {
		return fmt.Errorf("web: %s %s has declared no permission", r.Method, r.Path)
	}
	var fits bool
	switch scope := r.Scope(); {
	case under(r.Path, clientPrefix), scope == id.ScopeProvider:
		fits = r.Verb.IsStaff()
	case scope == id.ScopeAccount:
		fits = r.Verb.IsPortal()
	default:
		fits = r.Verb.IsSelf() || r.Verb.IsOpen()
	}
	if !fits {
		return fmt.Errorf("web: %s %s cannot need %s", r.Method, r.Path, r.Verb)
	}
	return nil
}

// Routes returns the table.
func (w *Web) Routes() []Route { return append([]Route(nil), w.routes...) }

// Page adds a page to look at.
func (w *Web) Page(path string, v verb.Verb, h Handler) { w.add(http.MethodGet, path, KindPage, v, h) }

// Open adds a page that is the same for everybody.
func (w *Web) Open(path string, h Handler) {
	w.put(Route{Method: http.MethodGet, Path: path, Verb: verb.Public, Kind: KindPage, Open: true, handler: h})
}

// Action adds what a form of ours does.
func (w *Web) Action(path string, v verb.Verb, h Handler) {
	w.add(http.MethodPost, path, KindAction, v, h)
}

// Upload adds what a form of ours does that brings a file of at most so many bytes along: Context.File has it.
func (w *Web) Upload(path string, v verb.Verb, most int64, h Handler) {
	w.put(Route{Method: http.MethodPost, Path: path, Verb: v, Kind: KindAction, upload: most, handler: h})
}

// Hook adds what another machine may call. The handler checks its signature.
func (w *Web) Hook(path string, h Handler) { w.add(http.MethodPost, path, KindHook, verb.Public, h) }

func (w *Web) add(method, path string, kind Kind, v verb.Verb, h Handler) {
	w.put(Route{Method: method, Path: path, Verb: v, Kind: kind, handler: h})
}

func (w *Web) put(r Route) {
	w.routes = append(w.routes, r)
	w.echo.Add(r.Method, r.Path, func(ec echo.Context) error {
		c := w.newContext(ec, r)
		ec.Set(contextKey, c)
		if r.Kind == KindPage && !r.Open {
			own, err := w.turns.wait(c.Ctx())
			if err != nil {
				return err
			}
			defer own.end()
		}
		return c.serve()
	})
}

const contextKey = "gatehouse"

// serve finds out who asks, asks early whether they may, and lets the handler answer. The domains decide again, for
// real; this is for the page that says no, and for routes that would forget.
func (c *Context) serve() error {
	if c.route.Open {
		return c.route.handler(c)
	}
	if err := c.identify(); err != nil {
		return err
	}
	if c.route.Kind == KindAction {
		if err := c.checkToken(); err != nil {
			return err
		}
	}
	if err := c.onlyAssists(); err != nil {
		return err
	}
	if err := c.onlyLooks(); err != nil {
		return err
	}
	if c.wasAssisting() {
		return c.assistOver()
	}
	if err := c.admit(); err != nil {
		return err
	}
	c.used()
	if err := c.route.handler(c); err != nil {
		return err
	}
	c.usedService()
	return nil
}

// usedService writes down which service somebody came to, once its page has found that it is there for them.
func (c *Context) usedService() {
	service, err := id.Parse[id.ServiceKind](c.Param("service"))
	if err != nil {
		return // a page about no single service
	}
	if err := c.web.Gate.UsedService(c.Ctx(), c.Who, c.route.Verb, c.Scope, service); err != nil {
		c.web.Logger.WarnContext(c.Ctx(), "a use was not written down", slog.Any("error", err))
	}
}

// used writes down which area of the account somebody came to: reviews of access go by it. What cannot be written down
// keeps nobody from a page.
func (c *Context) used() {
	if err := c.web.Gate.Used(c.Ctx(), c.Who, c.route.Verb, c.Scope); err != nil {
		c.web.Logger.WarnContext(c.Ctx(), "a use was not written down", slog.Any("error", err))
	}
}

func (c *Context) admit() error {
	v := c.route.Verb
	if v == verb.Public {
		return nil
	}
	if !c.Who.SignedIn() {
		return fault.SignIn()
	}
	if c.Who.Secured && under(c.route.Path, "/accounts") { // the list of accounts, which needs no permission
		return fault.Denied("page", fault.Denial{Verb: v, Missing: fault.Review})
	}
	if v == verb.SignedIn {
		return nil
	}
	decision := c.web.Access.Check(c.Who, v, c.Scope)
	if c.web.Access.Unkeyed(c.Who) && !forUnkeyed(c.route.Path) {
		decision = decision.Refused(access.ReasonNoKey)
	}
	if !decision.Allowed {
		return errors.Join(decision.Fault("page"), c.web.Gate.Refused(c.Ctx(), c.Who, decision))
	}
	return nil
}
