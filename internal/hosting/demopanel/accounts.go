package demopanel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"gatehouse/internal/hosting"
)

// holding is an account as the panel keeps it.
type holding struct {
	hosting.Holding
	Reason string           `json:",omitempty"`
	Uses   *hosting.Measure `json:",omitempty"` // nil: made up
}

// Version is that of the demonstration's panel.
const Version = "1.0"

// What every account of the demonstration may use and uses.
const (
	gigabyte    = int64(1) << 30
	diskLimit   = 20 * gigabyte
	transferred = 500 * gigabyte
	mailboxes   = 50
)

// Keep reads the accounts from a file, and writes them there from now on, so that they outlive the program.
func (p *Panel) Keep(file string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.file = file
	text, err := os.ReadFile(file) //nolint:gosec // the operator's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, &p.hosts)
	}
	if err != nil {
		return fmt.Errorf("the demo's panel: %w", err)
	}
	return nil
}

// Look says how a server is.
func (p *Panel) Look(ctx context.Context, m hosting.Machine) (hosting.Health, error) {
	if err := p.enter(ctx, m); err != nil {
		return hosting.Health{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	const idle, each = 0.08, 0.11
	return hosting.Health{Version: Version, Load: idle + each*float64(len(p.hosts[m.Server.Host]))}, nil
}

// List is every account of the server.
func (p *Panel) List(ctx context.Context, m hosting.Machine) ([]hosting.Holding, error) {
	if err := p.enter(ctx, m); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]hosting.Holding, 0, len(p.hosts[m.Server.Host]))
	for _, h := range p.hosts[m.Server.Host] {
		list = append(list, h.Holding)
	}
	return list, nil
}

// Find looks for an account by its user or its domain.
func (p *Panel) Find(ctx context.Context, m hosting.Machine, user, domain string) (hosting.Holding, error) {
	list, err := p.List(ctx, m)
	if err != nil {
		return hosting.Holding{}, err
	}
	i := slices.IndexFunc(list, func(h hosting.Holding) bool {
		return user != "" && h.User == user || user == "" && h.Domain == domain
	})
	if i < 0 {
		return hosting.Holding{}, hosting.ErrNoHolding
	}
	return list[i], nil
}

// Measure makes up what an account uses: the same at each time, and something else for each.
func (p *Panel) Measure(ctx context.Context, m hosting.Machine, user string) (hosting.Measure, error) {
	h, err := p.Find(ctx, m, user, "")
	if err != nil {
		return hosting.Measure{}, err
	}
	p.mu.Lock()
	uses := p.hosts[m.Server.Host][user].Uses
	p.mu.Unlock()
	if uses != nil {
		return *uses, nil
	}
	n := int64(0)
	for _, c := range []byte(h.User) {
		n = (n*31 + int64(c)) % 97
	}
	return hosting.Measure{
		Disk: n * diskLimit / 100, DiskLimit: diskLimit, Bandwidth: n * gigabyte, BandwidthLimit: transferred,
		Mailboxes: int(n % mailboxes), MailboxLimit: mailboxes,
	}, nil
}

// Weigh says what an account uses from now on.
func (p *Panel) Weigh(host, user string, uses hosting.Measure) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if h, found := p.hosts[host][user]; found {
		h.Uses = &uses
		p.hosts[host][user] = h
	}
}

// Create makes an account.
func (p *Panel) Create(ctx context.Context, m hosting.Machine, n hosting.NewHolding) error {
	return p.change(ctx, m, func(on map[string]holding) error {
		for user, h := range on {
			if user == n.User || h.Domain == n.Domain {
				return hosting.ErrTaken
			}
		}
		on[n.User] = holding{Holding: hosting.Holding{User: n.User, Domain: n.Domain, Plan: n.Plan}}
		return nil
	})
}

// Suspend stops an account.
func (p *Panel) Suspend(ctx context.Context, m hosting.Machine, user, reason string) error {
	return p.set(ctx, m, user, func(h *holding) { h.Suspended, h.Reason = true, reason })
}

// Restore lets a stopped account run again.
func (p *Panel) Restore(ctx context.Context, m hosting.Machine, user string) error {
	return p.set(ctx, m, user, func(h *holding) { h.Suspended, h.Reason = false, "" })
}

// ChangePlan changes what an account may use.
func (p *Panel) ChangePlan(ctx context.Context, m hosting.Machine, user, plan string) error {
	return p.set(ctx, m, user, func(h *holding) { h.Plan = plan })
}

// Remove ends an account for good.
func (p *Panel) Remove(ctx context.Context, m hosting.Machine, user string) error {
	return p.change(ctx, m, func(on map[string]holding) error {
		delete(on, user)
		return nil
	})
}

func (p *Panel) set(ctx context.Context, m hosting.Machine, user string, how func(h *holding)) error {
	return p.change(ctx, m, func(on map[string]holding) error {
		h, found := on[user]
		if !found {
			return hosting.ErrNoHolding
		}
		how(&h)
		on[user] = h
		return nil
	})
}

// change does something to the accounts of a server and keeps them.
func (p *Panel) change(ctx context.Context, m hosting.Machine, how func(on map[string]holding) error) error {
	if err := p.enter(ctx, m); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	on := p.hosts[m.Server.Host]
	if on == nil {
		on = map[string]holding{}
		p.hosts[m.Server.Host] = on
	}
	if err := how(on); err != nil || p.file == "" {
		return err
	}
	text, err := json.MarshalIndent(p.hosts, "", "  ")
	if err == nil {
		err = os.WriteFile(p.file, text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("the demo's panel: %w", err)
	}
	return nil
}

// enter refuses whoever comes without a key, as every panel does.
func (p *Panel) enter(ctx context.Context, m hosting.Machine) error {
	if err := p.answers(ctx); err != nil {
		return err
	}
	if m.Credentials == "" {
		return hosting.ErrShut
	}
	return nil
}
