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
	r.line("  A page shows 50 people; a search opens the names and addresses of all of them.")
	rows := [][]string{row("page", fmt.Sprintf("of %d", crowdFew+1), "p99", fmt.Sprintf("of %d", crowdMany+1), "p99",
		"ratio", fmt.Sprintf("aim %.1f", crowdedAim))}
	for _, p := range []struct{ name, path string }{
		{"contacts", "/contacts"},
		{"search by name", "/contacts?q=crowd+7"},
		{"search by address", "/contacts?q=person9."},
		{"access on a day", "/contacts/history"},
		{"roles", "/roles"},
	} {
		f, err := inTurns(ctx, crowdRounds, decisionSpell,
			h.asking(portal, few, p.path), h.asking(portal, many, p.path))
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		grown := float64(f[1].at(0.5)) / float64(f[0].at(0.5))
		rows = append(rows, row(p.name, ms(f[0].at(0.5)), ms(f[0].at(0.99)), ms(f[1].at(0.5)), ms(f[1].at(0.99)),
			ratio(grown), verdict(grown <= crowdedAim)))
		if profiles != "" {
			asked := page{handler: portal, path: "/accounts/" + many + p.path, cookie: "gatehouse=" + h.token}
			if err := asked.profile(ctx, filepath.Join(profiles, strings.ReplaceAll(p.name, " ", "-")+".prof")); err != nil {
				return err
			}
		}
	}
	r.table(rows...)
	return nil
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

func (h *house) asking(portal http.Handler, account, path string) []once {
	return inProcess(portal, "/accounts/"+account+path, "gatehouse="+h.token)
}
