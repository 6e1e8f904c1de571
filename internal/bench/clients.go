package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/testkit/mariadb"
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
	last   id.Account    // of the first thousand
	built  time.Duration // how long the first search took
	drop   func()        // its database
}

func (p *provider) close() error {
	err := p.Close()
	if p.drop != nil {
		p.drop()
	}
	return err
}

// clients measures what staff read of many clients against the same of few: without markup, which is the same for both.
// First as many of each hundred stand out; then as few of all as there are among few.
func (b *bench) clients(ctx context.Context, r report, dir string, server *mariadb.Server) error {
	places := []*mariadb.Server{nil}
	if server != nil {
		places = append(places, server)
	}
	if len(b.On) > 0 && !slices.Contains(b.On, "sqlite") {
		places = places[1:]
	}
	for i, place := range places {
		if err := b.clientsOn(ctx, r, filepath.Join(dir, fmt.Sprintf("clients-%d", i)), place); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) clientsOn(ctx context.Context, r report, dir string, server *mariadb.Server) error {
	name, many := "SQLite", cmp.Or(b.Clients, clientsMany)
	if server != nil {
		name = "MariaDB"
	}
	var houses [2]*provider
	for i, n := range []int{clientsFew, many} {
		p, err := newProvider(ctx, filepath.Join(dir, fmt.Sprint(n)), n, server)
		if err != nil {
			return err
		}
		defer func() { _ = p.close() }()
		houses[i] = p
	}
	r.title("What staff read of %d clients, on %s, against %d", many, name, clientsFew)
	things, words, size := houses[1].Overview.SearchSize()
	r.line("  The first search read %d clients in %s; it keeps %d words in %.1f MiB.", things,
		houses[1].built.Round(time.Millisecond), words, float64(size)/(1<<20))
	if err := against(ctx, r, houses, houses[0].reads()); err != nil {
		return err
	}
	if err := filled(ctx, houses[1].App, func(f *filler) { f.rare(houses[1].last, time.Now()) }); err != nil {
		return err
	}
	r.line("  The same where as few stand out among %d as among %d.", many, clientsFew)
	return against(ctx, r, houses, houses[0].filters())
}

func against(ctx context.Context, r report, houses [2]*provider, reads []string) error {
	rows := [][]string{row("read", "of few", "of many", "p99", "ratio", fmt.Sprintf("aim %.1f", clientsAim))}
	for _, what := range reads {
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
		"all clients": {}, "by company": {Search: "orchard " + named(777)}, "by contact": {Search: named(777) + " crowd"},
		"by a mistyped domain": {Search: named(777) + ".exmple"}, "by a word that all have": {Search: "orchard"},
		"by a whole address": {Search: named(777) + "@crowd.example"}, "nobody": {Search: "zebra"},
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

// filters are those of the reads that leave clients out.
func (p *provider) filters() []string {
	return []string{"overdue", "suspended", "without a second factor", "not reviewed"}
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

// newProvider makes a house with so many clients. Of sixteen, one is overdue, one has a suspended service and
// two have nobody with a second factor.
func newProvider(ctx context.Context, dir string, n int, server *mariadb.Server) (_ *provider, err error) {
	p := &provider{}
	if server == nil {
		p.house, err = houseOnSQLite(ctx, dir)
	} else {
		p.house, p.drop, err = houseOnMariaDB(ctx, dir, server)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	h := p.house
	now, err := h.Reader.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("clients: %w", err)
	}
	if err := filled(ctx, h.App, func(f *filler) { p.last = f.clients(0, clientsFew, n, now) }); err != nil {
		return nil, err
	}
	p.client = h.account // which has a log, as the others have not
	err = filled(ctx, h.App, func(f *filler) {
		f.clients(clientsFew, n, n, now)
		f.trades(p.client, n, now)
	})
	if err != nil {
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
	if err := h.Overview.Warm(ctx); err != nil {
		return nil, fmt.Errorf("clients: %w", err)
	}
	p.built = time.Since(begin)
	return p, nil
}
