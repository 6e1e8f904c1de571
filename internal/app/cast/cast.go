// Package cast names the people of the demo: whom it is made of, and whom a visitor may sign in as.
package cast

// Group is the people of one account of the demo, or its staff.
type Group struct {
	Name   string
	Staff  bool
	People []Person
}

// Person is somebody of the demo.
type Person struct {
	Email, Name string
	Role        string // for people: what they are and may
	CodeApp     bool   // signs in with a code as well
}

// The people of the demo by their addresses, as the past speaks of them.
const (
	Olivia = "olivia@northwind.example"
	Ben    = "ben@northwind.example"
	Tess   = "tess@northwind.example"
	Ada    = "ada@audit.example"
	Priya  = "priya@pixelworks.example"
	Noor   = "noor@pixelworks.example"
	Carl   = "carl@copperfield.example"
	Sam    = "sam@harbour.example"
	Bea    = "bea@harbour.example"
	Tom    = "tom@harbour.example"
	Dana   = "dana@harbour.example"
	Root   = "root@harbour.example"
)

// Groups are the people whom a demonstration may be signed in as.
func Groups() []Group {
	return []Group{
		{Name: "Northwind Bakery Ltd", People: []Person{
			{Olivia, "Olivia Marsh", "Owner", true},
			{Ben, "Ben Okafor", "Billing: pays, and cannot open the panel", false},
			{Tess, "Tess Lindqvist", "Technical: opens the panel, sees no invoices", true},
			{Ada, "Ada Whitlock", "Auditor: reads, until in 14 days", false},
		}},
		{Name: "Pixelworks Studio", People: []Person{
			{Priya, "Priya Shah", "Owner of an agency, and works for two of its clients", true},
			{Noor, "Noor Haddad", "Technical, in the agency’s team; lost her phone and waits to get back in", true},
		}},
		{Name: "Copperfield Cycles", People: []Person{
			{Carl, "Carl Copperfield", "Owner, with an overdue invoice", false},
		}},
		{Name: "Staff of Harbour Hosting", Staff: true, People: []Person{
			{Sam, "Sam Doyle", "Support", true},
			{Bea, "Bea Novak", "Billing", true},
			{Tom, "Tom Adeyemi", "Technical", true},
			{Dana, "Dana Reyes", "Privacy officer", true},
			{Root, "Robin Hale", "Administrator", true},
		}},
	}
}

// Of is the person with an address.
func Of(email string) Person {
	for _, g := range Groups() {
		for _, p := range g.People {
			if p.Email == email {
				return p
			}
		}
	}
	return Person{Email: email}
}
