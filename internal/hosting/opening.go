package hosting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// panelTime is how long a panel may take to answer; with the rest of the request that stays under five seconds.
	panelTime = 4 * time.Second
	// outcomeTime is how long writing the outcome may take, whether or not somebody still waits for the page.
	outcomeTime = 10 * time.Second
)

// The outcomes of an opening.
const (
	outcomeAsked  = "asked"
	outcomeOpened = "opened"
	outcomeFailed = "failed"
)

type loginRow struct {
	ID        id.PanelLogin `gorm:"primaryKey"`
	AccountID id.Account
	ServiceID id.Service
	PersonID  id.Person
	SessionID id.Session
	TokenHash []byte
	Role      string
	Outcome   string
	CreatedAt db.Time
	ExpiresAt db.Time
	UsedAt    db.Time
}

// TableName names the table.
func (loginRow) TableName() string { return tableLogins }

// Door is what somebody is shown before they open a panel.
type Door struct {
	Service Service
	Role    PanelRole
	Shut    string // why it cannot be opened now, and what to do; empty: it can
	// Lasts is for how long what is open stays so without a click, whatever happens here; 0: it ends with the sign-in.
	Lasts time.Duration
}

// Door reads what opening the panel of a service would do. It opens nothing.
func (h *Hosting) Door(ctx context.Context, who actor.Actor, account id.Account, service id.Service) (Door, error) {
	g, err := h.gate.View(ctx, who, verb.PanelOpen, id.AccountScope(account))
	if err != nil {
		return Door{}, err
	}
	row, err := find(h.reader.With(ctx), g, service)
	if err != nil {
		return Door{}, err
	}
	s, err := h.open(row)
	if err != nil {
		return Door{}, err
	}
	if err := reach(g, service, s.Label()); err != nil {
		return Door{}, h.recorded(ctx, who, err)
	}
	door := Door{Service: s, Role: panelRole(g.Decision().Role), Shut: s.shut()}
	if p, ok := h.panels[s.Server.Panel].(Lasting); ok {
		door.Lasts = p.Lasts(door.Role)
	}
	return door, nil
}

// shut says why the panel of a service cannot be opened, and what to do; empty where it can.
func (s Service) shut() string {
	switch {
	case s.State == Pending:
		return "This service is still being set up. Its panel opens from here as soon as the service runs."
	case s.State == Suspended:
		return "This service is suspended, and its panel stays closed until it is restored. The reason: " + s.StateReason
	case s.State == Cancelled:
		return "This service has ended, and its panel with it."
	case !s.HasPanel:
		return "This service has no panel that can be opened from here. Open a ticket for what you need."
	}
	return ""
}

// OpenPanel makes a link into the panel of a service: for this session, once, for a minute. The wish is written before
// the panel is asked and the outcome after it, so that nothing is opened that the log does not know of.
func (h *Hosting) OpenPanel(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (string, error) {
	if who.Person.IsZero() || who.Session.IsZero() {
		return "", fault.SignIn()
	}
	login, err := h.ask(ctx, who, account, service)
	if err != nil {
		return "", err
	}
	link, broken := h.call(ctx, login)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outcomeTime)
	defer cancel()
	err = h.change(ctx, who, verb.PanelOpen, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return login.settle(tx, g, broken)
	})
	if err != nil {
		return "", err
	}
	if broken != nil {
		return "", broken
	}
	return link, nil
}

// ask writes that somebody wants to open a panel, with the token that the link will carry.
func (h *Hosting) ask(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (Login, error) {
	token, hash := newToken()
	var login Login
	var shut string
	err := h.change(ctx, who, verb.PanelOpen, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		shut = ""
		row, err := find(tx.DB, g, service)
		if err != nil {
			return gate.Entry{}, err
		}
		s, err := h.open(row)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := reach(g, service, s.Label()); err != nil {
			return gate.Entry{}, err
		}
		login = Login{
			ID: id.New[id.PanelLoginKind](), Server: s.Server, Domain: s.Domain, Role: panelRole(g.Decision().Role),
			Person: who.Person, Token: token, Expires: g.Now().Add(loginTime), service: s.ID, name: s.Label(),
		}
		if shut = s.shut(); shut != "" {
			return login.entry(g, activity.PanelFailed, activity.Failed, "The service is "+string(s.State)+"."), nil
		}
		if err := h.openSecrets(&login, row); err != nil {
			return gate.Entry{}, err
		}
		err = g.On(tx.DB).Create(&loginRow{
			ID: login.ID, AccountID: account, ServiceID: s.ID, PersonID: who.Person, SessionID: who.Session,
			TokenHash: hash, Role: string(login.Role), Outcome: outcomeAsked,
			CreatedAt: db.At(g.Now()), ExpiresAt: db.At(login.Expires),
		}).Error
		if err != nil {
			return gate.Entry{}, fmt.Errorf("ask for panel: %w", err)
		}
		return login.entry(g, activity.PanelAsked, activity.Success, ""), nil
	})
	if err == nil && shut != "" {
		err = fault.Conflict(shut)
	}
	return login, err
}

func (h *Hosting) openSecrets(l *Login, row heldRow) error {
	var err error
	if l.User, err = h.box.Open(row.Held.PanelUser, place(tableServices, "panel_user", row.Held.ID.Bytes())); err != nil {
		return err
	}
	at := place(tableServers, "credentials", row.Held.ServerID.Bytes())
	l.Credentials, err = h.box.Open(row.ServerCredentials, at)
	return err
}

func (l Login) entry(g gate.Grant, a activity.Action, outcome activity.Outcome, reason string) gate.Entry {
	return g.Entry(a, activity.Details{
		Target: about(l.service, l.name), Service: l.service, Outcome: outcome, Reason: reason,
		Changes: []activity.Change{{Field: "Role in the panel", New: string(l.Role)}},
	})
}

// call asks the panel for the link. What goes wrong comes back as the fault that the page shows.
func (h *Hosting) call(ctx context.Context, l Login) (string, error) {
	panel := h.panels[l.Server.Panel]
	ctx, cancel := context.WithTimeout(ctx, panelTime)
	defer cancel()
	link, err := panel.Open(ctx, l)
	if err == nil && !l.leads(panel, link) {
		err = ErrElsewhere
	}
	if err == nil {
		return link, nil
	}
	reason := l.Server.trouble(err)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		reason = l.Server.trouble(ctx.Err())
	}
	broken := fault.Unavailable("open panel", l.scrub(err))
	if f, ok := fault.As(broken); ok {
		f.Message = reason
	}
	return "", broken
}

// trouble says to customers what went wrong at a server. What they can do is try again, or open a ticket; the rest is
// for staff, who have it from ServerTrouble.
func (s Server) trouble(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("Server %s did not reply in %d seconds.", s.Name, int(panelTime.Seconds()))
	case errors.Is(err, ErrPanelDown):
		return "The panel on server " + s.Name + " does not answer."
	case errors.Is(err, ErrElsewhere):
		return "The panel on server " + s.Name + " gave a link that leads elsewhere; it was not used."
	case errors.Is(err, ErrUntrusted):
		return "Server " + s.Name + " could not prove that it is the right one; nothing was sent to it."
	case errors.Is(err, ErrNoHolding):
		return "The panel on server " + s.Name + " does not know this service. Open a ticket, and we put it right."
	}
	return "The panel on server " + s.Name + " did not answer as it should."
}

// ServerTrouble says to staff what went wrong at a server, and what to do.
func ServerTrouble(err error) string {
	var said *SaidError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return "It did not reply in time. Try again; if it stays so, look at the server’s load."
	case errors.Is(err, ErrPanelDown):
		return "It takes no connections. Check that the panel runs, and that a firewall lets this portal through."
	case errors.Is(err, ErrUntrusted):
		return "Its certificate is not good, so nothing was sent. Renew it, or mend the host name."
	case errors.Is(err, ErrForbidden):
		return "Its host name leads into a private network, which is not called unless it is listed in panel.networks."
	case errors.Is(err, ErrShut):
		return "It does not take the key. Make a new one in the panel, and enter it here."
	case errors.Is(err, ErrNoHolding):
		return "It has no such account."
	case errors.Is(err, ErrTaken):
		return "It has an account with this user or domain already, which is not the one of this service."
	case errors.As(err, &said):
		return "The panel refused: " + said.Text
	}
	return "Its answer could not be understood. Check that the host is a panel of this kind."
}

// settle writes what came of an opening. The link is only good once this has committed.
func (l Login) settle(tx *db.Tx, g gate.Grant, broken error) (gate.Entry, error) {
	if err := reach(g, l.service, l.name); err != nil {
		return gate.Entry{}, err
	}
	outcome, entry := outcomeOpened, l.entry(g, activity.PanelOpened, activity.Success, "")
	if f, ok := fault.As(broken); ok {
		outcome, entry = outcomeFailed, l.entry(g, activity.PanelFailed, activity.Failed, f.Message)
	}
	res := g.On(tx.DB).Table(tableLogins).Where("id = ? AND outcome = ?", l.ID, outcomeAsked).Update("outcome", outcome)
	if res.Error != nil {
		return gate.Entry{}, fmt.Errorf("settle panel login: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return gate.Entry{}, fmt.Errorf("settle panel login: %d rows", res.RowsAffected)
	}
	return entry, nil
}
