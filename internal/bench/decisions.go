package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/mariadb"
	"gatehouse/internal/verb"
)

const (
	decisionAim    = 1.5 // of 1,000,000 memberships against 1,000
	decisionRounds = 12
	decisionSpell  = 150 * time.Millisecond
	manyAccounts   = 1000 // each with as many people: a million memberships
	peopleOfEach   = 1000
	asked          = 64 // different people in whose turn decisions are made
)

// decisions measures what a decision costs, with built-in and with custom roles, by how many memberships there are: a
// thousand in each of so many accounts, against one account.
func (b *bench) decisions(ctx context.Context, r report, dir string, server *mariadb.Server) error {
	accounts := max(b.Accounts, 1)
	if b.Accounts == 0 {
		accounts = manyAccounts
	}
	r.title("Decisions, with %d memberships in the database against %d", accounts*peopleOfEach, peopleOfEach)
	r.line("  Read the place with its role and the account's rule, decide; %d people in turn, one at a time.", asked)
	rows := [][]string{row("database", "role", "of few", "p99", "of many", "p99", "ratio",
		fmt.Sprintf("aim %.1f", decisionAim))}
	if len(b.On) == 0 || slices.Contains(b.On, "sqlite") {
		more, err := decisionsOnSQLite(ctx, dir, accounts)
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	if server != nil {
		more, err := decisionsOnServer(ctx, dir, server, accounts)
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	r.table(rows...)
	return nil
}

func decisionsOnSQLite(ctx context.Context, dir string, accounts int) ([][]string, error) {
	few, err := houseOnSQLite(ctx, filepath.Join(dir, "decisions-few"))
	if err != nil {
		return nil, err
	}
	many, err := houseOnSQLite(ctx, filepath.Join(dir, "decisions-many"))
	if err != nil {
		return nil, errors.Join(err, few.Close())
	}
	rows, err := decisionsOn(ctx, "SQLite", few, many, accounts)
	return rows, errors.Join(err, few.Close(), many.Close())
}

func decisionsOnServer(ctx context.Context, dir string, server *mariadb.Server, accounts int) ([][]string, error) {
	few, drop, err := houseOnMariaDB(ctx, filepath.Join(dir, "decisions-few-mariadb"), server)
	if err != nil {
		return nil, err
	}
	defer drop()
	many, drop, err := houseOnMariaDB(ctx, filepath.Join(dir, "decisions-many-mariadb"), server)
	if err != nil {
		return nil, errors.Join(err, few.Close())
	}
	defer drop()
	rows, err := decisionsOn(ctx, "MariaDB", few, many, accounts)
	return rows, errors.Join(err, few.Close(), many.Close())
}

// decisionsOn measures both houses in turns.
func decisionsOn(ctx context.Context, where string, few, many *house, accounts int) ([][]string, error) {
	for h, accounts := range map[*house]int{few: 1, many: accounts} {
		err := filled(ctx, h.App, func(f *filler) {
			f.persons(peopleOfEach)
			for range accounts {
				f.account("Crowd", peopleOfEach)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	var rows [][]string
	for _, role := range []string{"billing", "custom"} {
		var work [2]once
		for i, h := range []*house{few, many} {
			var err error
			if work[i], err = h.deciding(ctx, role); err != nil {
				return nil, err
			}
		}
		f, err := inTurns(ctx, decisionRounds, decisionSpell, []once{work[0]}, []once{work[1]})
		if err != nil {
			return nil, err
		}
		grown := float64(f[1].at(0.5)) / float64(f[0].at(0.5))
		rows = append(rows, row(where, role, micro(f[0].at(0.5)), micro(f[0].at(0.99)), micro(f[1].at(0.5)),
			micro(f[1].at(0.99)), ratio(grown), verdict(grown <= decisionAim)))
	}
	return rows, nil
}

// deciding makes one decision after the other, about people of that role in turn.
func (h *house) deciding(ctx context.Context, role string) (once, error) {
	var places []struct {
		AccountID id.Account
		PersonID  id.Person
	}
	q := db.Across(h.Reader.With(ctx), "people of all accounts are asked about").
		Raw("SELECT account_id, person_id FROM memberships WHERE role = ? ORDER BY id LIMIT ?", role, asked)
	if err := q.Scan(&places).Error; err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	if len(places) < asked {
		return nil, fmt.Errorf("%d people are %s", len(places), role)
	}
	n := 0
	return func(ctx context.Context) error {
		place := places[n%len(places)]
		n++
		now := time.Now()
		who := actor.Enter(actor.Details{
			Kind: actor.Person, Person: place.PersonID, Factor: actor.ByPassword, ProvedAt: now, SignedInAt: now, Now: now,
		})
		d, err := h.Access.Decide(ctx, h.Reader.With(ctx), now, who, verb.InvoicesView, id.AccountScope(place.AccountID))
		if err == nil && !d.Allowed {
			err = errors.New(string(d.Reason))
		}
		if err != nil {
			return fmt.Errorf("decide: %w", err)
		}
		return nil
	}, nil
}
