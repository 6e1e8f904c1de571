package app

// DemoGroup is the people of one account of the demo, or its staff.
type DemoGroup struct {
	Name   string
	Staff  bool
	People []DemoPerson
}

// DemoPerson is somebody of the demo.
type DemoPerson struct {
	Email, Name string
	Role        string // for people: what they are and may
	CodeApp     bool   // signs in with a code as well
}

// The people of the demo by their addresses, as the past speaks of them.
const (
	olivia = "olivia@northwind.example"
	ben    = "ben@northwind.example"
	tess   = "tess@northwind.example"
	ada    = "ada@audit.example"
	priya  = "priya@pixelworks.example"
	carl   = "carl@copperfield.example"
	sam    = "sam@harbour.example"
	bea    = "bea@harbour.example"
	tom    = "tom@harbour.example"
	dana   = "dana@harbour.example"
	root   = "root@harbour.example"
)

// DemoGroups are the people whom a demonstration may be signed in as.
func DemoGroups() []DemoGroup {
	return []DemoGroup{
		{Name: "Northwind Bakery Ltd", People: []DemoPerson{
			{olivia, "Olivia Marsh", "Owner", true},
			{ben, "Ben Okafor", "Billing: pays, and cannot open the panel", false},
			{tess, "Tess Lindqvist", "Technical: opens the panel, sees no invoices", true},
			{ada, "Ada Whitlock", "Auditor: reads, until in 14 days", false},
		}},
		{Name: "Pixelworks Studio", People: []DemoPerson{
			{priya, "Priya Shah", "Owner of an agency, and works for two of its clients", true},
		}},
		{Name: "Copperfield Cycles", People: []DemoPerson{
			{carl, "Carl Copperfield", "Owner, with an overdue invoice", false},
		}},
		{Name: "Staff of Harbour Hosting", Staff: true, People: []DemoPerson{
			{sam, "Sam Doyle", "Support", true},
			{bea, "Bea Novak", "Billing", true},
			{tom, "Tom Adeyemi", "Technical", true},
			{dana, "Dana Reyes", "Privacy officer", true},
			{root, "Robin Hale", "Administrator", true},
		}},
	}
}

func demoPerson(email string) DemoPerson {
	for _, g := range DemoGroups() {
		for _, p := range g.People {
			if p.Email == email {
				return p
			}
		}
	}
	return DemoPerson{Email: email}
}
