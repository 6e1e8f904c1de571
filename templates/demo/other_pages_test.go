package demo_test

import (
	"maps"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/verb"
	"gatehouse/templates/demo"
	"gatehouse/templates/public"
	"gatehouse/templates/signin"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

func pages() map[string]templ.Component {
	all := map[string]templ.Component{}
	for i, part := range demo.Parts() {
		all["00-components-"+strconv.Itoa(i+1)] = demo.Components(demo.ComponentsPage{
			Shell: olivia("Components: " + part.Tab), URL: part.URL, QR: square(),
		})
	}
	for _, some := range []map[string]templ.Component{
		signinPages(), accountPages(), mePages(), publicPages(),
		demoPages(), staffPages(),
	} {
		maps.Copy(all, some)
	}
	return all
}

func signinPages() map[string]templ.Component {
	return map[string]templ.Component{
		"01-sign-in": signin.SignIn(signin.SignInPage{
			Shell: base("Sign in"), Action: "/sign-in", Next: "/accounts",
			PasskeyURL: "/sign-in/passkey", PasskeyAsk: "/sign-in/passkey/ask",
		}),
		"01-sign-in-wrong": signin.SignIn(signin.SignInPage{
			Shell: base("Sign in"), Action: "/sign-in",
			Email: "ben@northwind.example",
			Note:  &ui.Flash{Tone: ui.Bad, Lead: "That did not work.", Text: "The address or the password is wrong."},
		}),
		"01-second-factor": signin.SecondFactor(signin.SecondFactorPage{
			Shell:  base("Second step"),
			Action: "/sign-in/second-factor",
			Email:  "olivia@northwind.example", OtherURL: "/sign-in",
			Keys: []string{"Blue key, key ring"}, Apps: []string{"Olivia’s phone"}, KeyAsk: "/sign-in/second-factor/key",
			Error: "That code has been used already. Wait for the next one.", Remember: true,
		}),
		"01-enrol-totp": signin.EnrolTOTP(signin.EnrolTOTPPage{
			Shell: base("Add a code app"), Action: "/me/security/totp",
			CancelURL: "/me/security",
			QR:        square(), Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
		}),
		"01-signed-out":    signin.SignedOut(signin.FarewellPage{Shell: base("Signed out"), SignInURL: "/sign-in"}),
		"01-session-ended": signin.SessionEnded(signin.FarewellPage{Shell: base("Session ended"), SignInURL: "/sign-in"}),
	}
}

func publicPages() map[string]templ.Component {
	signedIn := failed(olivia("Not found"))
	return map[string]templ.Component{
		"09-refused": public.Refused(public.RefusedPage{
			Shell: olivia("Refused"), Title: "You can’t open this panel",
			Account: "Northwind Bakery Ltd", Wanted: "open the hosting panel of northwind.example",
			Needs: verb.PanelOpen, Role: "Billing", At: at(12, 3, 14, 12), RequestID: "req_5tW9aB", BackURL: "/accounts/n",
			Helpers: []public.Helper{{
				Person: ui.Person{Name: "Olivia Marsh", Detail: "Owner · can give you this permission"},
				Email:  "olivia@northwind.example",
			}},
		}),
		"09-not-found":        public.NotFound(signedIn),
		"09-not-found-public": public.NotFound(failed(base("Not found"))),
		"09-broken":           public.Broken(signedIn),
		"09-unavailable": public.Unavailable(public.UnavailablePage{
			ErrorPage: signedIn,
			Message:   "The payment provider does not answer.",
		}),
		"09-limited": public.Limited(public.LimitedPage{
			ErrorPage: failed(base("Too many tries")),
			Message:   "You typed five wrong codes.", Wait: 90 * time.Second,
		}),
		"09-conflict": public.Conflict(public.ConflictPage{
			ErrorPage: signedIn,
			Message:   "Tess changed this role a minute ago. Look at it again before you decide.",
		}),
		"09-bad-request": public.BadRequest(public.BadRequestPage{
			ErrorPage: signedIn,
			Problems:  []string{"The form is from an older page."},
		}),
		"09-step-up": public.StepUp(public.StepUpPage{
			Shell: olivia("Confirm"), Action: "/step-up",
			Waiting: "change the role of Ben Okafor", BackURL: "/contacts",
			Hidden: []ui.Pair{{Name: "role", Value: "technical"}}, Error: "That code is not right. It may be an old one.",
			Keys: []string{"Blue key"}, Apps: []string{"Phone"}, KeyAsk: "/step-up/key",
		}),
		"09-step-up-none": public.StepUp(public.StepUpPage{
			Shell:   olivia("Confirm"),
			Waiting: "change the role of Ben Okafor", BackURL: "/contacts", EnrolURL: "/me/security/totp",
		}),
		"09-invitation": public.Invitation(public.InvitationPage{
			Shell: base("Invitation"), Action: "/invitations/abc",
			Account: "Fen Street Dental", Role: "Owner", RoleSay: "Does everything, and decides who else may.",
			Email: "mo@fenstreet.example", Inviter: "Harbour Hosting", Expires: at(12, 9, 10, 0), Name: "Mo Farrell",
			Errors: ui.Errors{{Field: "password", Message: "Use at least 12 characters; this has 8."}},
		}),
		"09-invitation-gone": public.InvitationGone(failed(base("Invitation"))),
	}
}

func demoPages() map[string]templ.Component {
	return map[string]templ.Component{
		"11-people": public.People(public.PeoplePage{
			Shell: base("People"), SignInURL: "/sign-in",
			Password: "harbour-demo-passphrase", Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Groups: []public.PeopleGroup{
				{Name: "Northwind Bakery Ltd", People: []public.DemoPerson{
					{
						Name: "Olivia Marsh", Email: "olivia@northwind.example", Role: "Owner", Factor: ui.FactorCode,
						TryURL: "/sign-in?email=olivia",
					},
					{
						Name: "Ben Okafor", Email: "ben@northwind.example", Role: "Billing", Factor: ui.FactorPassword,
						TryURL: "/sign-in?email=ben",
					},
				}},
				{Name: "Harbour Hosting", Staff: true, People: []public.DemoPerson{{
					Name:  "Sam Doyle",
					Email: "sam@harbour.example", Role: "Support", Factor: ui.FactorCode, TryURL: "/sign-in?email=sam",
				}}},
			},
		}),
		"11-mailbox": public.Mailbox(public.MailboxPage{Shell: base("Mailbox"), Rows: []public.MailRow{
			{To: "ben@northwind.example", Subject: "Receipt: £36.00 for invoice 2026-0427", URL: "/demo/mailbox/1", At: at(12,
				3, 14, 5)},
			{To: "olivia@northwind.example", Subject: "New sign-in: Safari on Mac", URL: "/demo/mailbox/2", At: at(12, 2, 8,
				58)},
		}}),
		"11-mail": public.Mail(public.MailPage{
			Shell: base("Mail"), ListURL: "/demo/mailbox",
			From: "Harbour Hosting <portal@harbour.example>", To: "ben@northwind.example",
			Subject: "Receipt: £36.00 for invoice 2026-0427", At: at(12, 3, 14, 5),
			Text:  "Hello Ben,\n\nThank you. We received your payment.\n\nInvoice: 2026-0427\nPaid: £36.00\n",
			Links: []ui.Link{{Text: "See the invoice", URL: "/i/2"}},
		}),
		"11-checkout": public.Checkout(public.CheckoutPage{
			Shell: base("Sandbox checkout"), Action: "/sandbox/x",
			Merchant: "Harbour Hosting", About: "Invoice 2026-0431", Amount: gbp(14880), Cards: public.SandboxCards(),
			Message: "Your card was declined. Try another one.",
		}),
		"11-panel": public.Panel(public.PanelPage{
			Shell: base("Panel"), Service: "northwind.example", Server: "tern",
			Person: "Tess Lindqvist", Role: "full access", At: at(12, 3, 14, 19), BackURL: "/s/1", Features: []string{
				"Files",
				"Databases", "E-mail",
			},
		}),
		"11-panel-used": public.PanelLinkUsed(failed(base("Panel"))),
	}
}

func staffPages() map[string]templ.Component {
	everything := staff.ClientColumns{Services: true, Overdue: true}
	clients := []staff.ClientRow{
		{
			Name: "Northwind Bakery Ltd", URL: "/staff/clients/n", Owner: "Olivia Marsh", Services: 3,
			Since: at(3, 14, 0, 0),
		},
		{
			Name: "Copperfield Cycles", URL: "/staff/clients/c", Owner: "Carl Jensen", Services: 1, Overdue: new(gbp(8640)),
			Since: at(5, 2, 0, 0),
		},
		{Name: "Fen Street Dental", URL: "/staff/clients/f", Since: at(12, 3, 9, 0)},
	}
	rates := []ui.Choice{{Value: "20", Label: "20%", Chosen: true}, {Value: "0", Label: "0%"}}
	countries := []ui.Choice{{Value: "GB", Label: "United Kingdom", Chosen: true}}
	return map[string]templ.Component{
		"10-dashboard": staff.Dashboard(staff.DashboardPage{
			Shell: sam("Dashboard"), FirstName: "Sam", Sees: everything, Clients: clients,
			AllURL: "/staff/clients", NewURL: "/staff/clients/new",
			Figures: []staff.Figure{{Label: "Clients", Value: "3"}, {
				Label: "Overdue", Value: "£86.40",
				State: new(ui.State{Tone: ui.Bad, Icon: "alert-circle", Word: "1 invoice"}), URL: "/staff/overdue",
			}},
			Note: &ui.Flash{Tone: ui.Info, Text: "Only this demonstration lets staff sign in with a code app."},
		}),
		"10-clients": staff.Clients(staff.ClientsPage{
			Shell: sam("Clients"), Sees: everything,
			Rows: clients, NewURL: "/staff/clients/new",
		}),
		"10-client": staff.Client(staff.ClientPage{
			Shell: sam("Clients"), ListURL: "/staff/clients",
			Name: "Northwind Bakery Ltd", Since: at(3, 14, 0, 0), Owner: "Olivia Marsh",
			Services: &staff.ClientServices{Rows: []staff.ServiceRow{{
				Name: "northwind.example", Plan: "Business Hosting 20",
				Server: "tern", State: ui.ServiceRunning,
			}}},
			Invoices: &staff.ClientInvoices{Rows: []staff.InvoiceRow{{Number: "2026-0431", State: ui.InvoiceDue, Due: day(12,
				9), Total: gbp(14880)}}},
			Contacts: []staff.ClientContact{{
				Person:      ui.Person{Name: "Olivia Marsh", Detail: "Owner"},
				SessionsURL: "/staff/clients/1/contacts/2/sessions",
			}},
			Invited:       []ui.Person{{Name: "raj@northwind.example", Detail: "Support contact, 4 days left"}},
			NewServiceURL: "/staff/clients/n/services/new", NewInvoiceURL: "/staff/clients/n/invoices/new",
			Activity: entries()[:2],
		}),
		"10-new-client": staff.NewClient(staff.NewClientPage{
			Shell: sam("Clients"), ListURL: "/staff/clients",
			Action: "/staff/clients", Countries: countries,
			Currencies: []ui.Choice{{Value: "GBP", Label: "Pound sterling"}}, Errors: ui.Errors{{
				Field:   "owner-email",
				Message: "This is not an e-mail address.",
			}},
		}),
		"10-new-service": staff.NewService(staff.NewServicePage{
			Shell: sam("Clients"), ListURL: "/staff/clients",
			Client: "Northwind Bakery Ltd", ClientURL: "/staff/clients/n", Action: "/x", Symbol: "£",
			Servers: []ui.Choice{{Value: "tern", Label: "tern"}},
		}),
		"10-new-server": staff.NewServer(staff.NewServerPage{
			Shell: sam("Clients"), ListURL: "/staff/clients", Action: "/x",
			Panels: []ui.Choice{{Value: "demo", Label: "demo"}},
		}),
		"10-mails": staff.Mails(staff.MailsPage{Shell: sam("Mails"), Mails: []staff.MailSample{{
			Name: "Invitation", URL: "/staff/mails/invitation", When: "Somebody is invited to an account.",
			Subject: "You are invited", Text: "Hello,\n\nCome in.",
		}}}),
		"10-new-invoice": staff.NewInvoice(staff.NewInvoicePage{
			Shell: sam("Clients"), ListURL: "/staff/clients", BackURL: "/staff/clients/n",
			Client: "Northwind Bakery Ltd", ClientURL: "/staff/clients/n", Action: "/x", Symbol: "£", Due: "2026-12-17",
			Lines: []staff.InvoiceLine{
				{Text: "Business Hosting 20", Quantity: "1", Price: "79.00", Rates: rates},
				{Rates: rates},
				{Rates: rates},
			},
		}),
	}
}
