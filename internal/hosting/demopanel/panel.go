// Package demopanel is the hosting panel of the demonstration and of tests: it shows who came in, as what, keeps a list
// of accounts, and does nothing else. It keeps the contract of a real panel, and can be told to break it in the ways in
// which real ones do.
package demopanel

import (
	"context"
	"sync"
	"sync/atomic"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/platform/secretbox"
)

const (
	// Name is the kind under which servers with this panel are registered.
	Name = "demo"
	// Path is where the portal serves the panel; the token follows.
	Path = "/demo/panel"
)

// Way is how the panel behaves.
type Way int32

// The ways. All but Working are faults of real panels.
const (
	Working   Way = iota
	Down          // does not answer
	Slow          // answers after everybody has gone
	Elsewhere     // gives a link to another host
	Garbled       // gives something that is no link
)

// Panel is the demonstration's panel. It is safe for concurrent use.
type Panel struct {
	gate *gate.Gate
	box  *secretbox.Box
	way  atomic.Int32

	mu    sync.Mutex
	file  string                        // where the accounts are kept; empty: in memory alone
	hosts map[string]map[string]holding // by host, then by user
	ended int
}

// New makes a panel that works, and has no accounts.
func New(g *gate.Gate, box *secretbox.Box) *Panel {
	return &Panel{gate: g, box: box, hosts: map[string]map[string]holding{}}
}

// Behave makes the panel behave in a way from now on.
func (p *Panel) Behave(w Way) { p.way.Store(int32(w)) }

// Name is the kind of panel.
func (*Panel) Name() string { return Name }

// Path is where the portal serves the panel.
func (*Panel) Path() string { return Path }

// Open gives the link.
func (p *Panel) Open(ctx context.Context, l hosting.Login) (string, error) {
	switch Way(p.way.Load()) {
	case Elsewhere:
		return "https://" + l.Server.Host + ".example.net/" + l.Token, nil
	case Garbled:
		return "session=" + l.Token + "\r\nLocation: https://example.net", nil
	case Working, Down, Slow:
	}
	if err := p.answers(ctx); err != nil {
		return "", err
	}
	return Path + "/" + l.Token, nil
}

// answers gives the fault of a panel that is down or slow.
func (p *Panel) answers(ctx context.Context) error {
	switch Way(p.way.Load()) {
	case Down:
		return hosting.ErrPanelDown
	case Slow:
		<-ctx.Done()
		return ctx.Err() // what a client of a slow server says
	case Garbled:
		return hosting.ErrOdd
	case Working, Elsewhere:
	}
	return ctx.Err()
}

// EndSessions has nothing to end: the panel is one page, and its link works once. It counts that it was asked.
func (p *Panel) EndSessions(ctx context.Context, _ hosting.Login) error {
	if err := p.answers(ctx); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended++
	return nil
}

// Ended is how often the panel was asked to end what somebody has open.
func (p *Panel) Ended() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}

// Prefetched turns a program away that follows a link by itself.
func (p *Panel) Prefetched(ctx context.Context, who actor.Actor, token string) error {
	return hosting.Prefetched(ctx, p.gate, p.box, who, token) // a fault already
}

// Redeem says who came in by a link; once, within its minute, in the session that asked for it.
func (p *Panel) Redeem(ctx context.Context, who actor.Actor, token string) (hosting.Visit, error) {
	return hosting.Redeem(ctx, p.gate, p.box, who, token) // a fault already
}
