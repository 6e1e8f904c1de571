package hosting

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"gatehouse/internal/id"
)

// loginTime is for how long a link into a panel works (SECURITY.md N7).
const loginTime = 60 * time.Second

// PanelRole is what somebody may do inside a panel.
type PanelRole string

// The roles in a panel.
const (
	PanelAdmin     PanelRole = "admin"     // everything that the panel offers for the service
	PanelDeveloper PanelRole = "developer" // files, databases and software; no mailboxes, no other users
)

// Sentence says what the role gives.
func (r PanelRole) Sentence() string {
	if r == PanelAdmin {
		return "Everything in the panel of this service"
	}
	return "Files, databases and software of this service"
}

// panelRole is the role in the panel that a role in the account leads to. A role that is not known here, an account's
// own one included, leads to the lesser.
func panelRole(role string) PanelRole {
	switch role {
	case "owner", "administrator", "technical":
		return PanelAdmin
	}
	return PanelDeveloper
}

// Panel speaks to the hosting panels of one kind. A link that it gives works once, for at most a minute, signs its user
// in for the one service with the one role, and leads to the host of Login.Server, by https. A panel that cannot do
// that says so with an error: there is no falling back to a page that asks for a password. Errors are shown to nobody,
// but kept in the server's log, and so must contain neither links nor credentials; those below say what is to be done.
// Each call ends when its context does. What an adapter has to hold is tested by internal/testkit/panels.
type Panel interface {
	// Name is the kind of panel, as servers are registered with it: "demo".
	Name() string
	// Open asks the panel for a link.
	Open(ctx context.Context, l Login) (link string, err error)
	// EndSessions ends what somebody has open of the service in a role, and gives ErrLasts where the panel cannot.
	EndSessions(ctx context.Context, l Login) error
	Surveyor
	Keeper
}

// Surveyor reads what a panel keeps. It changes nothing.
type Surveyor interface {
	// Look says how a server is. That it answers at all says that its credentials are good.
	Look(ctx context.Context, m Machine) (Health, error)
	// List is every account of the server, in any order.
	List(ctx context.Context, m Machine) ([]Holding, error)
	// Find looks for an account by its user; by its domain where user is empty. It gives ErrNoHolding for none.
	Find(ctx context.Context, m Machine, user, domain string) (Holding, error)
	// Measure reads what an account uses. It gives ErrNoHolding where there is none.
	Measure(ctx context.Context, m Machine, user string) (Measure, error)
}

// Keeper makes, changes and ends accounts on a server. What is so already is done again without an error. Create gives
// ErrTaken where the user or the domain is on the server already, and then changes nothing; the others give
// ErrNoHolding where there is no such account, but for Remove, whose work is done then.
type Keeper interface {
	Create(ctx context.Context, m Machine, n NewHolding) error
	Suspend(ctx context.Context, m Machine, user, reason string) error
	Restore(ctx context.Context, m Machine, user string) error
	ChangePlan(ctx context.Context, m Machine, user, plan string) error
	Remove(ctx context.Context, m Machine, user string) error
}

// Lasting is a panel that cannot end what everybody has open. Lasts says for how long it stays open without a click; 0:
// it can be ended.
type Lasting interface {
	Lasts(role PanelRole) time.Duration
}

// Inside is a panel that this portal serves itself: its links lead to pages below that path.
type Inside interface{ Path() string }

// ErrElsewhere says that a link leads to another host than the one of our record.
var ErrElsewhere = errors.New("hosting: the panel gave a link to another host")

// Login is one opening of a panel. It carries secrets and is not printed.
type Login struct {
	ID          id.PanelLogin
	Server      Server
	Credentials string // what the adapter signs in with
	User        string // the name under which the panel knows the service; empty: its domain
	Domain      string
	Role        PanelRole
	Person      id.Person // for panels that know each of a service's people by a name of their own
	// Token is for panels that ask Gatehouse who is at the door (see Redeem); others make a link of their own.
	Token   string
	Expires time.Time

	service id.Service
	name    string
}

// Machine is the server that the login is for.
func (l Login) Machine() Machine { return Machine{Server: l.Server, Credentials: l.Credentials} }

// Format keeps a login out of every text.
func (l Login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[login "+l.ID.String()+"]") }

// LogValue keeps a login out of every log.
func (l Login) LogValue() slog.Value { return slog.StringValue(l.ID.String()) }

// leads says whether a link leads where it must: to the host of our own record, or to this portal where it is itself
// the panel.
func (l Login) leads(p Panel, link string) bool {
	u, err := url.Parse(link)
	if err != nil || u.User != nil || strings.ContainsFunc(link, unprintable) || strings.Contains(link, `\`) {
		return false
	}
	if own, ok := p.(Inside); ok {
		return u.Scheme == "" && u.Host == "" && u.JoinPath().Path == u.Path && strings.HasPrefix(u.Path, own.Path()+"/")
	}
	return u.Scheme == "https" && strings.EqualFold(u.Hostname(), l.Server.Host)
}

// scrub is an error without the secrets of the login, for the server's log.
func (l Login) scrub(err error) error {
	text := err.Error()
	for _, secret := range []string{l.Token, l.Credentials, url.QueryEscape(l.Credentials)} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[secret]")
		}
	}
	return errors.New(text)
}
