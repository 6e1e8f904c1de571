package imports

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
)

// Remark is what is wrong with a line, or what should be looked at.
type Remark struct {
	Column  string `json:"column,omitempty"`
	Wrong   string `json:"wrong"`
	Right   string `json:"right,omitempty"` // what would be right
	Warning bool   `json:"warning,omitempty"`
}

// known is what lines are checked against.
type known struct {
	now     time.Time
	servers map[string]id.Server
	roles   []string
}

// checking gathers what is wrong with the values of a line.
type checking struct {
	known

	kind   Kind
	values map[string]string
	found  []Remark
}

func (c *checking) wrong(column, wrong, right string) {
	c.found = append(c.found, Remark{Column: column, Wrong: wrong, Right: right})
}

// take adds the complaints of a room, under the names that its fields have as columns.
func (c *checking) take(err error, columns map[string]string) {
	if err == nil {
		return
	}
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		c.wrong("", "this cannot be taken over", "")
		return
	}
	for _, field := range f.Fields {
		name := field.Name
		if column := columns[name]; column != "" {
			name = column
		}
		c.wrong(name, field.Message, c.example(name))
	}
}

func (c *checking) example(column string) string {
	for _, known := range c.kind.Columns() {
		if known.Name == column && known.Example != "" {
			return "such as " + known.Example
		}
	}
	return ""
}

// required names the columns that are empty and must not be.
func (c *checking) required() {
	for _, column := range c.kind.Columns() {
		if column.Required && c.values[column.Name] == "" {
			c.wrong(column.Name, "this is empty", c.example(column.Name))
		}
	}
}

func (c *checking) day(column string) time.Time {
	text := c.values[column]
	if text == "" {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		c.wrong(column, "this is no day", "such as 2026-12-31")
	}
	return day
}

func (c *checking) amount(column string) money.Amount {
	if c.values[column] == "" || c.values["currency"] == "" {
		return money.Amount{}
	}
	cur, err := money.ParseCurrency(c.values["currency"])
	if err != nil {
		c.wrong("currency", "this is no currency that is known here", "such as GBP")
		return money.Amount{}
	}
	amount, err := money.Parse(c.values[column], cur)
	if err != nil {
		c.wrong(column, "this is no amount", "such as 1234.50")
	}
	return amount
}

// client is what a line of clients makes.
func (c *checking) client() accounts.NewAccount {
	v := c.values
	n := accounts.NewAccount{
		Name: v["name"], Currency: v["currency"], OwnerEmail: v["owner_email"], TaxID: v["vat_number"],
	}
	at := accounts.Address{Line1: v["line1"], Line2: v["line2"], City: v["city"], Postcode: v["postcode"]}
	if at != (accounts.Address{}) || n.TaxID != "" {
		at.Country = strings.ToUpper(v["country"])
		n.Address = at
	}
	c.take(n.Check(), map[string]string{"tax-id": "vat_number"})
	return n
}

// contact is whom a line of contacts invites, and as what.
func (c *checking) contact() (email, role string) {
	email, role = c.values["email"], strings.ToLower(c.values["role"])
	if _, err := persons.ParseEmail(email); email != "" && err != nil {
		c.wrong("email", "this is no e-mail address", "such as ben@northwind.example")
	}
	if role != "" && !slices.Contains(c.roles, role) {
		c.wrong("role", "there is no such role", "one of "+strings.Join(c.roles, ", "))
	}
	return email, role
}

// service is what a line of services sets up. Nothing is made on its server.
func (c *checking) service() hosting.NewService {
	v := c.values
	n := hosting.NewService{
		Plan: v["plan"], Domain: v["domain"], PanelUser: v["account_name"], Price: c.amount("price"),
		Period: hosting.Period(strings.ToLower(v["period"])), RenewsAt: c.day("renews_on"),
	}
	if n.Period != hosting.Monthly && n.Period != hosting.Yearly && n.Period != "" {
		c.wrong("period", "this is no period", "month or year")
	}
	if _, err := hosting.ParseDomain(n.Domain); n.Domain != "" && err != nil {
		c.wrong("domain", "this is no domain", "such as northwind.example, or nothing")
	}
	if n.Price.IsNegative() {
		c.wrong("price", "this is less than nothing", "such as 79.00")
	}
	server, ok := c.servers[strings.ToLower(v["server"])]
	if !ok && v["server"] != "" {
		c.wrong("server", "no server of this name is registered and takes new services",
			"register it first, or write the name as the list of servers has it")
	}
	n.Server = server
	return n
}

// opening is what a line of open invoices carries over.
func (c *checking) opening() billing.Opening {
	o := billing.Opening{
		Number: c.values["invoice_number"], About: c.values["about"], Issued: c.day("issued_on"), Due: c.day("due_on"),
		Open: c.amount("open_amount"),
	}
	if len(c.found) == 0 {
		c.take(o.Check(c.now), nil)
	}
	if !o.Due.IsZero() && o.Due.Before(c.now.AddDate(0, 0, -1)) {
		c.found = append(c.found, Remark{
			Column: "due_on", Wrong: "this is overdue: reminders begin as soon as it is brought over", Warning: true,
		})
	}
	return o
}

// all checks the values of a line by its kind.
func (c *checking) all() []Remark {
	c.required()
	if len(c.found) > 0 {
		return c.found
	}
	switch c.kind {
	case Clients:
		_ = c.client()
	case Contacts:
		_, _ = c.contact()
	case Services:
		_ = c.service()
	case Invoices:
		_ = c.opening()
	}
	return c.found
}

// bad says whether something is wrong, and not only to be looked at.
func bad(list []Remark) bool {
	for _, r := range list {
		if !r.Warning {
			return true
		}
	}
	return false
}
