package overview

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/lookup"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// clientsPage is how many clients a page of the list shows.
const clientsPage = 50

// ClientRow is an account in the list of staff.
type ClientRow struct {
	Account  Account
	Owner    string        // empty: invited, not there yet
	Services *int          // that have not ended; nil where the department may not see services
	Overdue  *money.Amount // nil: nothing, or not for this department
}

// ClientPage is a part of the list of clients, the newest first.
type ClientPage struct {
	Rows []ClientRow
	Next id.Account // where the next page begins; zero where there is none
	// Warming: words are not searched yet, because what clients are found by is still being read.
	Warming bool
	Looked  bool // at so many clients that the rest is for the next page, though this one is not full
	Near    bool // nothing fits a search as it was typed; these do but for a typing error
}

type clientRow struct {
	AccountID id.Account
	Name      secretbox.Sealed
	Currency  string
	State     string
	CreatedAt db.Time
	OwnerID   id.Person
	OwnerName secretbox.Sealed
	Services  number
	Overdue   number
}

const clientsSQL = ` JOIN accounts a ON a.account_id = page.account_id
 LEFT JOIN memberships o ON o.id = (SELECT MIN(m.id) FROM memberships m
  WHERE m.account_id = a.account_id AND m.role = 'owner' AND m.suspended = 0)
 LEFT JOIN persons p ON p.id = o.person_id`

const servicesOfClient = ", (SELECT COUNT(*) FROM services s WHERE s.account_id = a.account_id " +
	"AND s.state <> 'cancelled') AS services"

const overdueOfClient = ", (SELECT SUM(i.total_minor - i.paid_minor) FROM invoices i " +
	"WHERE i.account_id = a.account_id AND i." + payable + " AND i.currency = a.currency AND i.due_at <= ?) AS overdue"

// ClientQuery says which clients are wanted.
type ClientQuery struct {
	Before id.Account // the Next of the page before
	// Search finds by the words of names and of whatever else the department may search by, by a whole e-mail address, a
	// whole domain or an invoice's number; empty finds all.
	Search string
	Only   ClientFilter
}

// clientAsk is a query with what its asker may see.
type clientAsk struct {
	ClientQuery
	g               gate.Grant
	services, money bool
	looked          int
}

// Clients lists the accounts for the provider's staff, a page at a time. It is one statement, for a search one more,
// and one more where a filter has looked at as many clients as it does at a time; what has changed since the last
// search is read besides.
func (o *Overview) Clients(ctx context.Context, who actor.Actor, query ClientQuery) (page ClientPage, err error) {
	ask := clientAsk{ClientQuery: query, looked: o.looked}
	if ask.g, err = o.gate.View(ctx, who, verb.ClientsView, id.ProviderScope()); err != nil {
		return ClientPage{}, err
	}
	if _, ask.services, err = o.may(ctx, who, verb.HostingView, id.ProviderScope()); err != nil {
		return ClientPage{}, err
	}
	if _, ask.money, err = o.may(ctx, who, verb.BillingView, id.ProviderScope()); err != nil {
		return ClientPage{}, err
	}
	f, err := o.filter(ctx, who, ask)
	if err != nil {
		return ClientPage{}, err
	}
	near, warming := false, false
	if ask.Search = strings.TrimSpace(ask.Search); ask.Search != "" {
		var found filtered
		if found, near, warming, err = o.matching(ctx, ask); err != nil {
			return ClientPage{}, err
		}
		f = f.among(found)
	}
	text, args := ask.list(f)
	var rows []clientRow
	if err := ask.g.On(o.reader.With(ctx)).Raw(text, args...).Scan(&rows).Error; err != nil {
		return ClientPage{}, fmt.Errorf("list clients: %w", err)
	}
	if page, err = o.clientPage(rows, ask.services, ask.money); err != nil {
		return ClientPage{}, err
	}
	page.Near, page.Warming = near && len(page.Rows) > 0, warming
	if f.looks && page.Next.IsZero() {
		page.Next, err = o.lookOn(ctx, ask)
		page.Looked = !page.Next.IsZero()
	}
	return page, err
}

// list is the statement of a page. Who is on it is found first, by themselves: what else is read of clients is read of
// these alone.
func (ask clientAsk) list(f filtered) (text string, args []any) {
	text = "SELECT a.account_id, a.name, a.currency, a.state, a.created_at, o.person_id AS owner_id, p.name AS owner_name"
	if ask.services {
		text += servicesOfClient
	}
	if ask.money {
		text, args = text+overdueOfClient, append(args, overdueFrom(ask.g.Now()))
	}
	onPage, values := ask.onPage(f)
	return text + " FROM (" + onPage + ") page" + clientsSQL + " ORDER BY a.account_id DESC", append(args, values...)
}

// onPage selects those who are on a page.
func (ask clientAsk) onPage(f filtered) (text string, args []any) {
	if f.walk != "" {
		return "SELECT a.account_id FROM (" + f.walk + ") a ORDER BY a.account_id DESC LIMIT ?",
			append(slices.Clone(f.walkArgs), clientsPage+1)
	}
	before, values := ask.before("a.account_id")
	text = "SELECT a.account_id FROM accounts a WHERE 1 = 1"
	if f.looks { // CROSS has SQLite begin with those who are looked at
		text = "SELECT a.account_id FROM (SELECT a.account_id FROM accounts a WHERE 1 = 1" + before +
			" ORDER BY a.account_id DESC LIMIT ?) l CROSS JOIN accounts a ON a.account_id = l.account_id WHERE 1 = 1"
		args = append(append(args, values...), ask.looked)
	}
	if f.condition != "" {
		text, args = text+" AND "+f.condition, append(args, f.args...)
	}
	return text + before + " ORDER BY a.account_id DESC LIMIT ?", append(append(args, values...), clientsPage+1)
}

// before confines a statement to what comes behind the page before.
func (ask clientAsk) before(column string) (text string, args []any) {
	if ask.Before.IsZero() {
		return "", nil
	}
	return " AND " + column + " < ?", []any{ask.Before}
}

// lookOn is the last of the clients that a page looked at; zero where there are no more.
func (o *Overview) lookOn(ctx context.Context, ask clientAsk) (id.Account, error) {
	before, args := ask.before("account_id")
	var last []id.Account
	err := ask.g.On(o.reader.With(ctx)).Raw("SELECT account_id FROM accounts WHERE account_id <= (SELECT MIN(account_id) "+
		"FROM (SELECT account_id FROM accounts WHERE 1 = 1"+before+" ORDER BY account_id DESC LIMIT ?) l) "+
		"ORDER BY account_id DESC LIMIT 2", append(args, ask.looked)...).Scan(&last).Error
	if err != nil {
		return id.Account{}, fmt.Errorf("list clients: %w", err)
	}
	if len(last) < 2 { // nobody comes behind it
		return id.Account{}, nil
	}
	return last[0], nil
}

func (o *Overview) clientPage(rows []clientRow, services, overdue bool) (ClientPage, error) {
	var page ClientPage
	if len(rows) > clientsPage {
		rows = rows[:clientsPage]
		page.Next = rows[clientsPage-1].AccountID
	}
	w := &opener{o: o}
	for _, row := range rows {
		c := ClientRow{Account: Account{
			ID: row.AccountID, Name: w.accountName(row.AccountID, record{seal1: row.Name}),
			Currency: money.Currency(row.Currency), Closed: row.State == "closed", Since: row.CreatedAt.Time,
		}}
		if !row.OwnerID.IsZero() {
			c.Owner = w.person(row.OwnerID, row.OwnerName)
		}
		if services {
			c.Services = new(int(row.Services))
		}
		if overdue && row.Overdue > 0 {
			c.Overdue = new(money.New(int64(row.Overdue), c.Account.Currency))
		}
		page.Rows = append(page.Rows, c)
	}
	return page, w.err
}

// matching is the condition that a search puts on the list. Whole addresses, domains and numbers are found in the
// database; words in memory, because it cannot read them. near says that they fit but for a typing error, warming that
// words could not be searched yet.
func (o *Overview) matching(ctx context.Context, ask clientAsk) (f filtered, near, warming bool, err error) {
	var parts []string
	if _, err := persons.ParseEmail(ask.Search); err == nil {
		parts = append(parts, "SELECT m.account_id FROM persons q JOIN memberships m ON m.person_id = q.id "+
			"WHERE q.email_index = ?")
		f.args = append(f.args, o.people.EmailIndex(ask.Search))
	}
	if _, err := hosting.ParseDomain(ask.Search); err == nil && ask.services {
		parts = append(parts, "SELECT s.account_id FROM services s WHERE s.domain_index = ?")
		f.args = append(f.args, o.hosting.DomainIndex(ask.Search))
	}
	if ask.money && billing.IsNumber(ask.Search) { // without its prefix, it is that number of every series of the year
		for _, n := range billing.NumbersIn(ask.Search) {
			parts = append(parts, "SELECT i.account_id FROM invoices i WHERE i.ordinal = ? AND i.state <> 'draft' "+
				"AND i.series IN (SELECT n.name FROM invoice_series n WHERE n.name = ? OR n.name LIKE ?)")
			f.args = append(f.args, n.Ordinal, n.Series(), "%-"+n.Series())
		}
	}
	set, ready, err := o.searched(ctx, ask.g)
	if err != nil {
		return filtered{}, false, false, err
	}
	found, near := set.Find(lookup.Query{
		Words: ask.Search, Kinds: searchedBy(ask.services, ask.money), Most: mostMatches,
	})
	if len(found) > 0 || len(parts) == 0 {
		parts = append(parts, "SELECT w.account_id FROM accounts w WHERE w.account_id IN ?")
		f.args = append(f.args, idsOf(found))
	}
	// One list of ids that each part finds by its own index: with OR between them, no index serves all. It is a table of
	// its own, because MariaDB asks a bare UNION anew for each client there is.
	f.condition = "a.account_id IN (SELECT found.account_id FROM (" + strings.Join(parts, " UNION ") + ") AS found)"
	return f, near, !ready, nil
}

func idsOf(keys []names.Key) []id.Account {
	out := make([]id.Account, 0, len(keys))
	for _, key := range keys {
		account, _ := id.FromBytes[id.AccountKind](key[:]) // as long as every id
		out = append(out, account)
	}
	return out
}
