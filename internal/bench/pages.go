package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/demo"
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
)

const (
	throughputAim = 0.6 // of the bare handler's
	pageRounds    = 8
	pageSpell     = 400 * time.Millisecond
	moreInvoices  = 60 // so that the list is full
	profileSpan   = 6 * time.Second
)

// busyDemo is the demo with more invoices, and its first owner signed in.
type busyDemo struct {
	*app.App
	dir, cookie string
	account     id.Account
}

func newDemo(ctx context.Context, dir string) (_ *busyDemo, err error) {
	d := &busyDemo{dir: dir}
	if d.App, err = demo.Open(ctx, "localhost:8080", dir, quiet()); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	token, err := signIn(ctx, d.App, persons.DemoPassword)
	if err == nil {
		d.cookie = "gatehouse=" + token
		d.account, err = firstAccount(ctx, d.App, token)
	}
	if err == nil {
		err = d.bill(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// bill issues invoices over the last years and has all but the last one paid at the sandbox.
func (d *busyDemo) bill(ctx context.Context) error {
	day := time.Now().UTC().Truncate(24 * time.Hour)
	for i := range moreInvoices {
		at := day.AddDate(0, 0, -9*(moreInvoices-i))
		key := id.New[id.InvoiceKind]()
		_, err := d.Billing.Issue(ctx, actor.NewSystem("bench"), d.account, billing.Draft{
			Key: key, About: "Hosting, " + at.Format("January 2006"), Due: at.AddDate(0, 0, 14), Issued: at,
			Lines: []billing.Line{{
				Text: "Business Hosting 20", Quantity: decimal.NewFromInt(1), Price: money.New(int64(6900+i), "GBP"), Rate: 2000,
			}},
		})
		if err != nil {
			return fmt.Errorf("invoice: %w", err)
		}
		if i < moreInvoices-1 {
			if err := d.pay(ctx, key); err != nil {
				return err
			}
		}
	}
	if _, err := d.Outbox.Deliver(ctx); err != nil {
		return fmt.Errorf("mails: %w", err)
	}
	return nil
}

func (d *busyDemo) pay(ctx context.Context, invoice id.Invoice) error {
	who := actor.NewSystem("bench")
	open, err := d.Billing.Invoice(ctx, who, d.account, invoice)
	if err != nil {
		return fmt.Errorf("invoice: %w", err)
	}
	key := id.New[id.CheckoutKind]()
	if _, err := d.Billing.Pay(ctx, who, d.account, invoice, billing.Order{Key: key, Amount: open.Left}); err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	checkout, err := d.Billing.Checkout(ctx, key)
	if err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	if err := d.Sandbox.Decide(ctx, checkout, billing.OutcomePaid, time.Now()); err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	return nil
}

// pages measures the hottest pages of somebody who is signed in, against the bare handler.
func pages(ctx context.Context, r report, dir, profiles string) (err error) {
	d, err := newDemo(ctx, filepath.Join(dir, "demo"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	portal, err := d.Handler(nil) //nolint:contextcheck // a request brings its own
	if err != nil {
		return fmt.Errorf("handler: %w", err)
	}
	pool, err := bareSQLite(d.Config.Database.WriteDSN.Reveal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()

	r.title("Pages of somebody who is signed in, on SQLite, against the bare handler")
	r.line("  The bare handler makes the same statements, prepared, and appends the same bytes to a buffer:")
	r.line("  no permission, no seal, no markup. Both are asked in turns.")
	r.line("  Load and server share this process and its processors.")
	rows := [][]string{row("page", "how", "portal", "bare", "ratio", fmt.Sprintf("aim %.1f", throughputAim),
		"p50", "p99", "bare p50", "bare p99", "processor", "bare", "allocations", "bare")}
	for _, path := range []string{"/invoices", "/activity"} {
		p := page{handler: portal, path: "/accounts/" + d.account.String() + path, cookie: d.cookie}
		more, err := p.compare(ctx, r, pool)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, cells := range more {
			rows = append(rows, append(row(path), cells...))
		}
		if profiles != "" {
			if err := p.profile(ctx, filepath.Join(profiles, path[1:]+".prof")); err != nil {
				return err
			}
		}
	}
	r.table(rows...)
	return nil
}

// page is a page that is compared.
type page struct {
	handler      http.Handler
	path, cookie string
}

func (p page) compare(ctx context.Context, r report, pool *sql.DB) ([][]string, error) {
	if _, err := fetch(ctx, p.handler, p.path, p.cookie); err != nil { // what is recorded once is recorded here
		return nil, err
	}
	content, list, err := recorded(ctx, p.handler, p.path, p.cookie)
	if err != nil {
		return nil, err
	}
	yardstick, err := newBare(ctx, pool, content, list)
	if err != nil {
		return nil, err
	}
	r.line("  %s: %d statements, %d bytes", p.path, len(list), len(content))
	var rows [][]string
	for _, n := range []int{1, 8} {
		cells, err := p.loopback(ctx, yardstick, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, cells)
	}
	f, err := inTurns(ctx, pageRounds, pageSpell,
		inProcess(p.handler, p.path, p.cookie), inProcess(yardstick, p.path, p.cookie))
	if err != nil {
		return nil, err
	}
	return append(rows, pageCells("no network, 1", f[0], f[1])), nil
}

// profile writes where the processor's time goes.
func (p page) profile(ctx context.Context, name string) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := pprof.StartCPUProfile(file); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	_, err = drive(ctx, profileSpan, inProcess(p.handler, p.path, p.cookie))
	return err
}

func (p page) loopback(ctx context.Context, yardstick http.Handler, n int) ([]string, error) {
	var workers [2][]once
	for i, h := range []http.Handler{p.handler, yardstick} {
		address, stop, err := listen(ctx, h)
		if err != nil {
			return nil, err
		}
		defer stop()
		var done func()
		if workers[i], done, err = overLoopback(ctx, n, address, p.path, p.cookie); err != nil {
			return nil, err
		}
		defer done()
	}
	f, err := inTurns(ctx, pageRounds, pageSpell, workers[0], workers[1])
	if err != nil {
		return nil, err
	}
	return pageCells("loopback, "+strconv.Itoa(n), f[0], f[1]), nil
}

func pageCells(how string, portal, bare figures) []string {
	reached := portal.rate() / bare.rate()
	return row(how, perSecond(portal.rate()), perSecond(bare.rate()), ratio(reached), verdict(reached >= throughputAim),
		ms(portal.at(0.5)), ms(portal.at(0.99)), ms(bare.at(0.5)), ms(bare.at(0.99)),
		micro(portal.each()), micro(bare.each()),
		strconv.FormatUint(portal.allocations(), 10), strconv.FormatUint(bare.allocations(), 10))
}
