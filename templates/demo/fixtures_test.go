package demo_test

import (
	"time"

	"gatehouse/internal/money"
	"gatehouse/templates/contacts"
	paper "gatehouse/templates/invoice"
	"gatehouse/templates/layout"
	"gatehouse/templates/portal"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
)

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 7, 0, time.UTC)
}

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

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
			Tabler: "vendor/tabler.min.css", Gatehouse: "css/gatehouse.css", Script: "js/gatehouse.js",
			Icon: "img/gatehouse.svg",
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
		{Label: "Hosting and billing", Items: []layout.NavItem{
			item("Services", "server-2", "/accounts/n/services"),
			invoices,
		}},
		{Label: "Access", Items: []layout.NavItem{
			item("Contacts", "users", "/accounts/n/contacts"), item("Activity log", "history", "/accounts/n/activity"),
		}},
		{Label: "Account", Items: []layout.NavItem{item("Settings", "adjustments", "/accounts/n/settings")}},
	}
	s.Session = &layout.Session{
		Left: 30 * time.Minute, Idle: 30 * time.Minute, Stay: "/session", Back: "/sign-in", Here: "/accounts",
	}
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
	list := []ui.Segment{
		{Text: "Security", URL: "/me/security"},
		{Text: "Sessions", URL: "/me/sessions"},
		{Text: "Activity", URL: "/me/activity"},
	}
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
		{
			Name: "northwind.example", URL: "/s/1", Plan: "Business Hosting 20", Server: "tern", State: ui.ServiceRunning,
			Disk: disk(82, 200, "8.2 of 20 GB"), PanelURL: "/s/1/panel",
		},
		{
			Name: "shop.northwind.example", URL: "/s/2", Plan: "Shop Hosting", Server: "curlew", State: ui.ServiceRunning,
			Disk: disk(176, 200, "17.6 of 20 GB"), PanelURL: "/s/2/panel",
		},
		{
			Name: "Mail Plus, 10 mailboxes", URL: "/s/3", Plan: "Mail Plus", Server: "dunlin", State: ui.ServiceSuspended,
			Disk: disk(115, 500, "11.5 of 50 GB"),
		},
		{Name: "wholesale.northwind.example", URL: "/s/4", Plan: "Business Hosting 5", State: ui.ServicePending},
	}
}

func entries() []ui.Entry {
	facts := []ui.NamedValue{
		{Name: "Allowed by", Value: "“Pay invoices”, from Billing"},
		{Name: "Confirmed with", Value: "Password"},
		{Name: "Session", Value: "Chrome on Windows, since 14:01"},
		{Name: "Address", Value: "203.0.113.24", Mono: true},
		{Name: "Request", Value: "req_8fK2mQ", Mono: true},
		{Name: "Sealed", Value: "Entry 1,281 of an unbroken chain"},
	}
	return []ui.Entry{
		{
			At: at(12, 3, 14, 5), Icon: "credit-card", Tone: ui.Info, URL: "/e/1", Meta: []string{
				"Billing", "Leeds",
				"Chrome on Windows", "password",
			},
			Sentence: ui.Sentence{
				ui.Strong("Ben Okafor"), ui.Plain(" paid invoice "), ui.To("2026-0427", "/i/2"),
				ui.Plain(", £36.00, with Visa ending 4242"),
			},
			Details: &ui.EntryDetails{Facts: facts},
		},
		{
			At: at(12, 3, 11, 32), Icon: "ban", Tone: ui.Bad, URL: "/e/2", Badge: new(ui.Refused.State()),
			Meta: []string{"Developer", "Leeds", "Firefox on Linux", "password and code"},
			Sentence: ui.Sentence{ui.Strong("Priya Shah"), ui.Plain(" tried to open the panel of "), ui.To("northwind.example",
				"/s/1")},
			Why: &ui.Why{
				Tone: ui.Bad, Lead: "Why:",
				Text: ui.Sentence{ui.Plain("Priya’s access is limited to shop.northwind.example. Nothing was opened.")},
			},
			Details: &ui.EntryDetails{Facts: facts},
		},
		{
			At: at(12, 3, 10, 17), Icon: "user-edit", Tone: ui.Info, URL: "/e/3", Meta: []string{
				"Owner", "York",
				"Safari on Mac", "security key",
			},
			Sentence: ui.Sentence{
				ui.Strong("You"), ui.Plain(" changed what "), ui.To("Ada Whitlock", "/c/5"),
				ui.Plain(" may do"),
			},
			Details: &ui.EntryDetails{Facts: facts, NotMeURL: "/not-me/3", Changes: []ui.Change{
				{Field: "Ends", Old: "10 Dec 2026", New: "17 Dec 2026"}, {
					Field: "Services", Old: "northwind.example",
					New: "All, now and later",
				}, {Field: "Phone", Redacted: true},
			}},
		},
		{
			At: at(12, 3, 8, 58), Icon: "login-2", URL: "/e/4", Meta: []string{"Owner", "York", "Safari on Mac"},
			Details:  &ui.EntryDetails{Facts: facts},
			Sentence: ui.Sentence{ui.Strong("You"), ui.Plain(" signed in with your password and a code")},
		},
		{
			At: at(12, 2, 23, 12), Icon: "alert-triangle", Tone: ui.Bad, URL: "/e/5", Badge: new(ui.Failed.State()),
			Meta: []string{"Rotterdam, Netherlands", "Firefox on Linux", "wrong password"},
			Sentence: ui.Sentence{
				ui.Plain("Somebody failed to sign in as "), ui.Strong("Ben Okafor"),
				ui.Plain(", 4 times in 2 minutes"),
			},
			Why: &ui.Why{
				Tone: ui.Bad, Lead: "Nobody got in.",
				Text: ui.Sentence{ui.Plain("Further tries have to wait longer and longer.")},
			},
		},
		{
			At: at(12, 2, 9, 0), Icon: "mail-forward", System: true, URL: "/e/6", Meta: []string{"by itself"},
			Sentence: ui.Sentence{ui.Strong("Gatehouse"), ui.Plain(" mailed a reminder for invoice "), ui.To("2026-0431",
				"/i/1"), ui.Plain(" to Ben Okafor")},
		},
	}
}

func invoice() portal.InvoicePage {
	line := func(text, detail, quantity string, price, net int64) paper.Line {
		return paper.Line{
			Text: text, Detail: detail, From: day(12, 1), To: day(12, 31), Quantity: quantity,
			Price: gbp(price), Rate: "20%", Net: gbp(net),
		}
	}
	return portal.InvoicePage{
		Shell: olivia("Invoices"), ListURL: "/invoices", About: "Hosting, December 2026", State: ui.InvoiceDue,
		PayURL: "/pay", LogURL: "/activity?invoice",
		Paper: paper.Paper{
			Number: "2026-0431", Issued: at(11, 25, 6, 0), Due: day(12, 9), PO: "NB-2211",
			BilledTo: []string{"Northwind Bakery Ltd", "14 Mill Lane", "York YO1 7EP", "VAT GB 123 4567 89"},
			Lines: []paper.Line{
				line("Business Hosting 20", "northwind.example", "1", 7900, 7900),
				line("Shop Hosting", "shop.northwind.example", "1", 3500, 3500), line("Mail Plus mailbox", "", "10", 100, 1000),
			},
			Net: gbp(12400), VAT: []paper.VAT{{Rate: "20%", On: gbp(12400), Tax: gbp(2480)}}, Total: gbp(14880),
			Left: gbp(14880), Seller: "Harbour Hosting Ltd, 3 Quay Street, Whitby YO21 1DL · VAT GB 987 6543 21",
		},
		History: []ui.Step{
			{Text: "Reminder sent to Ben", At: at(12, 2, 9, 0), Look: ui.Done},
			{
				Text: "Sent to ben@northwind.example",
				At:   at(11, 25, 6, 0), Look: ui.Done,
			},
			{Text: "Issued", At: at(11, 25, 6, 0), Look: ui.Done},
		},
	}
}

// contactViews are the two lists of the contacts, the given one shown.
func contactViews(shown int) []ui.Segment {
	return []ui.Segment{
		{Text: "People", URL: "/contacts", Current: shown == 0},
		{Text: "Invitations", URL: "/contacts?show=invitations", Current: shown == 1},
	}
}

func contactRows() []contacts.ContactRow {
	person := func(name, email string) ui.Person { return ui.Person{Name: name, Detail: email} }
	return []contacts.ContactRow{
		{Person: person("Olivia Marsh", "olivia@northwind.example"), Role: "Owner", Factor: ui.FactorKey, LastSeen: at(12,
			3, 8, 58), You: true, Fixed: "The only owner"},
		{
			Person: person("Tess Lindqvist", "tess@northwind.example"), Role: "Technical", Factor: ui.FactorCode,
			LastSeen: at(12, 2, 16, 20), RoleURL: "/c/2/role", RemoveURL: "/c/2/remove",
		},
		{
			Person: person("Priya Shah", "priya@pixelworks.example"), Role: "Developer", Scope: "Only shop.northwind.example",
			Factor: ui.FactorCode, LastSeen: at(12, 3, 11, 30), RoleURL: "/c/3/role", RemoveURL: "/c/3/remove",
		},
		{Person: person("Ben Okafor", "ben@northwind.example"), Role: "Billing", Factor: ui.FactorPassword, LastSeen: at(12,
			3, 14, 1), RoleURL: "/c/4/role", RemoveURL: "/c/4/remove"},
		{
			Person: person("Ada Whitlock", "ada@audit.example"), Role: "Auditor", EndsAt: day(12, 17),
			Factor: ui.FactorPassword, RoleURL: "/c/5/role", RemoveURL: "/c/5/remove",
		},
	}
}

func roles() []ui.Choice {
	return []ui.Choice{
		{
			Value: "administrator", Label: "Administrator",
			Help: "Does everything but change owners, roles and the account itself.",
		},
		{Value: "billing", Label: "Billing", Help: "Sees and pays invoices. Sees no services.", Chosen: true},
		{Value: "technical", Label: "Technical", Help: "Manages services and opens the hosting panel. Sees no invoices."},
		{Value: "owner", Label: "Owner", Help: "Only an owner can make another owner.", Disabled: true},
	}
}

func square() string {
	return "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E" +
		"%3Cpath d='M0 0h3v3H0zM6 0h3v3H6zM0 6h3v3H0zM4 1h1v2H4zM4 4h4v1H4zM5 6h1v3H5zM7 7h2v1H7z'/%3E%3C/svg%3E"
}

func overview() portal.OverviewPage {
	return portal.OverviewPage{
		Shell: olivia("Overview"), FirstName: "Olivia", Account: "Northwind Bakery Ltd", Since: time.Date(2024, 3, 14, 0, 0,
			0, 0, time.UTC),
		Next: &portal.NextStep{
			Title:    "Ask everybody for a second step when they sign in",
			Text:     "Ben can pay your invoices with a password alone.",
			Progress: "3 of 5 people", After: "have a second factor", Value: 3, Of: 5, Action: ui.Link{
				Text: "See who",
				URL:  "/contacts",
			},
		},
		Due: &portal.DueCard{
			Amount: gbp(14880), Count: 1, State: ui.InvoiceDue, Due: day(12, 9),
			Invoice: ui.Link{Text: "2026-0431", URL: "/i/1"}, AllURL: "/invoices",
		},
		Services: &portal.ServicesCard{Rows: services(), AllURL: "/services"},
		Activity: &portal.ActivityCard{Entries: entries()[:4], AllURL: "/activity"},
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
