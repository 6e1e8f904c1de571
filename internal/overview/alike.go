package overview

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/lookup"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// mostAlike bounds the clients that are named as alike for one reason.
	mostAlike = 5
	// sharedBy is with how many clients a domain says nothing any more: everybody has addresses there.
	sharedBy = 3
)

// Probe is what is known of a client who is to come.
type Probe struct {
	Key   id.Account // they are not like themselves
	Name  string
	Email string // of the owner
}

// Alike is a client who may be the same.
type Alike struct {
	Account id.Account
	Name    string
	Why     string // for people: "has nearly the same name"
}

// Alike finds clients who may be the same as somebody who is to come: by name, as tolerant as a search is, by the
// owner's address, and by its domain among addresses and, for whoever sees services, among services. It tells nothing
// that its asker could not search by.
func (o *Overview) Alike(ctx context.Context, who actor.Actor, p Probe) ([]Alike, error) {
	g, err := o.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	_, services, err := o.may(ctx, who, verb.HostingView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	set, _, err := o.searched(ctx, g)
	if err != nil {
		return nil, err
	}
	f := &findings{key: p.Key}
	contacts, err := o.contactOf(ctx, g, p.Email)
	if err != nil {
		return nil, err
	}
	f.add("has a contact with this address", contacts)
	named, near := set.Find(lookup.Query{Words: coreName(p.Name), Kinds: lookup.Of(byCompany), Most: mostAlike})
	if near {
		f.add("has nearly the same name", idsOf(named))
	} else {
		f.add("has the same name, or a longer one", idsOf(named))
	}
	if _, domain, ok := strings.Cut(strings.TrimSpace(p.Email), "@"); ok && domain != "" {
		kinds := lookup.Of(byEmail)
		if services {
			kinds |= lookup.Of(byDomain)
		}
		if at, near := set.Find(lookup.Query{Words: domain, Kinds: kinds, Most: sharedBy + 1}); !near && len(at) <= sharedBy {
			f.add("has to do with "+domain, idsOf(at))
		}
	}
	return f.list, o.name(ctx, g, f.list)
}

// findings are clients who were found, each once, for the first reason.
type findings struct {
	key  id.Account
	list []Alike
}

func (f *findings) add(why string, found []id.Account) {
	for _, account := range found {
		known := func(a Alike) bool { return a.Account == account }
		if account != f.key && !slices.ContainsFunc(f.list, known) {
			f.list = append(f.list, Alike{Account: account, Why: why})
		}
	}
}

func (o *Overview) contactOf(ctx context.Context, g gate.Grant, email string) (found []id.Account, err error) {
	err = g.On(o.reader.With(ctx)).Raw("SELECT m.account_id FROM persons q JOIN memberships m ON m.person_id = q.id "+
		"WHERE q.email_index = ? ORDER BY m.account_id DESC LIMIT ?",
		o.people.EmailIndex(email), mostAlike).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look for clients who are alike: %w", err)
	}
	return found, nil
}

// name reads what some clients are called.
func (o *Overview) name(ctx context.Context, g gate.Grant, list []Alike) error {
	if len(list) == 0 {
		return nil
	}
	var wanted []id.Account
	for _, one := range list {
		wanted = append(wanted, one.Account)
	}
	var rows []struct {
		AccountID id.Account
		Name      secretbox.Sealed
	}
	err := g.On(o.reader.With(ctx)).Raw("SELECT account_id, name FROM accounts WHERE account_id IN ?", wanted).
		Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("look for clients who are alike: %w", err)
	}
	w := &opener{o: o}
	for _, row := range rows {
		for i := range list {
			if list[i].Account == row.AccountID {
				list[i].Name = w.accountName(row.AccountID, record{seal1: row.Name})
			}
		}
	}
	return w.err
}

// coreName is a name without what only says of which kind a company is; the whole of it where nothing else is left.
func coreName(name string) string {
	kinds := []string{
		"ltd", "limited", "llc", "llp", "plc", "inc", "co", "company", "corp", "gmbh", "ag", "ug", "kg", "ohg", "sa", "sarl",
		"sas", "srl", "spa", "bv", "nv", "oy", "ab", "aps", "the", "and",
	}
	var core []string
	for _, word := range names.Words(name) {
		word = strings.Trim(word, ".,&()+-/")
		if word != "" && !slices.Contains(kinds, strings.ReplaceAll(word, ".", "")) {
			core = append(core, word)
		}
	}
	if len(core) == 0 {
		return name
	}
	return strings.Join(core, " ")
}
