package overview

import (
	"context"
	"fmt"
	"hash/maphash"
	"strconv"
	"sync"
	"time"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/platform/lookup"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
)

const (
	// mostSearched bounds the clients that are kept in memory for searching, the newest ones. Older ones are found by a
	// whole e-mail address, a whole domain or an invoice's number only.
	mostSearched = 200_000
	// mostMatches bounds the accounts that a search finds; who gets as many types more.
	mostMatches = 500
	// loadChunk is how many clients are read at a time.
	loadChunk = 2_000
	// comparedAfter is after how long it is looked whether any client has changed, whatever the counters say.
	comparedAfter = 10 * time.Minute
	// buildTime bounds how long reading all of them may take.
	buildTime = 2 * time.Minute
	// skew is by how much the clocks of two nodes may differ, and how long a change may take.
	skew = time.Minute
)

// What a client can be found by.
const (
	byCompany lookup.Kind = iota // what the account is called
	byPerson                     // what a contact is called
	byEmail                      // a contact's e-mail address
	byDomain                     // the domain of a service that has not ended
	byAddress                    // the postal address that bills go to
)

// searchedBy is what a department may find clients by: whoever sees clients knows their names and contacts; domains are
// for those who see services, and the address that bills go to, as the numbers of invoices, for those who see these.
func searchedBy(services, money bool) lookup.Kinds {
	kinds := lookup.Of(byCompany, byPerson, byEmail)
	if services {
		kinds |= lookup.Of(byDomain)
	}
	if money {
		kinds |= lookup.Of(byAddress)
	}
	return kinds
}

// clientSearch keeps in memory what clients are found by, because the database has it sealed. It is read in the
// background; each search asks the database in one statement whether anything has come or changed, and has only that
// read.
type clientSearch struct {
	mu       sync.Mutex // guards what follows
	set      lookup.Set
	stamp    clientStamp
	compared time.Time // with the database, each client; zero: never
	reading  *reading  // what is being read; nil: nothing is

	// Only whoever reads touches these.
	versions map[id.Account]uint64 // of all that was read of each
	seed     maphash.Seed
}

// clientStamp moves when a client, a contact or a service comes, or when a name, an e-mail address or a postal address
// changes. Who leaves is noticed when clients are compared.
type clientStamp struct {
	account        id.Account
	contact        id.Membership
	service        id.Service
	called, people int64 // how often names have changed
}

const clientStampSQL = "SELECT (SELECT MAX(account_id) FROM accounts), (SELECT MAX(id) FROM memberships), " +
	"(SELECT MAX(id) FROM services), "

// SearchSize is how much is in memory for searching clients: how many clients and different words, and bytes.
func (o *Overview) SearchSize() (clients, words int, bytes int64) {
	o.clients.mu.Lock()
	defer o.clients.mu.Unlock()
	return o.clients.set.Size()
}

// build reads all clients.
func (o *Overview) build(ctx context.Context, g gate.Grant) (lookup.Set, error) {
	s := &o.clients
	s.versions, s.seed = map[id.Account]uint64{}, maphash.MakeSeed()
	var all []lookup.Thing
	var last id.Account
	for len(all) < mostSearched {
		q := g.On(o.reader.With(ctx).Table("accounts"))
		if !last.IsZero() {
			q = q.Where("account_id < ?", last)
		}
		var chunk []id.Account
		if err := q.Order("account_id DESC").Limit(loadChunk).Pluck("account_id", &chunk).Error; err != nil {
			return lookup.Set{}, fmt.Errorf("search clients: %w", err)
		}
		if len(chunk) == 0 {
			break
		}
		last = chunk[len(chunk)-1]
		things, err := o.load(ctx, g, "BETWEEN ? AND ?", last, chunk[0])
		if err != nil {
			return lookup.Set{}, err
		}
		all = append(all, things...)
	}
	return lookup.NewSet(all), nil
}

// addNew reads the clients that are new, or have a new contact or service, since a stamp.
func (o *Overview) addNew(ctx context.Context, g gate.Grant, set lookup.Set, since clientStamp) (lookup.Set, error) {
	var touched []id.Account
	err := g.On(o.reader.With(ctx)).Raw("SELECT account_id FROM accounts WHERE account_id > ? "+
		"UNION SELECT account_id FROM memberships WHERE id > ? UNION SELECT account_id FROM services WHERE id > ?",
		id.Before[id.AccountKind](since.account.Made().Add(-skew)),
		id.Before[id.MembershipKind](since.contact.Made().Add(-skew)),
		id.Before[id.ServiceKind](since.service.Made().Add(-skew))).Scan(&touched).Error
	if err != nil {
		return lookup.Set{}, fmt.Errorf("search clients: %w", err)
	}
	return o.reload(ctx, g, set, touched, nil)
}

// compare finds which clients are not as they were read, and reads these.
func (o *Overview) compare(ctx context.Context, g gate.Grant, set lookup.Set) (lookup.Set, error) {
	s := &o.clients
	is := make(map[id.Account]uint64, len(s.versions))
	text := "SELECT account_id, account_id AS thing, version, NULL AS domain_index FROM accounts " +
		"UNION ALL SELECT m.account_id, p.id, p.version, NULL FROM memberships m JOIN persons p ON p.id = m.person_id " +
		"UNION ALL SELECT account_id, id, 0, domain_index FROM services WHERE state <> 'cancelled'"
	type row struct {
		account       id.Account
		thing, domain db.Blob
		version       int64
	}
	err := db.EachRow(g.On(o.reader.With(ctx)).Raw(text), func(r *row) []any {
		return []any{&r.account, &r.thing, &r.version, &r.domain}
	}, func(r row) { is[r.account] += s.version(r.thing, r.version, r.domain) })
	if err != nil {
		return lookup.Set{}, fmt.Errorf("search clients: %w", err)
	}
	var changed []id.Account
	var gone []names.Key
	for account, v := range is {
		if was, known := s.versions[account]; !known && len(s.versions) < mostSearched || known && was != v {
			changed = append(changed, account)
		}
	}
	for account := range s.versions {
		if _, there := is[account]; !there {
			gone = append(gone, names.KeyOf(account))
			delete(s.versions, account)
		}
	}
	if len(changed) > len(is)/2 {
		return o.build(ctx, g)
	}
	return o.reload(ctx, g, set, changed, gone)
}

func (o *Overview) reload(
	ctx context.Context, g gate.Grant, set lookup.Set, changed []id.Account, gone []names.Key,
) (lookup.Set, error) {
	for from := 0; from < len(changed); from += loadChunk {
		things, err := o.load(ctx, g, "IN ?", changed[from:min(from+loadChunk, len(changed))])
		if err != nil {
			return lookup.Set{}, err
		}
		set, gone = set.With(things, gone), nil
	}
	if len(gone) > 0 {
		set = set.With(nil, gone)
	}
	return set, nil
}

// version is a part of what tells whether a client has changed; the parts of one are added up.
func (s *clientSearch) version(thing []byte, version int64, domain []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	_, _ = h.Write(thing)
	_, _ = h.WriteString(strconv.FormatInt(version, 10))
	_, _ = h.Write(domain)
	return h.Sum64()
}

// loading gathers what some clients are found by.
type loading struct {
	*opener
	s        *clientSearch
	things   map[id.Account]*lookup.Thing
	versions map[id.Account]uint64
}

func (l *loading) add(account id.Account, texts ...lookup.Text) {
	thing := l.things[account]
	if thing == nil {
		thing = &lookup.Thing{Key: names.KeyOf(account)}
		l.things[account] = thing
	}
	thing.Texts = append(thing.Texts, texts...)
}

// load reads what the clients are found by for whose account a condition holds.
func (o *Overview) load(ctx context.Context, g gate.Grant, condition string, args ...any) ([]lookup.Thing, error) {
	l := &loading{
		opener: &opener{o: o}, s: &o.clients, things: map[id.Account]*lookup.Thing{}, versions: map[id.Account]uint64{},
	}
	for _, step := range []func(context.Context, gate.Grant, string, []any) error{l.accounts, l.contacts, l.services} {
		if err := step(ctx, g, condition, args); err != nil {
			return nil, fmt.Errorf("search clients: %w", err)
		}
	}
	if l.err != nil {
		return nil, l.err
	}
	out := make([]lookup.Thing, 0, len(l.things))
	for account, thing := range l.things {
		out = append(out, *thing)
		l.s.versions[account] = l.versions[account]
	}
	return out, nil
}

func (l *loading) accounts(ctx context.Context, g gate.Grant, condition string, args []any) error {
	type row struct {
		account                            id.Account
		name, line1, line2, city, postcode secretbox.Sealed
		version                            int64
	}
	q := g.On(l.o.reader.With(ctx)).Raw("SELECT account_id, name, line1, line2, city, postcode, version FROM accounts "+
		"WHERE account_id "+condition, args...)
	return db.EachRow(q, func(r *row) []any {
		return []any{&r.account, &r.name, &r.line1, &r.line2, &r.city, &r.postcode, &r.version}
	}, func(r row) {
		key := r.account.Bytes()
		l.versions[r.account] += l.s.version(key, r.version, nil)
		l.add(r.account, lookup.Text{Kind: byCompany, Text: l.open("accounts", "name", key, r.name)})
		for _, part := range []struct {
			column string
			sealed secretbox.Sealed
		}{{"line1", r.line1}, {"line2", r.line2}, {"city", r.city}, {"postcode", r.postcode}} {
			if text := l.open("accounts", part.column, key, part.sealed); text != "" {
				l.add(r.account, lookup.Text{Kind: byAddress, Text: text})
			}
		}
	})
}

func (l *loading) contacts(ctx context.Context, g gate.Grant, condition string, args []any) error {
	type row struct {
		account     id.Account
		person      id.Person
		name, email secretbox.Sealed
		version     int64
	}
	q := g.On(l.o.reader.With(ctx)).Raw("SELECT m.account_id, p.id, p.name, p.email, p.version FROM memberships m "+
		"JOIN persons p ON p.id = m.person_id WHERE m.account_id "+condition, args...)
	return db.EachRow(q, func(r *row) []any { return []any{&r.account, &r.person, &r.name, &r.email, &r.version} },
		func(r row) {
			l.versions[r.account] += l.s.version(r.person.Bytes(), r.version, nil)
			l.add(r.account, lookup.Text{Kind: byPerson, Text: l.person(r.person, r.name)},
				lookup.Text{Kind: byEmail, Text: l.email(r.person, r.email)})
		})
}

func (l *loading) services(ctx context.Context, g gate.Grant, condition string, args []any) error {
	type row struct {
		account id.Account
		service id.Service
		domain  secretbox.Sealed
		index   db.Blob
	}
	q := g.On(l.o.reader.With(ctx)).Raw("SELECT account_id, id, domain, domain_index FROM services "+
		"WHERE state <> 'cancelled' AND account_id "+condition, args...)
	return db.EachRow(q, func(r *row) []any { return []any{&r.account, &r.service, &r.domain, &r.index} }, func(r row) {
		l.versions[r.account] += l.s.version(r.service.Bytes(), 0, r.index)
		domain, err := l.o.hosting.OpenDomain(r.service, r.domain)
		l.keep(err)
		if domain != "" {
			l.add(r.account, domainTexts(domain)...)
		}
	})
}

// domainTexts are the forms in which a domain is looked for: the one in which it is kept, and the one people read.
func domainTexts(domain string) []lookup.Text {
	texts := []lookup.Text{{Kind: byDomain, Text: domain}}
	if shown := hostname.Shown(domain); shown != domain {
		texts = append(texts, lookup.Text{Kind: byDomain, Text: shown})
	}
	return texts
}
