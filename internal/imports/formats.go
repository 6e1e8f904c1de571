package imports

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// Kind says what a file has in it.
type Kind string

// The kinds, in the order in which they are brought over.
const (
	Clients  Kind = "clients"
	Contacts Kind = "contacts"
	Services Kind = "services"
	Invoices Kind = "invoices"
)

// Kinds are the kinds in their order: a client comes before what belongs to it.
func Kinds() []Kind { return []Kind{Clients, Contacts, Services, Invoices} }

// Name is what people call the kind.
func (k Kind) Name() string {
	switch k {
	case Clients:
		return "Clients"
	case Contacts:
		return "Contacts"
	case Services:
		return "Services"
	case Invoices:
		return "Open invoices"
	}
	return ""
}

// Known says whether there is such a kind.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// Column is one column of a format.
type Column struct {
	Name     string
	Required bool
	Means    string // for people
	Example  string
}

// Columns are the columns of a kind, its key first.
func (k Kind) Columns() []Column {
	client := Column{"client_id", true, "The number that the client has in the other system.", "1042"}
	switch k {
	case Clients:
		return []Column{
			client,
			{"name", true, "The business or the person.", "Northwind Bakery Ltd"},
			{"owner_email", true, "Who becomes the owner, once they accept an invitation.", "olivia@northwind.example"},
			{"currency", true, "Of the client’s invoices, three letters.", "GBP"},
			{"line1", false, "Street and number.", "4 Quayside"},
			{"line2", false, "More of the address.", ""},
			{"city", false, "Town or city.", "Whitby"},
			{"postcode", false, "Postcode.", "YO21 3PU"},
			{"country", false, "Two letters; needed with an address or a VAT number.", "GB"},
			{"vat_number", false, "Checked for its form and its check digits.", ""},
		}
	case Contacts:
		return []Column{
			{"contact_id", true, "The number that the contact has in the other system.", "77"},
			client,
			{"email", true, "Where the invitation goes.", "ben@northwind.example"},
			{"role", true, "What they may do: admin, billing, technical, developer or auditor.", "billing"},
		}
	case Services:
		return []Column{
			{"service_id", true, "The number that the service has in the other system.", "9001"},
			client,
			{"plan", true, "What it is called on invoices.", "Business Hosting 20"},
			{"server", true, "The name of a server that is registered here.", "tern"},
			{"domain", false, "The domain that it is for.", "northwind.example"},
			{"account_name", false, "Its account on that server. Nothing is made there.", "northwind"},
			{"price", true, "For one period, without VAT.", "79.00"},
			{"currency", true, "Of the price, three letters.", "GBP"},
			{"period", true, "month or year.", "month"},
			{"renews_on", false, "The day of its next renewal, as 2026-12-31.", "2026-12-31"},
		}
	case Invoices:
		return []Column{
			{"invoice_number", true, "The number of the invoice in the other system.", "INV-5521"},
			client,
			{"issued_on", true, "The day on which it was issued, as 2026-12-31.", "2026-10-01"},
			{"due_on", true, "The day by which it is to be paid.", "2026-10-15"},
			{"open_amount", true, "What is still to be paid, VAT included.", "94.80"},
			{"currency", true, "Of the amount, three letters.", "GBP"},
			{"about", false, "What it was for.", "Hosting, October"},
		}
	}
	return nil
}

func (k Kind) key() string { return k.Columns()[0].Name }

// Template is a file of the kind with one line that shows how it is filled in.
func (k Kind) Template() ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	var names, example []string
	for _, c := range k.Columns() {
		names, example = append(names, c.Name), append(example, c.Example)
	}
	err := w.WriteAll([][]string{names, example})
	if err != nil {
		return nil, fmt.Errorf("make a template: %w", err)
	}
	return out.Bytes(), nil
}

// columnsOf finds which column of the kind each cell of a header names.
func columnsOf(k Kind, header []string) ([]string, error) {
	var known, missing []string
	for _, c := range k.Columns() {
		known = append(known, c.Name)
	}
	var names []string
	for i, cell := range header {
		name := strings.ToLower(strings.TrimSpace(cell))
		switch {
		case name == "" && i == len(header)-1: // a separator at the end of each line
		case !slices.Contains(known, name):
			return nil, unreadable("The first line names a column “%s”. A file of %s has these: %s.", short(name),
				strings.ToLower(k.Name()), strings.Join(known, ", "))
		case slices.Contains(names, name):
			return nil, unreadable("The first line names the column %s twice. Take one of them out.", name)
		}
		names = append(names, name)
	}
	for _, c := range k.Columns() {
		if c.Required && !slices.Contains(names, c.Name) {
			missing = append(missing, c.Name)
		}
	}
	if len(missing) > 0 {
		return nil, unreadable("The first line lacks %s. It names the columns, such as: %s.", strings.Join(missing, ", "),
			strings.Join(known, ", "))
	}
	return names, nil
}
