// Package demoregistrar is the registrar of the demonstration and of tests. It keeps the contract of a real one: what
// it takes shows only after a while, it renews by itself what it is to renew, it refuses name servers that do not
// exist, and it can be told to fail in the ways in which real ones do.
package demoregistrar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/domains"
)

// Name is under which domains are kept with it.
const Name = "demo"

// Way is how the registrar behaves.
type Way int

// The ways. All but Working are faults of real registrars.
const (
	Working Way = iota
	Down        // does not answer
	Slow        // answers after everybody has gone
	Garbled     // answers with what cannot be so
	Busy        // does what it is told, and says that it failed
)

// registration is a domain as the registrar keeps it.
type registration struct {
	Expires     time.Time
	Locked      bool     `json:",omitempty"`
	AutoRenew   bool     `json:",omitempty"`
	Nameservers []string // as the registry shows them
	Coming      []string `json:",omitempty"` // that it shows later
	ComesAt     time.Time
}

// Registrar is the demonstration's registrar. It is safe for concurrent use.
type Registrar struct {
	now    func(ctx context.Context) (time.Time, error)
	spread time.Duration

	mu   sync.Mutex
	way  Way
	file string // where the domains are kept; empty: in memory alone
	held map[string]*registration
	done int
}

// New makes a registrar that works, and has no domains. What it takes of name servers shows after spread, by the clock
// that it is given.
func New(now func(ctx context.Context) (time.Time, error), spread time.Duration) *Registrar {
	return &Registrar{now: now, spread: spread, held: map[string]*registration{}}
}

// Keep reads the domains from a file, and writes them there from now on, so that they outlive the program.
func (r *Registrar) Keep(file string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.file = file
	text, err := os.ReadFile(file) //nolint:gosec // the operator's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, &r.held)
	}
	if err != nil {
		return fmt.Errorf("the demo's registrar: %w", err)
	}
	return nil
}

// Behave makes the registrar behave in a way from now on.
func (r *Registrar) Behave(w Way) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.way = w
}

// Register has the registrar hold a domain: for tests, and for the past of the demonstration. It is also how somebody
// changes one elsewhere.
func (r *Registrar) Register(domain string, reg domains.Registration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[domain] = &registration{
		Expires: reg.Expires, Locked: reg.Locked, AutoRenew: reg.AutoRenew, Nameservers: slices.Clone(reg.Nameservers),
	}
	return r.save()
}

// Done is how often something was changed.
func (r *Registrar) Done() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done
}

// Name is under which domains are kept with it.
func (*Registrar) Name() string { return Name }

// How long a domain that ran out can be had back.
const (
	graceTime      = 45 * 24 * time.Hour
	redemptionTime = 30 * 24 * time.Hour
)

func (h *registration) state(now time.Time) domains.State {
	switch past := now.Sub(h.Expires); {
	case past < 0:
		return domains.Active
	case past < graceTime:
		return domains.Expired
	case past < graceTime+redemptionTime:
		return domains.Redemption
	}
	return domains.Gone
}

// come lets happen what time does: name servers show, and domains are renewed.
func (h *registration) come(now time.Time) {
	if len(h.Coming) > 0 && !now.Before(h.ComesAt) {
		h.Nameservers, h.Coming = h.Coming, nil
	}
	for h.AutoRenew && !now.Before(h.Expires) {
		h.Expires = h.Expires.AddDate(1, 0, 0)
	}
}

// Lookup says how a domain stands.
func (r *Registrar) Lookup(ctx context.Context, domain string) (reg domains.Registration, err error) {
	err = r.with(ctx, domain, func(h *registration, now time.Time) error {
		reg = domains.Registration{
			State: h.state(now), Expires: h.Expires, Locked: h.Locked, AutoRenew: h.AutoRenew,
			Nameservers: slices.Clone(h.Nameservers),
		}
		if r.way == Garbled {
			reg.State, reg.Nameservers = "hold\x00", []string{"<script>"}
		}
		return nil
	})
	return reg, err
}

// SetNameservers has the registry answer with other hosts, after a while.
func (r *Registrar) SetNameservers(ctx context.Context, o domains.Order, was, wants []string) error {
	var unknown []string
	for _, host := range wants { // RFC 6761, section 6.4: these never exist
		if strings.HasSuffix(host, ".invalid") {
			unknown = append(unknown, host)
		}
	}
	return r.set(ctx, o, func(h *registration, now time.Time) (bool, error) {
		has := h.Nameservers
		if len(h.Coming) > 0 {
			has = h.Coming
		}
		switch {
		case same(has, wants):
			return false, nil
		case len(unknown) > 0:
			return false, &domains.RefusedError{Hosts: unknown}
		case !same(has, was):
			return false, domains.ErrChanged
		}
		h.Coming, h.ComesAt = slices.Clone(wants), now.Add(r.spread)
		return true, nil
	})
}

func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// SetAutoRenew has a domain renewed by itself, or not.
func (r *Registrar) SetAutoRenew(ctx context.Context, o domains.Order, on bool) error {
	return r.set(ctx, o, func(h *registration, _ time.Time) (bool, error) {
		changed := h.AutoRenew != on
		h.AutoRenew = on
		return changed, nil
	})
}

// SetLock keeps a domain where it is, or lets it be moved.
func (r *Registrar) SetLock(ctx context.Context, o domains.Order, on bool) error {
	return r.set(ctx, o, func(h *registration, _ time.Time) (bool, error) {
		changed := h.Locked != on
		h.Locked = on
		return changed, nil
	})
}

// set changes a domain that stands.
func (r *Registrar) set(
	ctx context.Context, o domains.Order, how func(h *registration, now time.Time) (bool, error),
) error {
	return r.with(ctx, o.Domain, func(h *registration, now time.Time) error {
		if h.state(now) != domains.Active {
			return domains.ErrRefused
		}
		changed, err := how(h, now)
		if err != nil {
			return err
		}
		if changed {
			r.done++
		}
		if err := r.save(); err != nil {
			return err
		}
		if r.way == Busy || r.way == Garbled {
			return domains.ErrUnavailable
		}
		return nil
	})
}

// with does something with a domain, unless the registrar is down.
func (r *Registrar) with(ctx context.Context, domain string, do func(h *registration, now time.Time) error) error {
	r.mu.Lock()
	way := r.way
	r.mu.Unlock()
	switch way {
	case Down:
		return domains.ErrUnavailable
	case Slow:
		<-ctx.Done()
		return ctx.Err() // what a client of a slow server says
	case Working, Garbled, Busy:
	}
	now, err := r.now(ctx)
	if err != nil {
		return fmt.Errorf("the demo's registrar: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	h, found := r.held[domain]
	if !found {
		return domains.ErrNotFound
	}
	h.come(now)
	return do(h, now)
}

// save writes the domains to their file.
func (r *Registrar) save() error {
	if r.file == "" {
		return nil
	}
	text, err := json.MarshalIndent(r.held, "", "  ")
	if err == nil {
		err = os.WriteFile(r.file, text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("the demo's registrar: %w", err)
	}
	return nil
}
