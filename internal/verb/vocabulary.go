package verb

// The permissions that account holders give to their contacts.
const (
	InvoicesView         Verb = "invoices:view"          // see invoices and their PDFs
	InvoicesPay          Verb = "invoices:pay"           // pay invoices
	StatementsView       Verb = "statements:view"        // see statements of account
	PaymentMethodsView   Verb = "payment-methods:view"   // see the cards and mandates kept on file
	PaymentMethodsManage Verb = "payment-methods:manage" // add and remove cards and mandates
	TaxDetailsManage     Verb = "tax-details:manage"     // change the VAT number and billing details
	ServicesView         Verb = "services:view"          // see services and their status
	ServicesOrder        Verb = "services:order"         // order new services
	ServicesManage       Verb = "services:manage"        // change services
	ServicesCancel       Verb = "services:cancel"        // cancel services
	PanelOpen            Verb = "panel:open"             // open the hosting panel
	DomainsView          Verb = "domains:view"           // see domains
	DomainsManage        Verb = "domains:manage"         // change name servers and renewal of domains
	TicketsView          Verb = "tickets:view"           // read tickets
	TicketsOpen          Verb = "tickets:open"           // open tickets
	TicketsReply         Verb = "tickets:reply"          // reply to tickets
	MessagesView         Verb = "messages:view"          // read the messages that were sent to this account
	ContactsView         Verb = "contacts:view"          // see who has access
	ContactsInvite       Verb = "contacts:invite"        // invite people
	ContactsManage       Verb = "contacts:manage"        // change and end people's access
	RolesManage          Verb = "roles:manage"           // make and change roles
	ReviewsView          Verb = "reviews:view"           // see reviews of access and their records
	ReviewsRun           Verb = "reviews:run"            // review who has access
	TeamsView            Verb = "teams:view"             // see the account's own teams and whom they work for
	TeamsManage          Verb = "teams:manage"           // say who is in a team, and accept access for it
	SecurityManage       Verb = "security:manage"        // set the two-factor rules for everybody in the account
	ActivityView         Verb = "activity:view"          // read the activity log
	ActivityExport       Verb = "activity:export"        // export the activity log
	ActivityStream       Verb = "activity:stream"        // have the activity log sent to another system
	AccountView          Verb = "account:view"           // see the account's overview
	AccountEdit          Verb = "account:edit"           // change the account's address
	AccountTransfer      Verb = "account:transfer"       // hand the account over, ask for another name or main contact
	AccountClose         Verb = "account:close"          // close the account
	PrivacyExport        Verb = "privacy:export"         // export everything kept about the account
	PrivacyErase         Verb = "privacy:erase"          // have the account's data erased
	APITokensManage      Verb = "api-tokens:manage"      // make and withdraw API tokens
)

// The permissions of the provider's staff, held over the provider.
const (
	ClientsView          Verb = "clients:view"           // see clients
	ClientsManage        Verb = "clients:manage"         // create clients and change their details
	NotesWrite           Verb = "notes:write"            // pin notes to a client for colleagues
	ClientsAssist        Verb = "clients:assist"         // act on a client's behalf
	ClientsImport        Verb = "clients:import"         // bring clients over from another system
	ImportsView          Verb = "imports:view"           // see how imports go
	BillingView          Verb = "billing:view"           // see clients' invoices and payments
	BillingManage        Verb = "billing:manage"         // issue and change invoices
	BillingRecordPayment Verb = "billing:record-payment" // record payments
	BillingRefund        Verb = "billing:refund"         // refund payments
	DuesView             Verb = "dues:view"              // see clients' unpaid invoices, without sums
	DuesSend             Verb = "dues:send"              // send such an invoice to the client again
	HostingView          Verb = "hosting:view"           // see clients' services
	HostingManage        Verb = "hosting:manage"         // add and change clients' services
	ServersManage        Verb = "servers:manage"         // manage servers
	IncidentsPublish     Verb = "incidents:publish"      // publish incidents on the status page
	CasesView            Verb = "cases:view"             // read clients' tickets
	CasesReply           Verb = "cases:reply"            // reply to clients' tickets
	RecoveriesView       Verb = "recoveries:view"        // see requests to get back in without any factor
	RecoveriesApprove    Verb = "recoveries:approve"     // approve and decline them
	AuditView            Verb = "audit:view"             // read the provider's own activity log
	EmergenciesOpen      Verb = "emergencies:open"       // see, in an emergency, what another department sees of a client
	EmergenciesView      Verb = "emergencies:view"       // see who did that
	EmergenciesReview    Verb = "emergencies:review"     // judge and close it
	PrivacyHandle        Verb = "privacy:handle"         // handle exports, erasure and breaches
	StaffView            Verb = "staff:view"             // see who is on the staff
	StaffManage          Verb = "staff:manage"           // manage staff and departments
	PoliciesManage       Verb = "policies:manage"        // manage policies and provider settings
	MailPreview          Verb = "mail:preview"           // preview mails
)

// What everybody holds over themselves.
const (
	SelfView   Verb = "self:view"   // see your own sign-ins, sessions and actions
	SelfManage Verb = "self:manage" // manage your own sign-in
)

// What needs no permission.
const (
	Public   Verb = "public"    // open to everybody
	SignedIn Verb = "signed-in" // open to everybody who is signed in
)

// entry is one line of the vocabulary.
type entry struct {
	verb     Verb
	area     string
	sentence string
}

// portal is the vocabulary of accounts, in the order in which it is shown.
func portal() []entry {
	return []entry{
		{InvoicesView, "Billing", "See invoices and their PDFs"},
		{InvoicesPay, "Billing", "Pay invoices"},
		{StatementsView, "Billing", "See statements of account"},
		{PaymentMethodsView, "Billing", "See the cards and mandates kept on file"},
		{PaymentMethodsManage, "Billing", "Add and remove cards and mandates"},
		{TaxDetailsManage, "Billing", "Change the VAT number and billing details"},
		{ServicesView, "Hosting", "See services and their status"},
		{ServicesOrder, "Hosting", "Order new services"},
		{ServicesManage, "Hosting", "Change services"},
		{ServicesCancel, "Hosting", "Cancel services"},
		{PanelOpen, "Hosting", "Open the hosting panel"},
		{DomainsView, "Hosting", "See domains"},
		{DomainsManage, "Hosting", "Change name servers and renewal of domains"},
		{TicketsView, "Support", "Read tickets"},
		{TicketsOpen, "Support", "Open tickets"},
		{TicketsReply, "Support", "Reply to tickets"},
		{MessagesView, "Support", "Read the messages that were sent to this account"},
		{ContactsView, "Access", "See who has access"},
		{ContactsInvite, "Access", "Invite people"},
		{ContactsManage, "Access", "Change and end people’s access"},
		{RolesManage, "Access", "Make and change roles"},
		{ReviewsView, "Access", "See access reviews and their records"},
		{ReviewsRun, "Access", "Review who has access"},
		{TeamsView, "Access", "See your own teams and whom they work for"},
		{TeamsManage, "Access", "Say who is in a team, and accept access for it"},
		{SecurityManage, "Access", "Set the two-factor rules for everybody in the account"},
		{ActivityView, "Activity", "Read the activity log"},
		{ActivityExport, "Activity", "Export the activity log"},
		{ActivityStream, "Activity", "Have the activity log sent to another system"},
		{AccountView, "Account", "See the account’s overview"},
		{AccountEdit, "Account", "Change the account’s address"},
		{AccountTransfer, "Account", "Hand the account over, and ask for another name or main contact"},
		{AccountClose, "Account", "Close the account"},
		{PrivacyExport, "Account", "Export everything kept about the account"},
		{PrivacyErase, "Account", "Have the account’s data erased"},
		{APITokensManage, "Account", "Make and withdraw API tokens"},
	}
}

// staff is the vocabulary of the provider.
func staff() []entry {
	return []entry{
		{ClientsView, "Clients", "See clients"},
		{ClientsManage, "Clients", "Create clients and change their details"},
		{NotesWrite, "Clients", "Pin notes to a client, for colleagues"},
		{ClientsAssist, "Clients", "Act on a client’s behalf"},
		{ClientsImport, "Clients", "Bring clients, services and open invoices over from another system"},
		{ImportsView, "Clients", "See what imports have brought over"},
		{BillingView, "Client billing", "See clients’ invoices and payments"},
		{BillingManage, "Client billing", "Issue and change invoices"},
		{BillingRecordPayment, "Client billing", "Record payments"},
		{BillingRefund, "Client billing", "Refund payments"},
		{DuesView, "Client billing", "See clients’ unpaid invoices, without the sums"},
		{DuesSend, "Client billing", "Send clients an unpaid invoice again"},
		{HostingView, "Client hosting", "See clients’ services"},
		{HostingManage, "Client hosting", "Add and change clients’ services"},
		{ServersManage, "Client hosting", "Manage servers"},
		{IncidentsPublish, "Client hosting", "Publish incidents on the status page"},
		{CasesView, "Client support", "Read clients’ tickets"},
		{CasesReply, "Client support", "Reply to clients’ tickets"},
		{RecoveriesView, "Client support", "See requests to get back in without second factors"},
		{RecoveriesApprove, "Client support", "Approve and decline requests to get back in"},
		{AuditView, "Oversight", "Read the provider’s own activity log"},
		{EmergenciesOpen, "Oversight", "In an emergency, see what another department sees of a client"},
		{EmergenciesView, "Oversight", "See who opened another department’s data in an emergency"},
		{EmergenciesReview, "Oversight", "Judge and close emergency access"},
		{PrivacyHandle, "Oversight", "Handle exports, erasure and breaches"},
		{StaffView, "Oversight", "See who is on the staff, and what each of them may do"},
		{StaffManage, "Oversight", "Manage staff and departments"},
		{PoliciesManage, "Oversight", "Manage policies and provider settings"},
		{MailPreview, "Oversight", "Preview mails"},
	}
}

// self is what everybody holds over themselves.
func self() []entry {
	return []entry{
		{SelfView, "Yourself", "See your own sign-ins, sessions and actions"},
		{SelfManage, "Yourself", "Manage your own sign-in"},
	}
}

// open is what needs no permission.
func open() []entry {
	return []entry{
		{Public, "Everybody", "Open to everybody"},
		{SignedIn, "Everybody", "Open to everybody who is signed in"},
	}
}
