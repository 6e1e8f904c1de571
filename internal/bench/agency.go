package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

// agencies measures the pages of an agency with many clients against those of one with few.
func agencies(ctx context.Context, r report, dir, profiles string) error {
	pairs, done, err := agencyPages(ctx, dir)
	if err != nil {
		return err
	}
	r.title("The pages of an agency that works for %d clients, on SQLite, against one with %d", crowdMany, crowdFew)
	r.line("  A page shows 25 clients. Names are sealed: their order and a search are found in memory.")
	return errors.Join(compareAll(ctx, r, pairs, crowdFew, crowdMany, profiles), done())
}

// agencyPages are the pages of an agency with few clients and with many. Whoever has them says when they are done.
func agencyPages(ctx context.Context, dir string) (pairs []pair, done func() error, err error) {
	few, err := newAgency(ctx, filepath.Join(dir, "agency-few"), crowdFew)
	if err != nil {
		return nil, nil, err
	}
	many, err := newAgency(ctx, filepath.Join(dir, "agency-many"), crowdMany)
	if err != nil {
		return nil, nil, errors.Join(err, few.Close())
	}
	for _, p := range []struct{ name, account, path string }{
		{"all accounts", "", ""},
		{"search of accounts", "", "?q=no7."},
		{"teams", "agency", "/teams"},
		{"the team", "agency", "/teams/team"},
		{"the team, search", "agency", "/teams/team?q=no7."},
		{"a client", "client", ""},
		{"a client's teams", "client", "/contacts/teams"},
	} {
		pairs = append(pairs, pair{p.name, few.asks(p.account, p.path), many.asks(p.account, p.path)})
	}
	return pairs, func() error { return errors.Join(few.Close(), many.Close()) }, nil
}

// agency is a house whose owner owns an agency with a team that works for clients.
type agency struct {
	*house
	portal       http.Handler
	team, client string
}

func newAgency(ctx context.Context, dir string, clients int) (_ *agency, err error) {
	h, err := houseOnSQLite(ctx, dir)
	if err != nil {
		return nil, err
	}
	a := &agency{house: h}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	team := id.New[id.TeamKind]()
	client, err := h.Accounts.Create(ctx, actor.NewShell("bench"), accounts.NewAccount{
		Name: "Client No0. Crowd", Currency: "GBP", OwnerEmail: "owner@client.example",
	})
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	err = filled(ctx, h.App, func(f *filler) {
		f.team(team, h.account, h.owner.Person)
		f.works(team, h.owner.Person, client)
		for i := range clients - 1 {
			f.works(team, h.owner.Person, f.client(fmt.Sprintf("Client No%d. Crowd", i+1)))
		}
	})
	if err != nil {
		return nil, err
	}
	a.team, a.client = team.String(), client.String()
	a.portal, err = h.Handler(nil) //nolint:contextcheck // a request brings its own
	return a, err
}

// asks is a page of the agency's own account, of a client's, or of none.
func (a *agency) asks(account, path string) page {
	at := "/accounts"
	switch account {
	case "agency":
		at += "/" + a.account.String()
	case "client":
		at += "/" + a.client
	}
	if rest, ok := strings.CutPrefix(path, "/teams/team"); ok {
		path = "/teams/" + a.team + rest
	}
	return page{handler: a.portal, path: at + path, cookie: "gatehouse=" + a.token}
}

// team makes a team of an account with one of its people in it.
func (f *filler) team(team id.Team, account id.Account, person id.Person) {
	key := team.Bytes()
	f.exec("INSERT INTO teams (id, account_id, name, code, created_at) VALUES (?, ?, ?, ?, 0)",
		key, account.Bytes(), f.sealed("teams", "name", key, "Developers"), rand.Text()[:16])
	f.exec("INSERT INTO team_members (id, team_id, account_id, contact_id, person_id, leads, created_at) "+
		"SELECT ?, ?, account_id, id, person_id, 1, 0 FROM memberships WHERE account_id = ? AND person_id = ?",
		id.New[id.MembershipKind]().Bytes(), key, account.Bytes(), person.Bytes())
}

// client makes an account that nobody has been in.
func (f *filler) client(name string) id.Account {
	account := id.New[id.AccountKind]()
	f.exec("INSERT INTO accounts (account_id, name, currency, state, created_at) VALUES (?, ?, 'GBP', 'active', 0)",
		account.Bytes(), f.sealed("accounts", "name", account.Bytes(), name))
	return account
}

// works gives a team access to an account.
func (f *filler) works(team id.Team, by id.Person, account id.Account) {
	f.exec("INSERT INTO team_access (id, account_id, team_id, role, state, offered_by, created_at, expires_at) "+
		"VALUES (?, ?, ?, 'administrator', 'active', ?, 0, 0)",
		id.New[id.TeamAccessKind]().Bytes(), account.Bytes(), team.Bytes(), by.Bytes())
}
