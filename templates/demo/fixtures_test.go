package demo_test

import (
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/templates/demo"
	"gatehouse/templates/layout"
	"gatehouse/templates/portal"
	"gatehouse/templates/public"
	"gatehouse/templates/signin"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 7, 0, time.UTC)
}

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

func to[T any](v T) *T { return &v }

func base(title string) layout.Shell {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return layout.Shell{
		Title: title, Reader: ui.Reader{Now: at(12, 3, 14, 20), Location: zone}, CSRF: "token",
		Brand: layout.Brand{Name: "Harbour Hosting", LegalName: "Harbour Hosting Ltd", Links: []ui.Link{
			{Text: "Terms", URL: "/legal/terms"}, {Text: "Privacy", URL: "/legal/privacy"}, {Text: "Cookies", URL: "/cookies"},
		}},
		Assets: layout.Assets{
			Tabler: "vendor/tabler.min.css", Gatehouse: "css/gatehouse.css", Script: "js/gatehouse.js", Icon: "img/gatehouse.svg",
		},
	}
}

func olivia(title string) layout.Shell {
	s := base(title)
	s.Me = &layout.Me{Name: "Olivia Marsh", Detail: "Owner · my security", URL: "/me/security"}
	s.SignOutURL = "/sign-out"
	s.Account = &layout.Account{Name: "Northwind Bakery Ltd", URL: "/accounts/n", SwitchURL: "/accounts"}
	item := func(label, icon, url string) layout.NavItem {
		return layout.NavItem{Label: label, Icon: icon, URL: url, Current: label == title}
	}
	invoices := item("Invoices", "file-invoice", "/accounts/n/invoices")
	invoices.Count, invoices.Urgent = "1 due", true
	s.Nav = []layout.NavGroup{
		{Items: []layout.NavItem{item("Overview", "layout-dashboard", "/accounts/n")}},
		{Label: "Hosting and billing", Items: []layout.NavItem{item("Services", "server-2", "/accounts/n/services"), invoices}},
		{Label: "Access", Items: []layout.NavItem{
			item("Contacts", "users", "/accounts/n/contacts"), item("Activity log", "history", "/accounts/n/activity"),
		}},
		{Label: "Account", Items: []layout.NavItem{item("Settings", "adjustments", "/accounts/n/settings")}},
	}
	s.Session = &layout.Session{Left: 30 * time.Minute, Idle: 30 * time.Minute, Stay: "/session", Back: "/sign-in"}
	s.Demo = &layout.Demo{Text: "This is a demonstration; nothing here is real.", Links: []ui.Link{
		{Text: "People", URL: "/demo/people"}, {Text: "Mailbox", URL: "/demo/mailbox"},
	}}
	return s
}

func sam(title string) layout.Shell {
	s := base(title)
	s.Staff = true
	s.Me = &layout.Me{Name: "Sam Doyle", Detail: "Support · staff", URL: "/me/security"}
	s.SignOutURL = "/sign-out"
	s.Nav = []layout.NavGroup{{Items: []layout.NavItem{
		{Label: "Dashboard", Icon: "layout-dashboard", URL: "/staff", Current: title == "Dashboard"},
		{Label: "Clients", Icon: "building-store", URL: "/staff/clients", Current: title == "Clients"},
	}}}
	return s
}

func meTabs(current string) []ui.Segment {
	list := []ui.Segment{{Text: "Security", URL: "/me/security"}, {Text: "Sessions", URL: "/me/sessions"}, {Text: "Activity", URL: "/me/activity"}}
	for i := range list {
		list[i].Current = list[i].Text == current
	}
	return list
}

func services() []portal.ServiceRow {
	disk := func(used, of int64, text string) *ui.MeterProps {
		return &ui.MeterProps{Label: "Disk used", Text: text, Used: used, Of: of}
	}
	return []portal.ServiceRow{
		{Name: "northwind.example", URL: "/s/1", Plan: "Business Hosting 20", Server: "tern", State: ui.ServiceRunning, Disk: disk(82, 200, "8.2 of 20 GB"), PanelURL: "/s/1/panel"},
		{Name: "shop.northwind.example", URL: "/s/2", Plan: "Shop Hosting", Server: "curlew", State: ui.ServiceRunning, Disk: disk(176, 200, "17.6 of 20 GB"), PanelURL: "/s/2/panel"},
		{Name: "Mail Plus, 10 mailboxes", URL: "/s/3", Plan: "Mail Plus", Server: "dunlin", State: ui.ServiceSuspended, Disk: disk(115, 500, "11.5 of 50 GB")},
		{Name: "wholesale.northwind.example", URL: "/s/4", Plan: "Business Hosting 5", State: ui.ServicePending},
	}
}

func entries() []ui.Entry {
	facts := []ui.NamedValue{
		{Name: "Allowed by", Value: "“Pay invoices”, from Billing"}, {Name: "Confirmed with", Value: "Password"},
		{Name: "Session", Value: "Chrome on Windows, since 14:01"}, {Name: "Address", Value: "203.0.113.24", Mono: true},
		{Name: "Request", Value: "req_8fK2mQ", Mono: true}, {Name: "Sealed", Value: "Entry 1,281 of an unbroken chain"},
	}
	return []ui.Entry{
		{At: at(12, 3, 14, 5), Icon: "credit-card", Tone: ui.Info, URL: "/e/1", Meta: []string{"Billing", "Leeds", "Chrome on Windows", "password"},
			Sentence: ui.Sentence{ui.Strong("Ben Okafor"), ui.Plain(" paid invoice "), ui.To("2026-0427", "/i/2"), ui.Plain(", £36.00, with Visa ending 4242")},
			Details:  &ui.EntryDetails{Facts: facts}},
		{At: at(12, 3, 11, 32), Icon: "ban", Tone: ui.Bad, URL: "/e/2", Badge: to(ui.Refused.State()), Meta: []string{"Developer", "Leeds", "Firefox on Linux", "password and code"},
			Sentence: ui.Sentence{ui.Strong("Priya Shah"), ui.Plain(" tried to open the panel of "), ui.To("northwind.example", "/s/1")},
			Why:      &ui.Why{Tone: ui.Bad, Lead: "Why:", Text: ui.Sentence{ui.Plain("Priya’s access is limited to shop.northwind.example. Nothing was opened.")}},
			Details:  &ui.EntryDetails{Facts: facts}},
		{At: at(12, 3, 10, 17), Icon: "user-edit", Tone: ui.Info, URL: "/e/3", Meta: []string{"Owner", "York", "Safari on Mac", "security key"},
			Sentence: ui.Sentence{ui.Strong("You"), ui.Plain(" changed what "), ui.To("Ada Whitlock", "/c/5"), ui.Plain(" may do")},
			Details: &ui.EntryDetails{Facts: facts, NotMeURL: "/not-me/3", Changes: []ui.Change{
				{Field: "Ends", Old: "10 Dec 2026", New: "17 Dec 2026"}, {Field: "Services", Old: "northwind.example", New: "All, now and later"}, {Field: "Phone", Redacted: true},
			}}},
		{At: at(12, 3, 8, 58), Icon: "login-2", URL: "/e/4", Meta: []string{"Owner", "York", "Safari on Mac"}, Details: &ui.EntryDetails{Facts: facts},
			Sentence: ui.Sentence{ui.Strong("You"), ui.Plain(" signed in with your password and a code")}},
		{At: at(12, 2, 23, 12), Icon: "alert-triangle", Tone: ui.Bad, URL: "/e/5", Badge: to(ui.Failed.State()), Meta: []string{"Rotterdam, Netherlands", "Firefox on Linux", "wrong password"},
			Sentence: ui.Sentence{ui.Plain("Somebody failed to sign in as "), ui.Strong("Ben Okafor"), ui.Plain(", 4 times in 2 minutes")},
			Why:      &ui.Why{Tone: ui.Bad, Lead: "Nobody got in.", Text: ui.Sentence{ui.Plain("Further tries have to wait longer and longer.")}}},
		{At: at(12, 2, 9, 0), Icon: "mail-forward", System: true, URL: "/e/6", Meta: []string{"by itself"},
			Sentence: ui.Sentence{ui.Strong("Gatehouse"), ui.Plain(" mailed a reminder for invoice "), ui.To("2026-0431", "/i/1"), ui.Plain(" to Ben Okafor")}},
	}
}

func invoice() portal.InvoicePage {
	line := func(text, detail, quantity string, price, net int64) portal.InvoiceLine {
		return portal.InvoiceLine{Text: text, Detail: detail, From: day(12, 1), To: day(12, 31), Quantity: quantity, Price: gbp(price), Rate: "20%", Net: gbp(net)}
	}
	return portal.InvoicePage{
		Shell: olivia("Invoices"), ListURL: "/invoices", Number: "2026-0431", About: "Hosting, December 2026", State: ui.InvoiceDue,
		Issued: at(11, 25, 6, 0), Due: day(12, 9), PO: "NB-2211", BilledTo: []string{"Northwind Bakery Ltd", "14 Mill Lane", "York YO1 7EP", "VAT GB 123 4567 89"},
		Lines: []portal.InvoiceLine{
			line("Business Hosting 20", "northwind.example", "1", 7900, 7900), line("Shop Hosting", "shop.northwind.example", "1", 3500, 3500),
			line("Mail Plus mailbox", "", "10", 100, 1000),
		},
		Net: gbp(12400), VAT: []portal.VATLine{{Rate: "20%", On: gbp(12400), Tax: gbp(2480)}}, Total: gbp(14880), Left: gbp(14880),
		Seller: "Harbour Hosting Ltd, 3 Quay Street, Whitby YO21 1DL · VAT GB 987 6543 21", PayURL: "/pay", LogURL: "/activity?invoice",
		History: []ui.Step{
			{Text: "Reminder sent to Ben", At: at(12, 2, 9, 0), Look: ui.Done}, {Text: "Sent to ben@northwind.example", At: at(11, 25, 6, 0), Look: ui.Done},
			{Text: "Issued", At: at(11, 25, 6, 0), Look: ui.Done},
		},
	}
}

func contacts() []portal.ContactRow {
	person := func(name, email string) ui.Person { return ui.Person{Name: name, Detail: email} }
	return []portal.ContactRow{
		{Person: person("Olivia Marsh", "olivia@northwind.example"), Role: "Owner", Factor: ui.FactorKey, LastSeen: at(12, 3, 8, 58), You: true, Fixed: "The only owner"},
		{Person: person("Tess Lindqvist", "tess@northwind.example"), Role: "Technical", Factor: ui.FactorCode, LastSeen: at(12, 2, 16, 20), RoleURL: "/c/2/role", RemoveURL: "/c/2/remove"},
		{Person: person("Priya Shah", "priya@pixelworks.example"), Role: "Developer", Scope: "Only shop.northwind.example", Factor: ui.FactorCode, LastSeen: at(12, 3, 11, 30), RoleURL: "/c/3/role", RemoveURL: "/c/3/remove"},
		{Person: person("Ben Okafor", "ben@northwind.example"), Role: "Billing", Factor: ui.FactorPassword, LastSeen: at(12, 3, 14, 1), RoleURL: "/c/4/role", RemoveURL: "/c/4/remove"},
		{Person: person("Ada Whitlock", "ada@audit.example"), Role: "Auditor", EndsAt: day(12, 17), Factor: ui.FactorPassword, RoleURL: "/c/5/role", RemoveURL: "/c/5/remove"},
	}
}

func roles() []ui.Choice {
	return []ui.Choice{
		{Value: "administrator", Label: "Administrator", Help: "Does everything but change owners, roles and the account itself."},
		{Value: "billing", Label: "Billing", Help: "Sees and pays invoices. Sees no services.", Chosen: true},
		{Value: "technical", Label: "Technical", Help: "Manages services and opens the hosting panel. Sees no invoices."},
		{Value: "owner", Label: "Owner", Help: "Only an owner can make another owner.", Disabled: true},
	}
}

func square() string {
	return "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E%3Cpath d='M0 0h3v3H0zM6 0h3v3H6zM0 6h3v3H0zM4 1h1v2H4zM4 4h4v1H4zM5 6h1v3H5zM7 7h2v1H7z'/%3E%3C/svg%3E"
}

func overview() portal.OverviewPage {
	return portal.OverviewPage{
		Shell: olivia("Overview"), FirstName: "Olivia", Account: "Northwind Bakery Ltd", Since: time.Date(2024, 3, 14, 0, 0, 0, 0, time.UTC),
		Next: &portal.NextStep{
			Title: "Ask everybody for a second step when they sign in", Text: "Ben can pay your invoices with a password alone.",
			Progress: "3 of 5 people", After: "have a second factor", Value: 3, Of: 5, Action: ui.Link{Text: "See who", URL: "/contacts"},
		},
		Due:      &portal.DueCard{Amount: gbp(14880), Count: 1, State: ui.InvoiceDue, Due: day(12, 9), Invoice: ui.Link{Text: "2026-0431", URL: "/i/1"}, AllURL: "/invoices"},
		Services: &portal.ServicesCard{Rows: services(), AllURL: "/services"}, Activity: &portal.ActivityCard{Entries: entries()[:4], AllURL: "/activity"},
		Access: &portal.AccessCard{AllURL: "/contacts", People: []portal.AccessRow{
			{Person: ui.Person{Name: "Olivia Marsh", Detail: "Owner, that’s you", URL: "/c/1"}, Factor: ui.FactorKey},
			{Person: ui.Person{Name: "Tess Lindqvist", Detail: "Technical", URL: "/c/2"}, Factor: ui.FactorCode},
			{Person: ui.Person{Name: "Priya Shah", Detail: "Developer, 1 service", URL: "/c/3"}, Factor: ui.FactorCode},
			{Person: ui.Person{Name: "Ben Okafor", Detail: "Billing", URL: "/c/4"}, Factor: ui.FactorPassword},
		}},
	}
}

func failed(s layout.Shell) public.ErrorPage {
	return public.ErrorPage{Shell: s, RequestID: "req_5tW9aB", BackURL: "/accounts/n", Back: "Back to the overview"}
}

func pages() map[string]templ.Component {
	all := map[string]templ.Component{"00-components": demo.Components(demo.ComponentsPage{Shell: olivia("Components"), QR: square()})}
	for _, some := range []map[string]templ.Component{signinPages(), accountPages(), mePages(), publicPages(), demoPages(), staffPages()} {
		for name, page := range some {
			all[name] = page
		}
	}
	return all
}

func signinPages() map[string]templ.Component {
	return map[string]templ.Component{
		"01-sign-in": signin.SignIn(signin.SignInPage{Shell: base("Sign in"), Action: "/sign-in", Next: "/accounts"}),
		"01-sign-in-wrong": signin.SignIn(signin.SignInPage{Shell: base("Sign in"), Action: "/sign-in", Email: "ben@northwind.example",
			Note: &ui.Flash{Tone: ui.Bad, Lead: "That did not work.", Text: "The address or the password is wrong."}}),
		"01-second-factor": signin.SecondFactor(signin.SecondFactorPage{Shell: base("Second step"), Action: "/sign-in/second-factor",
			Email: "olivia@northwind.example", OtherURL: "/sign-in", AppName: "Olivia’s phone", Error: "That code has been used already. Wait for the next one.", Remember: true}),
		"01-enrol-totp": signin.EnrolTOTP(signin.EnrolTOTPPage{Shell: base("Add a code app"), Action: "/me/security/totp", CancelURL: "/me/security",
			QR: square(), Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Name: "Olivia’s phone"}),
		"01-signed-out":    signin.SignedOut(signin.FarewellPage{Shell: base("Signed out"), SignInURL: "/sign-in"}),
		"01-session-ended": signin.SessionEnded(signin.FarewellPage{Shell: base("Session ended"), SignInURL: "/sign-in"}),
	}
}

func accountPages() map[string]templ.Component {
	segments := []ui.Segment{{Text: "All", URL: "?", Current: true}, {Text: "Due", URL: "?s=due"}, {Text: "Overdue", URL: "?s=overdue"}, {Text: "Paid", URL: "?s=paid"}}
	paid := invoice()
	paid.State, paid.Left, paid.Paid, paid.PayURL = ui.InvoicePaid, gbp(0), to(gbp(14880)), ""
	choices := []ui.Choice{{Value: "GB", Label: "United Kingdom", Chosen: true}, {Value: "IE", Label: "Ireland"}}
	address := portal.SettingsForm{Name: "Northwind Bakery Ltd", Line1: "14 Mill Lane", City: "York", Postcode: "YO1 7EP", Country: "GB", Countries: choices}
	return map[string]templ.Component{
		"02-accounts": portal.Accounts(portal.AccountsPage{Shell: olivia("Accounts"), Total: 9, Rows: []portal.AccountRow{
			{Name: "Northwind Bakery Ltd", URL: "/accounts/n", Role: "Owner", State: to(ui.State{Tone: ui.Warn, Icon: "clock", Word: "1 due"})},
			{Name: "Copperfield Cycles", URL: "/accounts/c", Role: "Technical", State: to(ui.ServiceSuspended.State())},
			{Name: "Fen Street Dental", Role: "Developer.", Why: "Your access ended on 1 Dec 2026."},
		}}),
		"02-overview":     portal.Overview(overview()),
		"02-overview-ben": portal.Overview(portal.OverviewPage{Shell: olivia("Overview"), FirstName: "Ben", Account: "Northwind Bakery Ltd", Due: overview().Due}),
		"03-invoices": portal.Invoices(portal.InvoicesPage{Shell: olivia("Invoices"), Lead: portal.DueSentence(base("").Reader, to(gbp(14880)), day(12, 9), nil),
			Pay: &portal.PayLink{Amount: gbp(14880), URL: "/pay"}, Segments: segments, AllURL: "?", Pages: ui.Pages{Older: "?before=x", Shown: "4 invoices shown, newest first"},
			Rows: []portal.InvoiceRow{
				{Number: "2026-0431", URL: "/i/1", About: "Hosting, December 2026", State: ui.InvoiceDue, Issued: at(11, 25, 6, 0), Due: day(12, 9), Total: gbp(14880)},
				{Number: "2026-0427", URL: "/i/2", About: "Extra backup storage", State: ui.InvoicePaid, Issued: at(11, 19, 6, 0), Due: day(12, 3), Total: gbp(3600)},
				{Number: "2026-0398", URL: "/i/3", About: "Hosting, November 2026", State: ui.InvoiceOverdue, Issued: at(10, 25, 6, 0), Due: day(11, 8), Total: gbp(123450)},
				{Number: "CN-2026-0019", URL: "/i/4", About: "Credit for 2026-0361: outage on 11 Sep", State: ui.InvoiceCredited, Issued: at(9, 22, 6, 0), Total: gbp(-1240)},
			}}),
		"03-invoices-none": portal.Invoices(portal.InvoicesPage{Shell: olivia("Invoices"), Segments: segments, Filtered: "overdue", AllURL: "?"}),
		"03-invoice":       portal.Invoice(invoice()),
		"03-invoice-paid":  portal.Invoice(paid),
		"03-pay": portal.Pay(portal.PayPage{Shell: olivia("Invoices"), ListURL: "/invoices", Number: "2026-0431", InvoiceURL: "/i/1", Action: "/pay", Left: gbp(14880),
			Due: day(12, 9), Amount: "200.00", Symbol: "£", Gateway: "the sandbox", Errors: ui.Errors{{Field: "amount", Message: "At most £148.80 is left to pay."}}}),
		"04-contacts": portal.Contacts(portal.ContactsPage{Shell: olivia("Contacts"), Rows: contacts()}),
		"04-contact-role": portal.ContactRole(portal.ContactRolePage{Shell: olivia("Contacts"), ListURL: "/contacts", Action: "/c/4/role",
			Person: contacts()[3].Person, Current: "Billing", Roles: roles()}),
		"04-contact-remove": portal.ContactRemove(portal.ContactRemovePage{Shell: olivia("Contacts"), ListURL: "/contacts", Action: "/c/5/remove",
			Person: contacts()[4].Person, Role: "Auditor", Account: "Northwind Bakery Ltd"}),
		"05-settings": portal.Settings(portal.SettingsPage{Shell: olivia("Settings"), Action: "/settings", Form: address,
			Facts:  []ui.NamedValue{{Name: "Client number", Value: "10482"}, {Name: "Currency", Value: "Pound sterling"}},
			Errors: ui.Errors{{Field: "postcode", Message: "A British postcode looks like YO1 7EP."}, {Field: "line1", Message: "Write the street and the number."}}}),
		"05-settings-read": portal.Settings(portal.SettingsPage{Shell: olivia("Settings"), Form: address}),
		"06-activity": portal.Activity(portal.ActivityPage{Shell: olivia("Activity log"), Title: "Activity log", Lead: "Whatever is done in this account, by anybody.",
			Entries: entries(), Pages: ui.Pages{Older: "?before=x", Shown: "6 entries shown, newest first"}, BareURL: "?",
			Chips: []ui.Chip{{Name: "Outcome", Value: "refused", RemoveURL: "?"}},
			Filters: []ui.Filter{
				{Name: "person", Label: "Person", Icon: "user", Choices: []ui.Choice{{Label: "Anybody", Chosen: true}, {Value: "b", Label: "Ben Okafor"}}},
				{Name: "action", Label: "Kind", Icon: "category", Choices: []ui.Choice{{Label: "Everything", Chosen: true}, {Value: "billing", Label: "Billing"}}},
				{Name: "outcome", Label: "Outcome", Icon: "circle-check", Choices: []ui.Choice{{Label: "Any"}, {Value: "refused", Label: "Refused", Chosen: true}}},
			}}),
		"06-activity-none": portal.Activity(portal.ActivityPage{Shell: olivia("Activity log"), Title: "Activity log", BareURL: "?", KeepURL: "?from=x", Looked: "back to 4 Oct 2026, 5,000 entries",
			Chips: []ui.Chip{{Name: "Person", Value: "Ben Okafor", RemoveURL: "?"}, {Name: "Outcome", Value: "refused", RemoveURL: "?"}}}),
		"06-entry":    portal.Entry(portal.EntryPage{Shell: olivia("Activity log"), LogURL: "/activity", Title: "Activity log", Entry: entries()[2]}),
		"08-services": portal.Services(portal.ServicesPage{Shell: olivia("Services"), Rows: services()}),
		"08-service": portal.Service(portal.ServicePage{Shell: olivia("Services"), ListURL: "/services", Name: "northwind.example", Plan: "Business Hosting 20", Server: "tern", Place: "London",
			Domain: "northwind.example, until 14 Mar 2027", Address: "192.0.2.41", State: ui.ServiceRunning, Renews: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Price: to(gbp(7900)), Period: "a month, plus VAT",
			Usage:    []ui.MeterProps{{Label: "Disk", Text: "8.2 of 20 GB", Used: 82, Of: 200}, {Label: "Traffic, 30 days", Text: "61 of 500 GB", Used: 61, Of: 500}},
			Measured: at(12, 3, 6, 0), PanelURL: "/s/1/panel", Panel: []portal.PanelRow{
				{Person: ui.Person{Name: "Olivia Marsh", Detail: "Owner · last opened 30 Nov 2026"}, May: true},
				{Person: ui.Person{Name: "Ben Okafor", Detail: "Billing: this role never includes the panel"}},
			}}),
		"08-panel": portal.PanelConfirm(portal.PanelConfirmPage{Shell: olivia("Services"), Service: "northwind.example", ServiceURL: "/s/1", ListURL: "/services", Action: "/s/1/panel", Panel: "cPanel on tern", As: "full access"}),
		"08-panel-failed": portal.PanelFailed(portal.PanelFailedPage{Shell: olivia("Services"), Service: "northwind.example", ServiceURL: "/s/1", RetryURL: "/s/1/panel",
			Reason: "Server tern did not reply in 10 seconds.", RequestID: "req_5tW9aB"}),
	}
}

func mePages() map[string]templ.Component {
	apps := []portal.FactorRow{{Name: "Olivia’s phone", Added: time.Date(2024, 3, 14, 9, 0, 0, 0, time.UTC), Used: at(12, 3, 8, 58)}}
	return map[string]templ.Component{
		"07-security":      portal.Security(portal.SecurityPage{Shell: olivia("My security"), Tabs: meTabs("Security"), FirstName: "Olivia", Apps: apps, EnrolURL: "/me/security/totp", LastSeen: at(12, 3, 8, 58)}),
		"07-security-weak": portal.Security(portal.SecurityPage{Shell: olivia("My security"), Tabs: meTabs("Security"), FirstName: "Ben", EnrolURL: "/me/security/totp", LastSeen: at(12, 3, 8, 58)}),
		"07-sessions": portal.Sessions(portal.SessionsPage{Shell: olivia("Sessions"), Tabs: meTabs("Sessions"), EndOthersURL: "/me/sessions/end-others", Idle: 30 * time.Minute, Limit: 12 * time.Hour, Rows: []portal.SessionRow{
			{Device: ui.Device{Name: "Safari on Mac", Place: "York, United Kingdom", Address: "203.0.113.24", This: true}, Factor: "Password and code", Since: at(12, 3, 8, 58), LastSeen: at(12, 3, 14, 20), EndURL: "/me/sessions/1"},
			{Device: ui.Device{Name: "Safari on iPhone", Address: "203.0.113.24"}, Factor: "Password", Since: at(12, 3, 12, 31), LastSeen: at(12, 3, 13, 32), EndURL: "/me/sessions/2"},
		}}),
		"07-activity": portal.Activity(portal.ActivityPage{Shell: olivia("My activity"), Title: "My activity", Lead: "Your sign-ins and what you did, in all your accounts.", Tabs: meTabs("Activity"), Entries: entries()[2:4]}),
	}
}

func publicPages() map[string]templ.Component {
	signedIn := failed(olivia("Not found"))
	return map[string]templ.Component{
		"09-refused": public.Refused(public.RefusedPage{Shell: olivia("Refused"), Title: "You can’t open this panel", Account: "Northwind Bakery Ltd", Wanted: "open the hosting panel of northwind.example",
			Needs: verb.PanelOpen, Role: "Billing", At: at(12, 3, 14, 12), RequestID: "req_5tW9aB", BackURL: "/accounts/n",
			Helpers: []public.Helper{{Person: ui.Person{Name: "Olivia Marsh", Detail: "Owner · can give you this permission"}, Email: "olivia@northwind.example"}}}),
		"09-not-found":        public.NotFound(signedIn),
		"09-not-found-public": public.NotFound(failed(base("Not found"))),
		"09-broken":           public.Broken(signedIn),
		"09-unavailable":      public.Unavailable(public.UnavailablePage{ErrorPage: signedIn, Message: "The payment provider does not answer."}),
		"09-limited":          public.Limited(public.LimitedPage{ErrorPage: failed(base("Too many tries")), Message: "You typed five wrong codes.", Wait: 90 * time.Second}),
		"09-conflict":         public.Conflict(public.ConflictPage{ErrorPage: signedIn, Message: "Tess changed this role a minute ago. Look at it again before you decide."}),
		"09-bad-request":      public.BadRequest(public.BadRequestPage{ErrorPage: signedIn, Problems: []string{"The form is from an older page."}}),
		"09-step-up": public.StepUp(public.StepUpPage{Shell: olivia("Confirm"), Action: "/step-up", Waiting: "change the role of Ben Okafor", BackURL: "/contacts",
			Hidden: []ui.Pair{{Name: "role", Value: "technical"}}, Error: "That code is not right. It may be an old one."}),
		"09-step-up-none": public.StepUp(public.StepUpPage{Shell: olivia("Confirm"), Waiting: "change the role of Ben Okafor", BackURL: "/contacts", EnrolURL: "/me/security/totp"}),
		"09-invitation": public.Invitation(public.InvitationPage{Shell: base("Invitation"), Action: "/invitations/abc", Account: "Fen Street Dental", Role: "Owner", RoleSay: "Does everything, and decides who else may.",
			Email: "mo@fenstreet.example", Inviter: "Harbour Hosting", Expires: at(12, 9, 10, 0), Name: "Mo Farrell", Errors: ui.Errors{{Field: "password", Message: "Use at least 12 characters; this has 8."}}}),
		"09-invitation-gone": public.InvitationGone(failed(base("Invitation"))),
	}
}

func demoPages() map[string]templ.Component {
	return map[string]templ.Component{
		"11-people": public.People(public.PeoplePage{Shell: base("People"), SignInURL: "/sign-in", Password: "harbour-demo-passphrase", Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Groups: []public.PeopleGroup{
			{Name: "Northwind Bakery Ltd", People: []public.DemoPerson{
				{Name: "Olivia Marsh", Email: "olivia@northwind.example", Role: "Owner", Factor: ui.FactorCode, TryURL: "/sign-in?email=olivia"},
				{Name: "Ben Okafor", Email: "ben@northwind.example", Role: "Billing", Factor: ui.FactorPassword, TryURL: "/sign-in?email=ben"},
			}},
			{Name: "Harbour Hosting", Staff: true, People: []public.DemoPerson{{Name: "Sam Doyle", Email: "sam@harbour.example", Role: "Support", Factor: ui.FactorCode, TryURL: "/sign-in?email=sam"}}},
		}}),
		"11-mailbox": public.Mailbox(public.MailboxPage{Shell: base("Mailbox"), Rows: []public.MailRow{
			{To: "ben@northwind.example", Subject: "Receipt: £36.00 for invoice 2026-0427", URL: "/demo/mailbox/1", At: at(12, 3, 14, 5)},
			{To: "olivia@northwind.example", Subject: "New sign-in: Safari on Mac", URL: "/demo/mailbox/2", At: at(12, 2, 8, 58)},
		}}),
		"11-mail": public.Mail(public.MailPage{Shell: base("Mail"), ListURL: "/demo/mailbox", From: "Harbour Hosting <portal@harbour.example>", To: "ben@northwind.example", Subject: "Receipt: £36.00 for invoice 2026-0427", At: at(12, 3, 14, 5),
			Text: "Hello Ben,\n\nThank you. We received your payment.\n\nInvoice: 2026-0427\nPaid: £36.00\n", Links: []ui.Link{{Text: "See the invoice", URL: "/i/2"}}}),
		"11-checkout":   public.Checkout(public.CheckoutPage{Shell: base("Sandbox checkout"), Action: "/sandbox/x", Merchant: "Harbour Hosting", About: "Invoice 2026-0431", Amount: gbp(14880), Cards: public.SandboxCards(), Message: "Your card was declined. Try another one."}),
		"11-panel":      public.Panel(public.PanelPage{Shell: base("Panel"), Service: "northwind.example", Server: "tern", Person: "Tess Lindqvist", Role: "full access", At: at(12, 3, 14, 19), BackURL: "/s/1", Features: []string{"Files", "Databases", "E-mail"}}),
		"11-panel-used": public.PanelLinkUsed(failed(base("Panel"))),
	}
}

func staffPages() map[string]templ.Component {
	clients := []staff.ClientRow{
		{Name: "Northwind Bakery Ltd", URL: "/staff/clients/n", Owner: "Olivia Marsh", Services: 3, Since: at(3, 14, 0, 0)},
		{Name: "Copperfield Cycles", URL: "/staff/clients/c", Owner: "Carl Jensen", Services: 1, Overdue: to(gbp(8640)), Since: at(5, 2, 0, 0)},
		{Name: "Fen Street Dental", URL: "/staff/clients/f", Since: at(12, 3, 9, 0)},
	}
	rates := []ui.Choice{{Value: "20", Label: "20%", Chosen: true}, {Value: "0", Label: "0%"}}
	countries := []ui.Choice{{Value: "GB", Label: "United Kingdom", Chosen: true}}
	return map[string]templ.Component{
		"10-dashboard": staff.Dashboard(staff.DashboardPage{Shell: sam("Dashboard"), FirstName: "Sam", Clients: clients, AllURL: "/staff/clients", NewURL: "/staff/clients/new",
			Figures: []staff.Figure{{Label: "Clients", Value: "3"}, {Label: "Overdue", Value: "£86.40", State: to(ui.State{Tone: ui.Bad, Icon: "alert-circle", Word: "1 invoice"}), URL: "/staff/overdue"}},
			Note:    &ui.Flash{Tone: ui.Info, Text: "Only this demonstration lets staff sign in with a code app."}}),
		"10-clients": staff.Clients(staff.ClientsPage{Shell: sam("Clients"), Rows: clients, NewURL: "/staff/clients/new"}),
		"10-client": staff.Client(staff.ClientPage{Shell: sam("Clients"), ListURL: "/staff/clients", Name: "Northwind Bakery Ltd", Since: at(3, 14, 0, 0), Owner: "Olivia Marsh",
			Services: &staff.ClientServices{Rows: []staff.ServiceRow{{Name: "northwind.example", Plan: "Business Hosting 20", Server: "tern", State: ui.ServiceRunning}}},
			Invoices: &staff.ClientInvoices{Rows: []staff.InvoiceRow{{Number: "2026-0431", State: ui.InvoiceDue, Due: day(12, 9), Total: gbp(14880)}}},
			Contacts: []ui.Person{{Name: "Olivia Marsh", Detail: "Owner"}}, Invited: []ui.Person{{Name: "raj@northwind.example", Detail: "Support contact, 4 days left"}},
			NewServiceURL: "/staff/clients/n/services/new", NewInvoiceURL: "/staff/clients/n/invoices/new", Activity: entries()[:2]}),
		"10-new-client": staff.NewClient(staff.NewClientPage{Shell: sam("Clients"), ListURL: "/staff/clients", Action: "/staff/clients", Countries: countries,
			Currencies: []ui.Choice{{Value: "GBP", Label: "Pound sterling"}}, Errors: ui.Errors{{Field: "owner-email", Message: "This is not an e-mail address."}}}),
		"10-new-service": staff.NewService(staff.NewServicePage{Shell: sam("Clients"), ListURL: "/staff/clients", Client: "Northwind Bakery Ltd", ClientURL: "/staff/clients/n", Action: "/x", Symbol: "£", Servers: []ui.Choice{{Value: "tern", Label: "tern"}}}),
		"10-new-invoice": staff.NewInvoice(staff.NewInvoicePage{Shell: sam("Clients"), ListURL: "/staff/clients", Client: "Northwind Bakery Ltd", ClientURL: "/staff/clients/n", Action: "/x", Symbol: "£", Due: "2026-12-17",
			Lines: []staff.InvoiceLine{{Text: "Business Hosting 20", Quantity: "1", Price: "79.00", Rates: rates}, {Rates: rates}, {Rates: rates}}}),
	}
}
