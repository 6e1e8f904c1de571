package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

const (
	crowdedAim  = 2.0 // an account with many people against one with few
	crowdMany   = 500
	crowdFew    = 10
	crowdRounds = 12
)

// crowded measures the pages of an account with many people against those of one with few.
func crowded(ctx context.Context, r report, dir, profiles string) error {
	pairs, done, err := crowdedPages(ctx, dir)
	if err != nil {
		return err
	}
	r.title("The contacts of an account with %d people, on SQLite, against one with %d", crowdMany+1, crowdFew+1)
	r.line("  A page shows 25 people; a search looks at the names and addresses of all of them.")
	return errors.Join(compareAll(ctx, r, pairs, crowdFew+1, crowdMany+1, profiles), done())
}

// crowdedPages are the pages of an account with few people and with many. Whoever has them says when they are done.
func crowdedPages(ctx context.Context, dir string) (pairs []pair, done func() error, err error) {
	h, err := houseOnSQLite(ctx, filepath.Join(dir, "crowded"))
	if err != nil {
		return nil, nil, err
	}
	portal, err := h.Handler(nil) //nolint:contextcheck // a request brings its own
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("handler: %w", err), h.Close())
	}
	few, many, err := h.crowds(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, h.Close())
	}
	for _, p := range []struct{ name, path string }{
		{"contacts", "/contacts"},
		{"search by name", "/contacts?q=no7."},
		{"search by address", "/contacts?q=person9."},
		{"access on a day", "/contacts/history"},
		{"roles", "/roles"},
		{"a role", "/roles/billing"},
		{"who can do what", "/who"},
	} {
		pairs = append(pairs, pair{p.name, h.page(portal, few, p.path), h.page(portal, many, p.path)})
	}
	return pairs, h.Close, nil
}

// compareAll measures pages of few against those of many, and reports them.
func compareAll(ctx context.Context, r report, pairs []pair, few, many int, profiles string) error {
	rows := [][]string{row("page", fmt.Sprintf("of %d", few), "p99", fmt.Sprintf("of %d", many), "p99",
		"ratio", fmt.Sprintf("aim %.1f", crowdedAim), "processor", "of many")}
	for _, p := range pairs {
		cells, err := compared(ctx, p.name, p.few, p.many, profiles)
		if err != nil {
			return err
		}
		rows = append(rows, cells)
	}
	r.table(rows...)
	return nil
}

// compared measures a page of few against the same one of many.
func compared(ctx context.Context, name string, few, many page, profiles string) ([]string, error) {
	f, err := inTurns(ctx, crowdRounds, decisionSpell,
		inProcess(few.handler, few.path, few.cookie), inProcess(many.handler, many.path, many.cookie))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if profiles != "" {
		if err := many.profile(ctx, filepath.Join(profiles, strings.ReplaceAll(name, " ", "-")+".prof")); err != nil {
			return nil, err
		}
	}
	grown := float64(f[1].at(0.5)) / float64(f[0].at(0.5))
	return row(name, ms(f[0].at(0.5)), ms(f[0].at(0.99)), ms(f[1].at(0.5)), ms(f[1].at(0.99)),
		ratio(grown), verdict(grown <= crowdedAim), micro(f[0].each()), micro(f[1].each())), nil
}

// crowds makes two accounts that the signed-in owner owns as well.
func (h *house) crowds(ctx context.Context) (few, many string, err error) {
	var made [2]id.Account
	for i := range made {
		made[i], err = h.Accounts.Create(ctx, actor.NewShell("bench"), accounts.NewAccount{
			Name: "Crowd", Currency: "GBP", OwnerEmail: "owner@crowd.example",
		})
		if err != nil {
			return "", "", fmt.Errorf("crowd: %w", err)
		}
	}
	err = filled(ctx, h.App, func(f *filler) {
		f.persons(crowdMany)
		for i, people := range []int{crowdFew, crowdMany} {
			f.places(made[i].Bytes(), people)
			f.owner(made[i].Bytes(), h.owner.Person.Bytes())
		}
	})
	return made[0].String(), made[1].String(), err
}

func (h *house) page(portal http.Handler, account, path string) page {
	return page{handler: portal, path: "/accounts/" + account + path, cookie: "gatehouse=" + h.token}
}
