package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
)

const (
	logConnections = 8
	logWaitAim     = 15 * time.Millisecond // of 99 in 100 answers, with so many connections at once
	logPageRounds  = 6
	logPageSpell   = 500 * time.Millisecond
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

// asked measures the pages of the long log over several connections at once, as the portal answers them.
func (s *stock) asked(ctx context.Context, r report, where string) (err error) {
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
	r.title("Pages of the log of %d entries on %s, over %d connections at once", s.plan.long, where, logConnections)
	r.line("  Session, membership, statement, markup and compression included. Load and server share the processors.")
	rows := [][]string{row("page", "answers", "p50", "p99", fmt.Sprintf("aim %s", logWaitAim), "processor")}
	for _, p := range s.logPages() {
		path := "/accounts/" + s.Long.String() + "/activity" + p[1]
		workers, done, err := overLoopback(ctx, logConnections, address, path, cookie)
		if err != nil {
			return err
		}
		f, err := inTurns(ctx, logPageRounds, logPageSpell, workers)
		done()
		if err != nil {
			return fmt.Errorf("%s: %w", p[0], err)
		}
		rows = append(rows, row(p[0], perSecond(f[0].rate()), ms(f[0].at(0.5)), ms(f[0].at(0.99)),
			verdict(f[0].at(0.99) <= logWaitAim), micro(f[0].each())))
	}
	r.table(rows...)
	return nil
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
