package web

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/clock"
)

// The cookies. Over TLS their names begin with __Host-, so that no other host and no path can set them (SECURITY.md
// N4).
const (
	sessionCookie = "gatehouse"
	stepCookie    = "gatehouse-step" // the half of a sign-in, until the second step
	doorCookie    = "gatehouse-door" // ties forms to a browser before anybody is signed in
	flashCookie   = "gatehouse-flash"
	browserCookie = "gatehouse-browser" // says for years that it is the same browser
	laterCookie   = "gatehouse-later"   // who does not want to be led to safer ways for a week
	asideCookie   = "gatehouse-aside"   // who is to be offered what, until the browser is closed
	towardsCookie = "gatehouse-towards" // where somebody wants to go who is making their sign-in safer
)

const (
	tokenBytes = 32
	stepTime   = 5 * time.Minute
	// browserTime is the longest that browsers keep a cookie.
	browserTime = 400 * 24 * time.Hour
	laterTime   = 7 * 24 * time.Hour
	towardsTime = time.Hour
)

func (w *Web) cookieName(name string) string {
	if w.secure {
		return "__Host-" + name
	}
	return name
}

func (c *Context) setCookie(name, value string, age time.Duration) {
	cookie := &http.Cookie{ //nolint:gosec // Secure wherever the portal is served over TLS
		Name: c.web.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: c.web.secure,
		SameSite: http.SameSiteLaxMode,
	}
	if age != 0 {
		cookie.MaxAge = int(age.Seconds())
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	c.echo.SetCookie(cookie)
}

func (c *Context) cookie(name string) string {
	cookie, err := c.echo.Cookie(c.web.cookieName(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// StartSession gives the browser its new token; the one before is worth nothing any more (N2).
func (c *Context) StartSession(token string) {
	c.setCookie(sessionCookie, token, 0)
	c.setCookie(stepCookie, "", 0)
	c.setCookie(doorCookie, "", 0)
	c.token = token
}

// KeepBrowser gives the browser the token by which it is known at the next sign-in; with an empty one it keeps what it
// has.
func (c *Context) KeepBrowser(token string) {
	if token != "" {
		c.setCookie(browserCookie, token, browserTime)
	}
}

// SayLater notes that somebody does not want to be led to safer ways of signing in for a week. It is a wish about pages
// and decides nothing.
func (c *Context) SayLater(person id.Person) { c.setCookie(laterCookie, person.String(), laterTime) }

// SaidLater says whether they did.
func (c *Context) SaidLater(person id.Person) bool { return c.cookie(laterCookie) == person.String() }

// StartStep gives the browser the token of a sign-in that waits for its second step.
func (c *Context) StartStep(token string) { c.setCookie(stepCookie, token, stepTime) }

// Step is the token of a sign-in that waits for its second step.
func (c *Context) Step() string { return c.cookie(stepCookie) }

// ForgetSession takes the cookies away.
func (c *Context) ForgetSession() {
	c.setCookie(sessionCookie, "", 0)
	c.setCookie(stepCookie, "", 0)
}

// identify says who asks. A session that is over is no error here: the person is then nobody, and is told on pages that
// need somebody.
func (c *Context) identify() error {
	account, err := c.addressed()
	if err != nil {
		return err
	}
	c.token = c.cookie(sessionCookie)
	door := accounts.Door{RequestID: c.requestID, Device: sessions.DeviceInWords(c.Request().UserAgent())}
	door.Address, _ = netip.ParseAddr(c.echo.RealIP()) // what cannot be read stays unknown
	door.Place = c.web.Places.Of(door.Address)
	if hash, ok := tokens.Hash(c.cookie(browserCookie)); ok {
		door.Browser = hash
	}
	token := c.token
	if c.route.Kind == KindHook {
		token = "" // machines prove themselves otherwise
	}
	c.visit, err = c.web.Accounts.BySession(c.Ctx(), token, account, door)
	if err != nil {
		return err // the entrance says what it did
	}
	c.Who, c.Scope = c.visit.Who, c.scope(account, c.visit.Who)
	c.arrive()
	return nil
}

// addressed is the account that the path names, if it names one. What is no id is not found, whoever asks.
func (c *Context) addressed() (id.Account, error) {
	if c.route.Scope() != id.ScopeAccount {
		return id.Account{}, nil
	}
	return ParamID[id.AccountKind](c, "account")
}

func (c *Context) scope(account id.Account, who actor.Actor) id.Scope {
	switch c.route.Scope() {
	case id.ScopeAccount:
		return id.AccountScope(account)
	case id.ScopeProvider:
		return id.ProviderScope()
	case id.ScopePerson:
		if who.SignedIn() {
			return id.PersonScope(who.Person)
		}
	}
	return id.Scope{}
}

// arrive writes down that the session is in use. Reading goes on where that fails: a full disk must not sign people
// out.
func (c *Context) arrive() {
	if err := c.web.Accounts.Arrive(c.Ctx(), c.visit); err != nil {
		c.web.Logger.WarnContext(c.Ctx(), "a visit was not noted",
			slog.String("request", c.requestID), slog.Any("error", err))
	}
}

// checkToken refuses a form that does not come from a page that we gave to this very browser and session (I3).
func (c *Context) checkToken() error {
	if err := c.readForm(); err != nil {
		return err
	}
	sent := c.typed[tokenField]
	if len(sent) != 1 || !c.validToken(sent[0]) {
		return errStaleForm
	}
	return nil
}

var errStaleForm = errors.New("web: the form's token does not fit")

const tokenField = "csrf"

// formKey is what the form token vouches for: the session, or the browser where nobody is signed in.
func (c *Context) formKey() []byte {
	if !c.Who.Session.IsZero() {
		return append([]byte("session"), c.Who.Session.Bytes()...)
	}
	if c.door == "" {
		c.door = c.cookie(doorCookie)
	}
	return append([]byte("door"), c.door...)
}

// FormToken is the token for the forms of a page. It looks different on each page, so that compression tells nothing
// about it.
func (c *Context) FormToken() string {
	if c.Who.Session.IsZero() && c.cookie(doorCookie) == "" && c.door == "" {
		c.door = randomToken()
		c.setCookie(doorCookie, c.door, 0)
	}
	mac := c.web.Box.MAC("form token", c.formKey())
	pad := make([]byte, len(mac))
	_, _ = rand.Read(pad) // never fails: the program ends first
	masked := make([]byte, 0, 2*len(mac))
	masked = append(masked, pad...)
	for i := range mac {
		masked = append(masked, mac[i]^pad[i])
	}
	return base64.RawURLEncoding.EncodeToString(masked)
}

func (c *Context) validToken(sent string) bool {
	masked, err := base64.RawURLEncoding.DecodeString(sent)
	if err != nil || len(masked)%2 != 0 || len(masked) == 0 {
		return false
	}
	half := len(masked) / 2
	mac := make([]byte, half)
	for i := range half {
		mac[i] = masked[i] ^ masked[half+i]
	}
	if c.Who.Session.IsZero() && c.cookie(doorCookie) == "" {
		return false
	}
	return c.web.Box.VerifyMAC(mac, "form token", c.formKey())
}

func randomToken() string {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails: the program ends first
	return base64.RawURLEncoding.EncodeToString(raw)
}

// started measures how long a request takes on this machine.
func started() func() time.Duration {
	begin := clock.System().Now()
	return func() time.Duration { return clock.System().Now().Sub(begin) }
}
