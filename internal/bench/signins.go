package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/alexedwards/argon2id"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity/persons"
)

const (
	signInAim  = 0.85 // of the bare hash rate
	gapAim     = 0.05 // between a known and an unknown address
	signInSpan = 12 * time.Second
	guesses    = 120

	signInRounds = 4
)

// signIns measures how much of the bare hash rate sign-ins reach, and whether the time of a failed one tells that an
// address is known.
func signIns(ctx context.Context, r report, dir string) (err error) {
	h, err := houseOnSQLite(ctx, filepath.Join(dir, "sign-in"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	r.title("Sign-ins with a password, on SQLite")
	params := &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	hash, err := argon2id.CreateHash(passphrase, params)
	if err != nil {
		return fmt.Errorf("hash: %w", err)
	}
	hashing := func(context.Context) error {
		_, err := argon2id.ComparePasswordAndHash(passphrase, hash)
		return err // shown as it is
	}
	people, err := crowd(ctx, h.App)
	if err != nil {
		return err
	}
	defer h.People.MakeRoom()()
	rows := [][]string{row("at once", "bare hash", "sign-in", "ratio", fmt.Sprintf("aim %.2f", signInAim),
		"sign-in p50", "p99")}
	for _, n := range []int{1, runtime.NumCPU(), waitingPeople} {
		f, err := inTurns(ctx, signInRounds, signInSpan/signInRounds, slices.Repeat([]once{hashing}, n), people[:n])
		if err != nil {
			return err
		}
		reached, said := f[1].rate()/f[0].rate(), ""
		if n == waitingPeople { // with fewer, the processors wait for the disk now and then
			said = verdict(reached >= signInAim)
		}
		rows = append(rows, row(strconv.Itoa(n), perSecond(f[0].rate()), perSecond(f[1].rate()), ratio(reached), said,
			ms(f[1].at(0.5)), ms(f[1].at(0.99))))
	}
	r.table(rows...)
	if err := waiting(ctx, r, h, people); err != nil {
		return err
	}
	return gap(ctx, r, h.App)
}

// gap compares failed sign-ins with known and with unknown addresses, each tried once so that none is slowed down.
func gap(ctx context.Context, r report, a *app.App) error {
	var known, unknown figures
	for i := range guesses {
		address := fmt.Sprintf("person%d@northwind.example", i)
		_, err := a.Accounts.CreateStaff(ctx, actor.NewShell("bench"),
			persons.NewPerson{Email: address, Name: "Person", Password: passphrase}, "support")
		if err != nil {
			return fmt.Errorf("person: %w", err)
		}
		for _, try := range []struct {
			address string
			into    *figures
		}{{address, &known}, {"not-" + address, &unknown}} {
			begin := time.Now()
			_, err := a.People.SignIn(ctx, stranger(), try.address, "not the passphrase")
			try.into.took = append(try.into.took, time.Since(begin))
			if fault.KindOf(err) == fault.KindUnknown {
				return fmt.Errorf("failed sign-in: %w", err)
			}
		}
	}
	k, u := known.at(0.25), unknown.at(0.25) // the quieter ones: what else runs here would hide a difference
	apart := max(float64(k)/float64(u), float64(u)/float64(k)) - 1
	r.line("  Failed with a known address %s, with an unknown one %s (first quartiles of %d): "+
		"%.1f %% apart, aim below %.0f %%: %s.", ms(k), ms(u), guesses, 100*apart, 100*gapAim, verdict(apart < gapAim))
	return nil
}
