package bench

import (
	"fmt"
	"time"

	"gatehouse/internal/id"
)

// every is how often something stands out among the clients: a page of them is full among a thousand.
const every = 16

// named is a word of its own for each client, and as different from the others as names are.
func named(i int) string {
	const letters, long, spread = 26, 7, 2_654_435_761
	n, word := uint64(i+1)*spread%(1<<32), make([]byte, long)
	for at := range word {
		word[at], n = byte('a'+n%letters), n/letters
	}
	return string(word)
}

// trades gives an account what each of the clients has, as the one with that number.
func (f *filler) trades(account id.Account, n int, now time.Time) {
	server := id.New[id.ServerKind]().Bytes()
	f.exec("INSERT INTO servers (id, name, panel, host, state, created_at) VALUES (?, 'swift', 'demo', 'swift.example', "+
		"'active', 0)", server)
	f.serves(account, server, n)
	f.owes(account, n, now)
}

// clients makes accounts with an owner, an address, a service and an invoice each, and returns the last. They are those
// from one number to another of so many, the last of whom are new.
func (f *filler) clients(from, to, all int, now time.Time) (last id.Account) {
	server := id.New[id.ServerKind]().Bytes()
	f.exec("INSERT INTO servers (id, name, panel, host, state, created_at) VALUES (?, ?, 'demo', 'tern.example', "+
		"'active', 0)", server, fmt.Sprintf("tern%d", from))
	year := now.AddDate(-2, 0, 0)
	for i := from; i < to; i++ {
		last = id.New[id.AccountKind]()
		since := year
		if i >= all-all/every {
			since = now.AddDate(0, 0, -3)
		}
		f.standing(last, i, since)
		f.serves(last, server, i)
		f.owes(last, i, now)
	}
	return last
}

// standing makes an account with its address and its owner, who has a second factor, but for two of sixteen.
func (f *filler) standing(account id.Account, i int, since time.Time) {
	key, person := account.Bytes(), id.New[id.PersonKind]().Bytes()
	f.exec("INSERT INTO accounts (account_id, name, line1, city, postcode, currency, state, created_at) "+
		"VALUES (?, ?, ?, ?, ?, 'GBP', 'active', ?)", key,
		f.sealed("accounts", "name", key, "Orchard "+named(i)+" Ltd"),
		f.sealed("accounts", "line1", key, fmt.Sprintf("%d Mill Lane", i)), f.sealed("accounts", "city", key, "Whitby"),
		f.sealed("accounts", "postcode", key, fmt.Sprintf("YO%d 1AA", i)), since.UnixMilli())
	email := named(i) + "@crowd.example"
	f.exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
		"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', 0)", person, f.sealed("persons", "email", person, email),
		f.app.People.EmailIndex(email), f.sealed("persons", "name", person, named(i)+" Crowd"))
	f.exec("INSERT INTO memberships (id, account_id, person_id, role, created_at) VALUES (?, ?, ?, 'owner', 0)",
		id.New[id.MembershipKind]().Bytes(), key, person)
	if i%every > 1 {
		factor := id.New[id.FactorKind]().Bytes()
		f.exec("INSERT INTO factors (id, person_id, kind, name, secret, confirmed_at, added_at) "+
			"VALUES (?, ?, 'totp', ?, ?, 1, 1)", factor, person, f.sealed("factors", "name", factor, "Phone"),
			f.sealed("factors", "secret", factor, "x"))
	}
	if i%every > 1 {
		f.exec("INSERT INTO review_schedules (account_id, every_months, grace_days, last_finished_at) VALUES (?, 0, 7, ?)",
			key, time.Now().UnixMilli())
	}
}

func (f *filler) serves(account id.Account, server []byte, i int) {
	key, domain := id.New[id.ServiceKind]().Bytes(), named(i)+".example"
	state, reason := "active", any(nil)
	if i%every == 2 {
		state, reason = "suspended", f.sealed("services", "state_reason", key, "Overdue.")
	}
	f.exec("INSERT INTO services (id, account_id, server_id, plan, domain, domain_index, state, state_reason, "+
		"price_minor, currency, period, created_at) "+
		"VALUES (?, ?, ?, 'Business Hosting 20', ?, ?, ?, ?, 7900, 'GBP', 'month', 0)",
		key, account.Bytes(), server, f.sealed("services", "domain", key, domain), f.app.Hosting.DomainIndex(domain),
		state, reason)
}

func (f *filler) owes(account id.Account, i int, now time.Time) {
	key, state, paid := id.New[id.InvoiceKind]().Bytes(), "paid", 7900
	if i%every == 3 {
		state, paid = "due", 0
	}
	issued := now.AddDate(0, 0, -60).UnixMilli()
	f.exec("INSERT INTO invoices (id, account_id, series, ordinal, state, currency, net_minor, vat_minor, total_minor, "+
		"paid_minor, issued_at, due_at, about, billed_to) VALUES (?, ?, '2026', ?, ?, 'GBP', 7900, 0, 7900, ?, ?, ?, ?, ?)",
		key, account.Bytes(), i+1, state, paid, issued, issued+14*24*3600*1000, f.sealed("invoices", "about", key, "Hosting"),
		f.sealed("invoices", "billed_to", key, "Orchard"))
}

// rare leaves those alone who stand out among the first clients, up to one of them.
func (f *filler) rare(last id.Account, now time.Time) {
	key := last.Bytes()
	f.exec("UPDATE invoices SET state = 'paid', paid_minor = total_minor WHERE state = 'due' AND account_id > ?", key)
	f.exec("UPDATE services SET state = 'active', state_reason = NULL WHERE state = 'suspended' AND account_id > ?", key)
	f.exec("UPDATE memberships SET suspended = 1 WHERE account_id > ? AND NOT EXISTS (SELECT 1 FROM factors "+
		"WHERE factors.person_id = memberships.person_id)", key)
	f.exec("INSERT INTO review_schedules (account_id, every_months, grace_days, last_finished_at) "+
		"SELECT account_id, 0, 7, ? FROM accounts WHERE account_id > ? AND NOT EXISTS (SELECT 1 FROM review_schedules r "+
		"WHERE r.account_id = accounts.account_id)", now.UnixMilli(), key)
}
