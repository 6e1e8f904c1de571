package demo_test

import (
	"time"

	"github.com/a-h/templ"

	"gatehouse/templates/contacts"
	"gatehouse/templates/log"
	"gatehouse/templates/me"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func accountPages() map[string]templ.Component {
	segments := []ui.Segment{{Text: "All", URL: "?", Current: true}, {Text: "Due", URL: "?s=due"}, {
		Text: "Overdue",
		URL:  "?s=overdue",
	}, {Text: "Paid", URL: "?s=paid"}}
	paid := invoice()
	paid.State, paid.PayURL, paid.Paper.Left, paid.Paper.Paid = ui.InvoicePaid, "", gbp(0), new(gbp(14880))
	choices := []ui.Choice{{Value: "GB", Label: "United Kingdom", Chosen: true}, {Value: "IE", Label: "Ireland"}}
	address := portal.SettingsForm{
		Line1: "14 Mill Lane", City: "York",
		Postcode: "YO1 7EP", Country: "GB", Countries: choices,
	}
	return map[string]templ.Component{
		"02-accounts": portal.Accounts(portal.AccountsPage{Shell: olivia("Accounts"), Total: 9, Rows: []portal.AccountRow{
			{Name: "Northwind Bakery Ltd", URL: "/accounts/n", Role: "Owner", State: new(ui.State{
				Tone: ui.Warn, Icon: "clock",
				Word: "1 due",
			})},
			{Name: "Copperfield Cycles", URL: "/accounts/c", Role: "Technical", State: new(ui.ServiceSuspended.State())},
			{Name: "Fen Street Dental", Role: "Developer.", Why: "Your access ended on 1 Dec 2026."},
		}}),
		"02-overview": portal.Overview(overview()),
		"02-overview-ben": portal.Overview(portal.OverviewPage{
			Shell: olivia("Overview"), FirstName: "Ben",
			Account: "Northwind Bakery Ltd", Due: overview().Due,
		}),
		"03-invoices": portal.Invoices(portal.InvoicesPage{
			Shell: olivia("Invoices"),
			Lead:  portal.DueSentence(base("").Reader, new(gbp(14880)), 1, day(12, 9), nil),
			Pay:   &portal.PayLink{Text: "Pay £148.80", URL: "/pay"},
			Bar:   ui.FilterBarProps{Segments: segments}, AllURL: "?", PapersURL: "/papers",
			Pages: ui.Pages{Older: "?before=x", Shown: "4 invoices shown, newest first"},
			Rows: []portal.InvoiceRow{
				{
					Number: "2026-0431", URL: "/i/1", PDFURL: "/i/1/pdf", About: "Hosting, December 2026", State: ui.InvoiceDue,
					Issued: at(11, 25, 6, 0), Due: day(12, 9), Total: gbp(14880),
				},
				{
					Number: "2026-0427", URL: "/i/2", PDFURL: "/i/2/pdf", About: "Extra backup storage", State: ui.InvoicePaid,
					Issued: at(11, 19, 6, 0), Due: day(12, 3), Total: gbp(3600),
				},
				{
					Number: "2026-0398", URL: "/i/3", PDFURL: "/i/3/pdf", About: "Hosting, November 2026",
					State: ui.InvoiceOverdue, Issued: at(10, 25, 6, 0), Due: day(11, 8), Total: gbp(123450),
				},
				{
					Number: "CN-2026-0019", URL: "/i/4", PDFURL: "/i/4/pdf", About: "Credit for 2026-0361: outage on 11 Sep",
					State: ui.InvoiceCredited, Issued: at(9, 22, 6, 0), Total: gbp(-1240),
				},
			},
		}),
		"03-invoices-none": portal.Invoices(portal.InvoicesPage{
			Shell: olivia("Invoices"), Bar: ui.FilterBarProps{Segments: segments},
			Filtered: "None of your invoices is overdue.", AllURL: "?",
		}),
		"03-invoice":      portal.Invoice(invoice()),
		"03-invoice-paid": portal.Invoice(paid),
		"03-pay": portal.Pay(portal.PayPage{
			Shell: olivia("Invoices"), ListURL: "/invoices", Number: "2026-0431",
			InvoiceURL: "/i/1", Action: "/pay", Left: gbp(14880),
			Due: day(12, 9), Amount: "200.00", Symbol: "£", Gateway: "the sandbox", Errors: ui.Errors{{
				Field:   "amount",
				Message: "At most £148.80 is left to pay.",
			}},
		}),
		"04-contacts": contacts.Contacts(contacts.ContactsPage{
			Shell: olivia("Contacts"), Rows: contactRows(),
			Views: contactViews(0), InviteURL: "/contacts/invite",
		}),
		"04-invitations": contacts.Invitations(contacts.InvitationsPage{
			Shell: olivia("Contacts"), Views: contactViews(1),
			InviteURL: "/contacts/invite", Rows: []contacts.InvitationRow{
				{
					Email: "noor@northwind.example", Role: "Billing", Sent: at(12, 2, 9, 30), Ends: at(12, 9, 9, 30),
					WithdrawURL: "/i/1/withdraw",
				},
				{
					Email: "jack@northwind.example", Role: "Technical", Sent: at(11, 20, 9, 30), Ends: at(11, 27, 9, 30),
					Ended: true, WithdrawURL: "/i/2/withdraw",
				},
			},
		}),
		"04-invitations-none": contacts.Invitations(contacts.InvitationsPage{
			Shell: olivia("Contacts"), Views: contactViews(1),
		}),
		"04-invite": contacts.Invite(contacts.InvitePage{
			Shell: olivia("Contacts"), ListURL: "/contacts", Action: "/invite", SeveralURL: "/contacts/invite/several",
			Account: "Northwind Bakery Ltd", Email: "noor@northwind", Roles: roles(), Errors: ui.Errors{
				{Field: "email", Message: "An e-mail address looks like name@example.com."},
				{Field: "role", Message: "Choose what they may do."},
			},
		}),
		"04-invitation-withdraw": contacts.InvitationWithdraw(contacts.InvitationWithdrawPage{
			Shell:   olivia("Contacts"),
			ListURL: "/contacts", Action: "/i/1/withdraw", Email: "noor@northwind.example", Role: "Billing",
		}),
		"04-contact-role": contacts.ContactRole(contacts.ContactRolePage{
			Shell: olivia("Contacts"), ListURL: "/contacts",
			Action: "/c/4/role",
			Person: contactRows()[3].Person, Current: "Billing", Roles: roles(),
		}),
		"04-contact-remove": contacts.ContactRemove(contacts.ContactRemovePage{
			Shell: olivia("Contacts"), ListURL: "/contacts",
			Action: "/c/5/remove",
			Person: contactRows()[4].Person, Role: "Auditor", Account: "Northwind Bakery Ltd",
		}),
		"05-settings": portal.Settings(portal.SettingsPage{
			Shell: olivia("Settings"), Action: "/settings", Form: address,
			Facts: []ui.NamedValue{{Name: "Client number", Value: "10482"}, {Name: "Currency", Value: "Pound sterling"}},
			Errors: ui.Errors{{Field: "postcode", Message: "A British postcode looks like YO1 7EP."}, {
				Field:   "line1",
				Message: "Write the street and the number.",
			}},
		}),
		"05-settings-read": portal.Settings(portal.SettingsPage{Shell: olivia("Settings"), Form: address}),
		"06-activity": log.Activity(log.ActivityPage{
			Shell: olivia("Activity log"), Title: "Activity log",
			Lead:    "Whatever is done in this account, by anybody.",
			Entries: entries(), Pages: ui.Pages{Older: "?before=x", Shown: "6 entries shown, newest first"}, BareURL: "?",
			Chips: []ui.Chip{{Name: "Outcome", Value: "refused", RemoveURL: "?"}},
			Filters: []ui.Filter{
				{Name: "person", Label: "Person", Icon: "user", Choices: []ui.Choice{
					{Label: "Anybody"},
					{Value: "b", Label: "Ben Okafor"},
				}},
				{Name: "action", Label: "Kind", Icon: "category", Choices: []ui.Choice{
					{Label: "Everything"},
					{Value: "billing", Label: "Billing"},
				}},
				{Name: "outcome", Label: "Outcome", Icon: "circle-check", Value: "refused", Choices: []ui.Choice{
					{Label: "Any"}, {Value: "refused", Label: "Refused"},
				}},
			},
		}),
		"06-activity-none": log.Activity(log.ActivityPage{
			Shell: olivia("Activity log"), Title: "Activity log",
			BareURL: "?", KeepURL: "?from=x", Looked: "back to 4 Oct 2026, 5,000 entries",
			Chips: []ui.Chip{{Name: "Person", Value: "Ben Okafor", RemoveURL: "?"}, {
				Name: "Outcome", Value: "refused",
				RemoveURL: "?",
			}},
		}),
		"06-entry": log.Entry(log.EntryPage{
			Shell: olivia("Activity log"), LogURL: "/activity",
			Title: "Activity log", Entry: entries()[2],
		}),
		"08-services": portal.Services(portal.ServicesPage{Shell: olivia("Services"), Rows: services()}),
		"08-service": portal.Service(portal.ServicePage{
			Shell: olivia("Services"), ListURL: "/services",
			Name: "northwind.example", Plan: "Business Hosting 20", Server: "tern", Place: "London",
			Domain: "northwind.example, until 14 Mar 2027", Address: "192.0.2.41", State: ui.ServiceRunning,
			Renews: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Price: new(gbp(7900)), Period: "a month, plus VAT",
			Usage: []ui.MeterProps{{Label: "Disk", Text: "8.2 of 20 GB", Used: 82, Of: 200}, {
				Label: "Traffic, 30 days",
				Text:  "61 of 500 GB", Used: 61, Of: 500,
			}},
			Measured: at(12, 3, 6, 0), PanelURL: "/s/1/panel", Panel: []portal.PanelRow{
				{Person: ui.Person{Name: "Olivia Marsh", Detail: "Owner · last opened 30 Nov 2026"}, May: true},
				{Person: ui.Person{Name: "Ben Okafor", Detail: "Billing: this role never includes the panel"}},
			},
		}),
		"08-panel": portal.PanelConfirm(portal.PanelConfirmPage{
			Shell: olivia("Services"), Service: "northwind.example",
			ServiceURL: "/s/1", ListURL: "/services", Action: "/s/1/panel", Panel: "cPanel on tern", As: "full access",
		}),
		"08-panel-failed": portal.PanelFailed(portal.PanelFailedPage{
			Shell:   olivia("Services"),
			Service: "northwind.example", ServiceURL: "/s/1", RetryURL: "/s/1/panel",
			Reason: "Server tern did not reply in 10 seconds.", RequestID: "req_5tW9aB",
		}),
	}
}

func mePages() map[string]templ.Component {
	apps := []me.FactorRow{{Name: "Olivia’s phone", Added: time.Date(2024, 3, 14, 9, 0, 0, 0, time.UTC), Used: at(12,
		3, 8, 58)}}
	return map[string]templ.Component{
		"07-security": me.Security(me.SecurityPage{
			Shell: olivia("My security"), Tabs: meTabs("Security"),
			FirstName: "Olivia", Apps: apps, EnrolURL: "/me/security/totp", LastSeen: at(12, 3, 8, 58),
			Keys: me.KeysPart{
				Reader: olivia("").Reader, KeyURL: "/me/security/keys/new", PasskeyURL: "/me/security/passkeys/new",
				Keys: []me.KeyRow{
					{
						Name: "Phone", Passkey: true, Synced: true, Added: at(9, 3, 9, 0), Used: at(12, 3, 8, 58),
						RemoveURL: "/me/security/keys/1",
					},
					{Name: "Blue key, key ring", Suspect: true, Added: at(9, 3, 9, 0), RemoveURL: "/me/security/keys/2"},
				},
			},
		}),
		"07-security-weak": me.Security(me.SecurityPage{
			Shell: olivia("My security"), Tabs: meTabs("Security"),
			FirstName: "Ben", EnrolURL: "/me/security/totp", LastSeen: at(12, 3, 8, 58),
			Keys: me.KeysPart{KeyURL: "/me/security/keys/new", PasskeyURL: "/me/security/passkeys/new"},
		}),
		"07-key-new": me.KeyNew(me.KeyNewPage{
			Shell: olivia("Add a passkey"), Passkey: true, Action: "/me/security/passkeys/new",
			Ask: "/me/security/passkeys/new/ask", BackURL: "/me/security",
			Errors: ui.Errors{{Field: "key", Message: "This key is registered already."}},
		}),
		"07-key-first": me.KeyFirst(me.KeyFirstPage{
			Shell: olivia("Use it once"), Name: "Phone", Action: "/me/security/keys/1", Ask: "/me/security/keys/1/ask",
			BackURL: "/me/security",
		}),
		"07-sessions": me.Sessions(me.SessionsPage{
			Shell: olivia("Sessions"), Tabs: meTabs("Sessions"),
			EndOthersURL: "/me/sessions/end-others", Idle: 30 * time.Minute, Limit: 12 * time.Hour, Rows: []me.SessionRow{
				{
					Device: ui.Device{Name: "Safari on Mac", Place: "York, United Kingdom", Address: "203.0.113.24", This: true},
					Factor: "Password and code", Since: at(12, 3, 8, 58), LastSeen: at(12, 3, 14, 20), EndURL: "/me/sessions/1",
				},
				{Device: ui.Device{Name: "Safari on iPhone", Address: "203.0.113.24"}, Factor: "Password", Since: at(12, 3, 12,
					31), LastSeen: at(12, 3, 13, 32), EndURL: "/me/sessions/2"},
			},
		}),
		"07-activity": log.Activity(log.ActivityPage{
			Shell: olivia("My activity"), Title: "My activity",
			Lead: "Your sign-ins and what you did, in all your accounts.", Tabs: meTabs("Activity"), Entries: entries()[2:4],
		}),
	}
}
