package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"gatehouse/internal/id"
)

const (
	crowdedAim  = 2.0 // an account with many people against one with few
	crowdMany   = 500
	crowdFew    = 10
	crowdRounds = 12
)

// crowded measures the pages of an account with many people against those of one with few.
func crowded(ctx context.Context, r report, dir, profiles string) (err error) {
	h, err := houseOnSQLite(ctx, filepath.Join(dir, "crowded"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	portal, err := h.Handler(nil) //nolint:contextcheck // a request brings its own
	if err != nil {
		return fmt.Errorf("handler: %w", err)
	}
	few, many, err := h.crowds(ctx)
	if err != nil {
		return err
	}
	r.title("The contacts of an account with %d people, on SQLite, against one with %d", crowdMany+1, crowdFew+1)
	r.line("  A page shows 25 people; a search looks at the names and addresses of all of them.")
	rows := [][]string{row("page", fmt.Sprintf("of %d", crowdFew+1), "p99", fmt.Sprintf("of %d", crowdMany+1), "p99",
		"ratio", fmt.Sprintf("aim %.1f", crowdedAim), "processor", "of many")}
	for _, p := range []struct{ name, path string }{
		{"contacts", "/contacts"},
		{"search by name", "/contacts?q=no7."},
		{"search by address", "/contacts?q=person9."},
		{"access on a day", "/contacts/history"},
		{"roles", "/roles"},
		{"a role", "/roles/billing"},
		{"who can do what", "/who"},
	} {
		cells, err := compared(ctx, p.name, h.page(portal, few, p.path), h.page(portal, many, p.path), profiles)
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
	err = filled(ctx, h.App, func(f *filler) {
		f.persons(crowdMany)
		for i, n := range []int{crowdFew, crowdMany} {
			account := f.account("Crowd", n)
			f.owner(account, h.owner.Person.Bytes())
			text, err := id.FromBytes[id.AccountKind](account)
			if f.err == nil {
				f.err = err
			}
			if i == 0 {
				few = text.String()
			} else {
				many = text.String()
			}
		}
	})
	return few, many, err
}

func (h *house) page(portal http.Handler, account, path string) page {
	return page{handler: portal, path: "/accounts/" + account + path, cookie: "gatehouse=" + h.token}
}
