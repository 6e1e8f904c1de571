package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/verb"
)

const (
	clientsAim    = 2.0 // many clients against few
	clientsMany   = 100_000
	clientsFew    = 1_000
	clientsRounds = 12
	clientsSpell  = 100 * time.Millisecond
)

// provider is a house with many clients, and one of its administrators.
type provider struct {
	*house
	staff  actor.Actor
	client id.Account
	built  time.Duration // how long the first search took
}

// clients measures what staff read of many clients against the same of few: without markup, which is the same for both.
func clients(ctx context.Context, r report, dir string) error {
	var houses [2]*provider
	for i, n := range []int{clientsFew, clientsMany} {
		p, err := newProvider(ctx, filepath.Join(dir, fmt.Sprintf("clients-%d", n)), n)
		if err != nil {
			return err
		}
		defer func() { _ = p.Close() }()
		houses[i] = p
	}
	r.title("What staff read of %d clients, on SQLite, against %d", clientsMany, clientsFew)
	things, words, size := houses[1].Overview.SearchSize()
	r.line("  The first search read %d clients in %s; it keeps %d words in %.1f MiB.", things,
		houses[1].built.Round(time.Millisecond), words, float64(size)/(1<<20))
	rows := [][]string{row("read", fmt.Sprintf("of %d", clientsFew), fmt.Sprintf("of %d", clientsMany), "p99", "ratio",
		fmt.Sprintf("aim %.1f", clientsAim))}
	for _, what := range houses[0].reads() {
		f, err := inTurns(ctx, clientsRounds, clientsSpell, []once{houses[0].read(what)}, []once{houses[1].read(what)})
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		few, many := f[0].at(0.5), f[1].at(0.5)
		grown := float64(many) / float64(few)
		rows = append(rows, row(what, micro(few), micro(many), micro(f[1].at(0.99)), ratio(grown),
			verdict(grown <= clientsAim)))
	}
	r.table(rows...)
	return nil
}

// queries are the lists that are measured.
func (p *provider) queries() map[string]overview.ClientQuery {
	return map[string]overview.ClientQuery{
		"all clients": {}, "by company": {Search: "orchard 777"}, "by contact": {Search: "person777"},
		"by a mistyped domain": {Search: "shop777.exmaple"}, "by a word that all have": {Search: "orchard"},
		"by a whole address": {Search: "person777@crowd.example"}, "nobody": {Search: "zebra"},
		"overdue": {Only: overview.OverdueClients}, "suspended": {Only: overview.SuspendedSites},
		"without a second factor": {Only: overview.NoSecondFactor}, "not reviewed": {Only: overview.NotReviewed},
		"new": {Only: overview.NewClients},
	}
}

// reads are what is measured, in this order.
func (p *provider) reads() []string {
	return []string{
		"all clients", "by company", "by contact", "by a mistyped domain", "by a word that all have", "by a whole address",
		"nobody", "overdue", "suspended", "without a second factor", "not reviewed", "new", "a client", "the figures",
	}
}

func (p *provider) read(what string) once {
	switch what {
	case "a client":
		return func(ctx context.Context) error { _, err := p.Overview.Client(ctx, p.staff, p.client); return err }
	case "the figures":
		return func(ctx context.Context) error { _, err := p.Overview.Figures(ctx, p.staff); return err }
	}
	query := p.queries()[what]
	return func(ctx context.Context) error { _, err := p.Overview.Clients(ctx, p.staff, query); return err }
}

// newProvider makes a house with so many clients. Of fifty, one is overdue, one has a suspended service and two have
// nobody with a second factor.
func newProvider(ctx context.Context, dir string, n int) (_ *provider, err error) {
	h, err := houseOnSQLite(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	now, err := h.Reader.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("clients: %w", err)
	}
	p := &provider{house: h}
	if err := filled(ctx, h.App, func(f *filler) { p.client = f.clients(n, now) }); err != nil {
		return nil, err
	}
	p.staff = actor.Enter(actor.Details{
		Kind: actor.Staff, Person: h.owner.Person, Name: "Root", Session: id.New[id.SessionKind](), FactorAt: now,
		Factor: actor.With(actor.ByPassword, actor.ByKey), Seat: actor.Seat{Department: "administrator"}, Now: now,
		Looks: []actor.Look{{
			ID: id.New[id.LookKind](), Account: p.client, Code: "asked", Words: "They rang", Ends: now.Add(time.Hour),
		}},
	})
	if !h.Access.Check(p.staff, verb.ClientsView, id.ProviderScope()).Allowed {
		return nil, errors.New("clients: staff may not look at clients")
	}
	begin := time.Now()
	if _, err := h.Overview.Clients(ctx, p.staff, overview.ClientQuery{Search: "zebra"}); err != nil {
		return nil, fmt.Errorf("clients: %w", err)
	}
	p.built = time.Since(begin)
	return p, nil
}
