package overview

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
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

const clientsSQL = ` FROM accounts a LEFT JOIN memberships o ON o.id = (SELECT MIN(m.id) FROM memberships m
 WHERE m.account_id = a.account_id AND m.role = 'owner' AND m.suspended = 0)
 LEFT JOIN persons p ON p.id = o.person_id WHERE 1 = 1`

const servicesOfClient = ", (SELECT COUNT(*) FROM services s WHERE s.account_id = a.account_id " +
	"AND s.state <> 'cancelled') AS services"

const overdueOfClient = ", (SELECT SUM(i.total_minor - i.paid_minor) FROM invoices i " +
	"WHERE i.account_id = a.account_id AND i." + payable + " AND i.currency = a.currency AND i.due_at <= ?) AS overdue"

// Clients lists the accounts for the provider's staff, a page at a time. before is the Next of the page before. search
// finds by name, owner, e-mail address of a contact or domain of a service; empty finds all. It is one statement, and
// for a search one or two more.
func (o *Overview) Clients(
	ctx context.Context, who actor.Actor, before id.Account, search string,
) (ClientPage, error) {
	g, err := o.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return ClientPage{}, err
	}
	_, services, err := o.may(ctx, who, verb.HostingView, id.ProviderScope())
	if err != nil {
		return ClientPage{}, err
	}
	_, overdue, err := o.may(ctx, who, verb.BillingView, id.ProviderScope())
	if err != nil {
		return ClientPage{}, err
	}
	text, args := "SELECT a.account_id, a.name, a.currency, a.state, a.created_at, o.person_id AS owner_id, "+
		"p.name AS owner_name", []any{}
	if services {
		text += servicesOfClient
	}
	if overdue {
		text, args = text+overdueOfClient, append(args, overdueFrom(g.Now()))
	}
	text += clientsSQL
	if search = strings.TrimSpace(search); search != "" {
		condition, values, err := o.matching(ctx, g, search, services)
		if err != nil {
			return ClientPage{}, err
		}
		text, args = text+" AND "+condition, append(args, values...)
	}
	if !before.IsZero() {
		text, args = text+" AND a.account_id < ?", append(args, before)
	}
	var rows []clientRow
	err = g.On(o.reader.With(ctx)).Raw(text+" ORDER BY a.account_id DESC LIMIT ?", append(args, clientsPage+1)...).
		Scan(&rows).Error
	if err != nil {
		return ClientPage{}, fmt.Errorf("list clients: %w", err)
	}
	return o.clientPage(rows, services, overdue)
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

// matching is the condition that a search puts on the list. Addresses and domains are found whole, by their blind
// indexes; names by any part of them, in memory, because the database cannot read them.
func (o *Overview) matching(
	ctx context.Context, g gate.Grant, search string, services bool,
) (condition string, args []any, err error) {
	conditions := []string{}
	if _, err := persons.ParseEmail(search); err == nil {
		conditions = append(conditions, "a.account_id IN (SELECT m.account_id FROM memberships m "+
			"JOIN persons q ON q.id = m.person_id WHERE q.email_index = ?)")
		args = append(args, o.people.EmailIndex(search))
	}
	if _, err := hosting.ParseDomain(search); err == nil && services {
		conditions = append(conditions, "a.account_id IN (SELECT s.account_id FROM services s WHERE s.domain_index = ?)")
		args = append(args, o.hosting.DomainIndex(search))
	}
	named, err := o.named(ctx, g, search)
	if err != nil {
		return "", nil, err
	}
	if len(named) > 0 || len(conditions) == 0 {
		conditions = append(conditions, "a.account_id IN ?")
		args = append(args, slices.Clone(named))
	}
	return "(" + strings.Join(conditions, " OR ") + ")", args, nil
}
