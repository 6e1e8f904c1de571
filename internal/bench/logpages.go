package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/mariadb"
)

const (
	logConnections = 8
	logWaitAim     = 15 * time.Millisecond // of 99 in 100 answers, with so many connections at once
	logPageWarmUp  = 500 * time.Millisecond
	logPageSpan    = 3 * time.Second
	steadyShare    = 0.5 // of what can be had
)

// logPages are pages of the long log as people ask for them: the first, a late one, each filter of the bar that has an
// index, and the quick views.
func (s *stock) logPages() [][2]string {
	late := strconv.Itoa(s.plan.long - (farPage-1)*pageLength)
	with := func(pairs ...string) string {
		q := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		return "?" + q.Encode()
	}
	person, service := s.Cast.People[0].String(), s.Cast.Services[0].String()
	day := s.From.Add(yearLong / 2).Format(time.DateOnly)
	return [][2]string{
		{"first page, with its calendar", ""},
		{fmt.Sprintf("page %d", farPage), with("before", late)},
		{"person", with("person", person)},
		{"person, further on", with("person", person, "before", late)},
		{"action", with("action", string(activity.InvoicePaid))},
		{"kind", with("category", string(activity.CategoryBilling))},
		{"outcome", with("outcome", string(activity.RefusedResult))},
		{"service", with("service", service)},
		{"address", with("address", "203.0.113.9")},
		{"period", with("from", day, "to", day)},
		{"changes only", with("mode", string(activity.Writing))},
		{"looks only", with("mode", string(activity.Reading))},
		{"sign-ins", with("category", string(activity.CategorySignIn))},
		{"failed and refused", with("outcome", "unsuccessful")},
		{"staff access", with("by", "staff")},
		{"access changes", with("category", string(activity.CategoryAccess), "mode", string(activity.Writing))},
		{"person and outcome", with("person", person, "outcome", string(activity.RefusedResult))},
	}
}

// asked measures the pages of the long log over several connections, as the portal answers them: as many as it can, and
// at a steady rate that leaves half of the processors' time.
func (b *bench) asked(ctx context.Context, where string, s *stock, server *mariadb.Server) (err error) {
	cookie, err := s.letIn(ctx)
	if err != nil {
		return fmt.Errorf("let the owner in: %w", err)
	}
	portal, err := s.Handler(nil) //nolint:contextcheck // a request brings its own
	if err != nil {
		return fmt.Errorf("handler: %w", err)
	}
	address, stop, err := listen(ctx, portal)
	if err != nil {
		return err
	}
	defer stop()
	b.title("Pages of the log of %d entries on %s, over %d connections", s.plan.long, where, logConnections)
	b.line("  Session, membership, statement, markup and compression included. Load and server, a process each, share" +
		" the processors.")
	b.line("  At once: each asks again as soon as it has its answer, so that all wait for the processors.")
	b.line("  Steady: all of them together ask %d%% as often as that, and wait from when they were to ask.",
		int(100*steadyShare))
	rows := [][]string{row("page", "at once", "p50", "p99", fmt.Sprintf("aim %s", logWaitAim), "processor", "database",
		"steady", "p50", "p99", fmt.Sprintf("aim %s", logWaitAim))}
	for _, p := range s.logPages() {
		a := asking{address: address, path: "/accounts/" + s.Long.String() + "/activity" + p[1], cookie: cookie}
		cells, err := a.measure(ctx, server)
		if err != nil {
			return fmt.Errorf("%s: %w", p[0], err)
		}
		rows = append(rows, append(row(p[0]), cells...))
		if b.Profiles != "" {
			name := where + "-" + strings.ReplaceAll(p[0], " ", "-") + ".prof"
			at := page{handler: portal, path: a.path, cookie: cookie}
			if err := at.profile(ctx, filepath.Join(b.Profiles, name)); err != nil {
				return err
			}
		}
	}
	b.table(rows...)
	return nil
}

// asking is a page that several connections ask for.
type asking struct{ address, path, cookie string }

// measure is what it takes to ask for the page: as often as it can be had, and steadily.
func (a asking) measure(ctx context.Context, server *mariadb.Server) ([]string, error) {
	l := load{Address: a.address, Path: a.path, Cookie: a.cookie, Connections: logConnections, Span: logPageWarmUp}
	if _, err := l.run(ctx); err != nil {
		return nil, err
	}
	before, err := usedBy(server)
	if err != nil {
		return nil, err
	}
	l.Span = logPageSpan
	closed, err := l.run(ctx)
	if err != nil {
		return nil, err
	}
	after, err := usedBy(server)
	if err != nil {
		return nil, err
	}
	database := "in it"
	if server != nil {
		database = micro((after - before) / time.Duration(max(closed.n, 1)))
	}
	l.Rate = steadyShare * closed.rate()
	g, err := l.run(ctx)
	if err != nil {
		return nil, err
	}
	return row(perSecond(closed.rate()), ms(closed.at(0.5)), ms(closed.at(0.99)), verdict(closed.at(0.99) <= logWaitAim),
		micro(closed.each()), database,
		perSecond(g.rate()), ms(g.at(0.5)), ms(g.at(0.99)), verdict(g.at(0.99) <= logWaitAim)), nil
}

// usedBy is the processor time of a database server of its own.
func usedBy(server *mariadb.Server) (time.Duration, error) {
	if server == nil {
		return 0, nil
	}
	return server.ProcessorTime() // it names itself
}

// letIn makes somebody the owner of the account with the long log, where that was not done before, and signs them in.
func (s *stock) letIn(ctx context.Context) (cookie string, err error) {
	token, failed := signIn(ctx, s.App, passphrase)
	if failed != nil { // nobody has moved in yet
		cfg := *s.Config
		cfg.Demo = true // its invitation is read in the mailbox
		if token, err = moveIn(ctx, &cfg); err != nil {
			return "", errors.Join(failed, err)
		}
	}
	visit, err := s.Accounts.BySession(ctx, token, id.Account{}, door())
	if err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	if there, err := s.Accounts.BySession(ctx, token, s.Long, door()); err == nil && there.Who.Membership.Role != "" {
		return "gatehouse=" + token, nil
	}
	err = filled(ctx, s.App, func(f *filler) {
		key := s.Long.Bytes()
		f.exec("INSERT INTO accounts (account_id, name, currency, state, created_at) VALUES (?, ?, 'GBP', 'active', 0)",
			key, f.sealed("accounts", "name", key, "Busy Bakery Ltd"))
		f.owner(key, visit.Who.Person.Bytes())
	})
	return "gatehouse=" + token, err
}
