package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/identity/persons"
)

const (
	waitingAim    = 5.0 // times the idle p99 of a page, while sign-ins wait
	waitingPeople = 50
	waitingRounds = 6
	waitingSpell  = 2 * time.Second
)

// crowd is people who sign in again and again, each with their own address.
func crowd(ctx context.Context, a *app.App) ([]once, error) {
	out := make([]once, waitingPeople)
	for i := range out {
		address := fmt.Sprintf("crowd%d@northwind.example", i)
		_, err := a.Accounts.CreateStaff(ctx, actor.NewShell("bench"),
			persons.NewPerson{Email: address, Name: "Person", Password: passphrase}, "support")
		if err != nil {
			return nil, fmt.Errorf("person: %w", err)
		}
		out[i] = func(ctx context.Context) error {
			_, err := a.People.SignIn(ctx, stranger(), address, passphrase)
			return err // shown as it is
		}
	}
	return out, nil
}

// waiting measures how long a signed-in page takes while fifty people wait for their password to be checked, against
// the same page while nobody does.
func waiting(ctx context.Context, r report, h *house, people []once) error {
	portal, err := h.Handler(nil) //nolint:contextcheck // a request brings its own
	if err != nil {
		return fmt.Errorf("handler: %w", err)
	}
	address, stop, err := listen(ctx, portal)
	if err != nil {
		return err
	}
	defer stop()
	token, err := signIn(ctx, h.App, passphrase)
	if err != nil {
		return err
	}
	path := "/accounts/" + h.account.String() + "/activity"
	page, done, err := overLoopback(ctx, 1, address, path, "gatehouse="+token)
	if err != nil {
		return err
	}
	defer done()
	var idle, busy, entered figures
	for round := range waitingRounds + 1 {
		alone, err := drive(ctx, waitingSpell, page)
		if err != nil {
			return err
		}
		beside, in, err := besides(ctx, page, people)
		if err != nil {
			return err
		}
		if round > 0 { // the first one warms up
			idle.add(alone)
			busy.add(beside)
			entered.add(in)
		}
	}
	times := float64(busy.at(0.99)) / float64(idle.at(0.99))
	r.line("  A signed-in page while %d sign-ins wait: p50 %s, p99 %s; while none does: p50 %s, p99 %s: "+
		"%.1f times, aim at most %.0f: %s. Meanwhile %s signed in.", waitingPeople, ms(busy.at(0.5)), ms(busy.at(0.99)),
		ms(idle.at(0.5)), ms(idle.at(0.99)), times, waitingAim, verdict(times <= waitingAim), perSecond(entered.rate()))
	return nil
}

// besides drives a page while people sign in without a pause, all of them at once.
func besides(ctx context.Context, page, people []once) (pages, entered figures, err error) {
	crowded, leave := context.WithCancel(ctx)
	var all sync.WaitGroup
	took := make([]figures, len(people))
	failed := make([]error, len(people))
	begin := time.Now()
	for i, work := range people {
		all.Go(func() {
			for crowded.Err() == nil {
				if err := work(context.WithoutCancel(crowded)); err != nil {
					failed[i] = err
					return
				}
				took[i].n++
			}
		})
	}
	pages, err = drive(ctx, waitingSpell, page)
	leave()
	entered.elapsed = time.Since(begin)
	for i := range took {
		entered.n += took[i].n
	}
	all.Wait()
	return pages, entered, errors.Join(err, errors.Join(failed...))
}
