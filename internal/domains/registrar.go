package domains

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/id"
)

// State is how a domain stands at its registry.
type State string

// The states. Whatever expired can be had back for a while; what is in redemption costs more; what is gone is no longer
// the account's.
const (
	Active     State = "active"
	Expired    State = "expired"
	Redemption State = "redemption"
	Gone       State = "gone"
)

// Registration is what a registry shows of a domain.
type Registration struct {
	State       State
	Expires     time.Time
	Locked      bool     // it cannot be moved to another registrar
	AutoRenew   bool     // the registrar renews it by itself
	Nameservers []string // in any order
}

// Order is a change that a registrar is asked for. The key is the same at each try.
type Order struct {
	Key    id.DomainChange
	Domain string // in its A-label form
}

// Registrar speaks to one registrar. Its answers are checked and its texts are shown to nobody; the errors below say
// what is to be done, and any other counts as ErrUnavailable. What is so already is set again without an error, so
// that a change may be tried again wherever it broke off. Each call ends when its context does. What an adapter has to
// hold is tested by internal/testkit/registrars.
type Registrar interface {
	// Name is under which domains are kept with it: "demo".
	Name() string
	// Lookup says how a domain stands. It gives ErrNotFound for one that is not with us there.
	Lookup(ctx context.Context, domain string) (Registration, error)
	// SetNameservers has a domain answered by other hosts: all of them or none. It gives ErrChanged where the domain has
	// neither those that it was to have before nor those that are wanted.
	SetNameservers(ctx context.Context, o Order, was, wants []string) error
	// SetAutoRenew has the registrar renew a domain by itself, or not.
	SetAutoRenew(ctx context.Context, o Order, on bool) error
	// SetLock keeps a domain from being moved to another registrar, or lets it.
	SetLock(ctx context.Context, o Order, on bool) error
}

// What registrars say.
var (
	ErrUnavailable = errors.New("domains: the registrar does not answer")
	ErrNotFound    = errors.New("domains: the registrar has no such domain for us")
	ErrChanged     = errors.New("domains: the domain was changed meanwhile")
	ErrRefused     = errors.New("domains: the registrar refuses")
)

// RefusedError is ErrRefused with the hosts that it is about.
type RefusedError struct{ Hosts []string }

// Error says it.
func (e *RefusedError) Error() string { return fmt.Sprintf("%v: %d hosts", ErrRefused, len(e.Hosts)) }

// Unwrap gives ErrRefused.
func (*RefusedError) Unwrap() error { return ErrRefused }

// answerTime is for how long a registrar is waited for.
const answerTime = 10 * time.Second

// look asks a registrar, and believes no more than can be so.
func (d *Domains) look(ctx context.Context, registrar, name string) (Registration, error) {
	r, known := d.registrars[registrar]
	if !known {
		return Registration{}, ErrUnavailable
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	reg, err := r.Lookup(ctx, name)
	if err != nil {
		return Registration{}, fmt.Errorf("look up: %w", err)
	}
	odd := !slices.Contains([]State{Active, Expired, Redemption, Gone}, reg.State) || reg.Expires.IsZero() ||
		len(reg.Nameservers) > MostHosts
	hosts := make([]string, 0, len(reg.Nameservers))
	for _, text := range reg.Nameservers {
		host, err := ParseHost(text)
		odd = odd || err != nil
		hosts = append(hosts, host)
	}
	if odd {
		return Registration{}, fmt.Errorf("look up: no answer that can be so: %w", ErrUnavailable)
	}
	reg.Nameservers = ordered(hosts)
	return reg, nil
}

// ordered are hosts in one order, each once, so that two lists compare.
func ordered(hosts []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(hosts)))
}

// tell asks a registrar for a change.
func (d *Domains) tell(ctx context.Context, row domainRow, name string, c Change) error {
	r, known := d.registrars[row.Registrar]
	if !known {
		return ErrUnavailable
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	o := Order{Key: c.ID, Domain: name}
	switch c.Kind {
	case Nameservers:
		return r.SetNameservers(ctx, o, strings.Fields(c.Was), strings.Fields(c.Wants))
	case Renewal:
		return r.SetAutoRenew(ctx, o, c.Wants == on)
	case Lock:
		return r.SetLock(ctx, o, c.Wants == on)
	}
	return ErrRefused
}

// lasting says whether asking again is of no use.
func lasting(err error) bool {
	return errors.Is(err, ErrRefused) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrChanged)
}

// trouble says in a sentence what a registrar's error means. wants are the hosts that were asked for: no others are
// named.
func trouble(err error, wants []string) string {
	refused, is := errors.AsType[*RefusedError](err)
	switch {
	case is:
		named := slices.DeleteFunc(slices.Clone(wants), func(h string) bool { return !slices.Contains(refused.Hosts, h) })
		if len(named) > 0 {
			return "The registrar does not know " + strings.Join(named, ", ") + " as a name server."
		}
		return "The registrar refused it."
	case errors.Is(err, ErrRefused):
		return "The registrar refused it."
	case errors.Is(err, ErrNotFound):
		return "The registrar does not have this domain for us any more."
	case errors.Is(err, ErrChanged):
		return "The domain had been changed at the registrar in the meantime."
	}
	return "The registrar does not answer."
}
