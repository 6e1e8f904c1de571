// Package archtest holds the rules about which package may know which, and the test that keeps them. A package that is
// not in the table fails the test, so that a new room starts with the question of what may enter it.
package archtest

import "maps"

// A rule names a package, or with /... a folder and all below it. The longest name that fits counts.
type rule = string

func leaves() []rule   { return []rule{"internal/verb", "internal/money", "internal/id"} }
func values() []rule   { return join(leaves(), "internal/actor", "internal/fault") }
func platform() []rule { return join(values(), "internal/platform/...") }
func records() []rule {
	return join(platform(), "internal/access", "internal/activity", "internal/activity/export")
}
func kernel() []rule { return join(records(), "internal/gate", "internal/outbox") }

func domains() []rule {
	return []rule{
		"internal/identity/...", "internal/accounts", "internal/billing/...", "internal/hosting/...",
		"internal/support", "internal/recovery", "internal/reviews/...", "internal/notices", "internal/ownership",
		"internal/teams", "internal/assist", "internal/staffing", "internal/conduct",
		"internal/settings",
		"internal/privacy", "internal/overview", "internal/streams", "internal/exports", "internal/watch",
		"internal/bookmarks", "internal/imports", "internal/pinned", "internal/figures",
		"internal/archives",
		"internal/status", "internal/status/subscribers", "internal/domains/...",
	}
}

// in names parts of identity.
func in(parts ...string) []rule {
	out := make([]rule, len(parts))
	for i, part := range parts {
		out[i] = "internal/identity/" + part
	}
	return out
}

func pages() []rule { return join(kernel(), append(domains(), "templates/...", "static")...) }

// mayImport says for every package which others of this module it may import. Tests are free.
func mayImport() map[rule][]rule {
	all := []rule{"..."}
	table := map[rule][]rule{
		"static":               nil,
		"policies":             nil,
		"migrations":           nil,
		"internal/archtest":    nil,
		"internal/testkit/...": all,
		"internal/e2e/...":     all,
		"internal/bench/...":   all,
	}
	for _, part := range []map[rule][]rule{outside(), rooms(), till(), people(), ground()} {
		maps.Copy(table, part)
	}
	return table
}

// outside is what people and machines come in by, and what puts everything together.
func outside() map[rule][]rule {
	return map[rule][]rule{
		"cmd/...":           join(pages(), "internal/app/...", "internal/web/...", "migrations", "policies"),
		"internal/app":      join(pages(), "internal/web/...", "internal/app/cast", "migrations", "policies"),
		"internal/app/demo": join(pages(), "internal/app", "internal/app/cast"),
		"internal/app/cast": nil,

		"internal/web": pages(),
		// The areas know the door, and not each other.
		"internal/web/books":     join(pages(), "internal/web"),
		"internal/web/cards":     join(pages(), "internal/web"),
		"internal/web/contacts":  join(pages(), "internal/web"),
		"internal/web/log":       join(pages(), "internal/web"),
		"internal/web/me":        join(pages(), "internal/web"),
		"internal/web/notices":   join(pages(), "internal/web"),
		"internal/web/ownership": join(pages(), "internal/web"),
		"internal/web/paylinks":  join(pages(), "internal/web"),
		"internal/web/portal":    join(pages(), "internal/web"),
		"internal/web/public":    join(pages(), "internal/web"),
		"internal/web/signin":    join(pages(), "internal/web"),
		"internal/web/teams":     join(pages(), "internal/web"),
		"internal/web/staff":     join(pages(), "internal/web"),
		"internal/web/invoicing": join(pages(), "internal/web"),
		"internal/web/status":    join(pages(), "internal/web"),
		"internal/web/review":    join(pages(), "internal/web"),
		"internal/web/domains":   join(pages(), "internal/web"),
		"internal/web/orders":    join(pages(), "internal/web"),
		"internal/web/servers":   join(pages(), "internal/web"),
		"templates/...":          join(leaves(), "templates/...", "static"),

		"internal/web/colleagues": join(pages(), "internal/web"),
		"internal/web/conduct":    join(pages(), "internal/web"),
		"internal/web/imports":    join(pages(), "internal/web"),
		"internal/web/settings":   join(pages(), "internal/web"),
	}
}

// rooms are the domains, people apart.
func rooms() map[rule][]rule {
	sibling := join(kernel(), "internal/accounts", "internal/identity/...")
	return map[rule][]rule{
		// Siblings share ids, not code: only these know accounts, and only accounts knows people. What one sibling
		// causes in another is an outbox message bound in app. An adapter knows the domain whose interface it serves.
		"internal/hosting":            sibling,
		"internal/hosting/...":        join(sibling, "internal/hosting"),
		"internal/domains":            kernel(),
		"internal/domains/...":        join(kernel(), "internal/domains"),
		"internal/support":            sibling,
		"internal/recovery":           sibling,
		"internal/reviews":            join(sibling, "internal/reviews/record"),
		"internal/reviews/record":     {"internal/platform/sheet"}, // writes, and can reach no row
		"internal/notices":            sibling,
		"internal/ownership":          sibling,
		"internal/teams":              sibling,
		"internal/assist":             sibling,
		"internal/pinned":             sibling,
		"internal/staffing":           join(sibling, "internal/reviews/record"),
		"internal/conduct":            sibling,
		"internal/settings":           kernel(),
		"internal/accounts":           join(kernel(), "internal/identity/...", "internal/accounts/taxid"),
		"internal/accounts/taxid":     nil,
		"internal/privacy":            kernel(),
		"internal/exports":            kernel(),
		"internal/bookmarks":          kernel(),
		"internal/archives":           kernel(),
		"internal/watch":              sibling,
		"internal/status":             kernel(),
		"internal/status/subscribers": join(kernel(), in("persons")...),
		"internal/streams":            join(kernel(), "internal/activity/..."),
		"internal/overview":           join(kernel(), domains()...),
		"internal/figures":            join(kernel(), "internal/billing/reports"),

		// It brings over what three rooms keep, by the same acts as by hand.
		"internal/imports": join(sibling, "internal/billing", "internal/hosting"),
	}
}

// till is the domain of money: its parts know each other from the outside in, and the ledger knows no invoice.
func till() map[rule][]rule {
	sibling := join(kernel(), "internal/accounts", "internal/identity/...")
	return map[rule][]rule{
		"internal/billing":        join(sibling, "internal/billing/ledger"),
		"internal/billing/...":    join(sibling, "internal/billing", "internal/billing/ledger"),
		"internal/billing/ledger": kernel(),
		// Days on which banks work are known to whatever reckons with banks.
		"internal/billing/workdays": nil,
		"internal/billing/debits": join(sibling, "internal/billing", "internal/billing/ledger",
			"internal/billing/workdays"),
		"internal/billing/sandbox": join(sibling, "internal/billing", "internal/billing/workdays"),
		"internal/billing/papers": join(sibling, "internal/billing", "internal/billing/ledger", "internal/billing/pdf",
			"internal/billing/ubl"),
		"internal/billing/vatids": join(sibling, "internal/billing/registers"),
		// An adapter: it asks, and knows no account.
		"internal/billing/registers": {"internal/platform/httpclient"},
		"internal/billing/ubl":       {"internal/money"},                            // writes, and can reach nothing (F4)
		"internal/billing/pdf":       {"internal/money", "internal/platform/paper"}, // draws, and can reach nothing (F4)
	}
}

// people are the parts of identity.
func people() map[rule][]rule {
	return map[rule][]rule{
		"internal/identity": join(kernel(), "internal/identity/..."),
		// What needs neither rows nor requests: each knows how to say no, and nothing else of this module.
		"internal/identity/passwords": {"internal/fault"},
		"internal/identity/tokens":    nil,
		"internal/identity/totp":      nil,
		"internal/identity/webauthn":  nil,
		// Who there is; what they are told; who is signed in; what they prove themselves with; the ways back: each knows
		// those before it. Above them all, identity decides who gets in.
		"internal/identity/tries":    kernel(),
		"internal/identity/persons":  join(kernel(), in("passwords")...),
		"internal/identity/alerts":   join(kernel(), in("persons", "tokens", "tries")...),
		"internal/identity/sessions": join(kernel(), in("alerts", "persons", "tokens")...),
		"internal/identity/factors": join(kernel(), in("alerts", "passwords", "persons", "sessions", "tokens", "totp",
			"tries", "webauthn")...),
		"internal/identity/waysback": join(kernel(), in("alerts", "factors", "passwords", "persons", "sessions", "tokens",
			"tries")...),
	}
}

// ground is what every room stands on.
func ground() map[rule][]rule {
	return map[rule][]rule{
		"internal/gate":     records(),
		"internal/outbox":   records(),
		"internal/access":   join(platform(), "policies"),
		"internal/activity": platform(),
		// Turns entries into bytes, and can reach no row.
		"internal/activity/export": {"internal/activity", "internal/actor", "internal/id"},
		"internal/activity/syslog": {"internal/activity", "internal/id"},
		"internal/platform/...":    platform(),
		"internal/platform/paper":  nil, // draws, and can reach nothing (F4)
		"internal/actor":           leaves(),
		"internal/fault":           leaves(),
		"internal/verb":            nil,
		"internal/money":           nil,
		"internal/id":              nil,
	}
}

// writerHolders are the packages that may speak of db.Writer, the only way to write to the database.
func writerHolders() []rule {
	return []rule{
		"internal/gate", "internal/outbox", "internal/platform/db", "internal/platform/jobs", "internal/app",
		"cmd/...", "internal/testkit/...", "internal/bench/...",
	}
}

// topLevel is everything that may lie beside this module's go.mod, dot files aside. `bin` and `data` are never
// committed.
func topLevel() []string {
	return []string{
		"cmd", "internal", "templates", "static", "policies", "migrations", "docs",
		"go.mod", "go.sum", "Makefile", "README.md", "LICENSE", "bin", "data",
	}
}

// join copies, so that no two rules share a list.
func join(first []rule, more ...rule) []rule {
	return append(append([]rule{}, first...), more...)
}
