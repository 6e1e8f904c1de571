package activity

import (
	"slices"
	"sync"
)

// Action says what was done, noun first: "invoice.paid". The catalogue below is the whole list.
type Action string

// The actions.
const (
	ChainOpened Action = "chain.opened"

	SignedIn         Action = "session.signed_in"
	PasswordAccepted Action = "session.password_accepted"
	SignInFailed     Action = "session.sign_in_failed"
	SignedOut        Action = "session.signed_out"
	SessionEnded     Action = "session.ended"
	SessionsEnded    Action = "session.others_ended"
	SteppedUp        Action = "session.stepped_up"
	CodeFailed       Action = "session.code_failed"
	AccountEntered   Action = "account.entered"

	PersonCreated   Action = "person.created"
	PersonDisabled  Action = "person.disabled"
	SignInReopened  Action = "person.sign_in_reopened"
	PasswordChanged Action = "password.changed"
	FactorStarted   Action = "factor.started"
	FactorAdded     Action = "factor.added"
	FactorRemoved   Action = "factor.removed"
	SignInSecured   Action = "person.secured"
	SignInReviewed  Action = "person.reviewed"
	FactorSuspected Action = "factor.suspected"
	FailuresNoticed Action = "person.failures_noticed"

	RecoveryCodesMade Action = "recovery_codes.made"
	RecoveryCodesKept Action = "recovery_codes.kept"
	RecoveryCodeUsed  Action = "recovery_codes.used"
	DeviceRemembered  Action = "device.remembered"
	DeviceForgotten   Action = "device.forgotten"
	FactorRenamed     Action = "factor.renamed"

	Refused    Action = "access.refused"
	LogViewed  Action = "log.viewed"
	DataViewed Action = "data.viewed"

	AccountCreated Action = "account.created"
	AccountEdited  Action = "account.edited"

	ContactInvited      Action = "contact.invited"
	ContactJoined       Action = "contact.joined"
	ContactRoleChanged  Action = "contact.role_changed"
	ContactRemoved      Action = "contact.removed"
	InvitationWithdrawn Action = "invitation.withdrawn"
	ContactSecured      Action = "contact.secured"

	InvoiceIssued     Action = "invoice.issued"
	InvoiceSentAgain  Action = "invoice.sent-again"
	InvoicePaid       Action = "invoice.paid"
	CheckoutStarted   Action = "checkout.started"
	PaymentReceived   Action = "payment.received"
	PaymentRefused    Action = "payment.refused"
	PaymentDeclined   Action = "payment.declined"
	CreditAdded       Action = "credit.added"
	WebhookRefused    Action = "webhook.refused"
	CheckoutCancelled Action = "checkout.cancelled"

	ServerAdded      Action = "server.added"
	ServiceCreated   Action = "service.created"
	ServiceReady     Action = "service.ready"
	ServiceSuspended Action = "service.suspended"
	ServiceRestored  Action = "service.restored"
	ServiceEnded     Action = "service.ended"
	PanelAsked       Action = "panel.asked"
	PanelOpened      Action = "panel.opened"
	PanelFailed      Action = "panel.failed"

	CaseOpened  Action = "case.opened"
	CaseReplied Action = "case.replied"
	CaseTaken   Action = "case.taken"
	CaseHanded  Action = "case.handed-over"
	CaseClosed  Action = "case.closed"

	MailSent   Action = "mail.sent"
	MailFailed Action = "mail.failed"

	SeatGranted Action = "staff.seat_granted"
	SeatEnded   Action = "staff.seat_ended"
	KeysRotated Action = "keys.rotated"
	NoteSigned  Action = "note.signed"
)

// Meaning is what the catalogue knows of an action. The sentences take {who}, {target},
// {verb} ("pay invoices"), {seen} (what a permission to look lets one see: "invoices"), {was}, which is "were" where
// the reader acted, and {about}: the target in brackets, where there is one.
type Meaning struct {
	Action    Action
	Category  Category
	Writes    bool
	Severity  Severity
	Retention Retention
	Label     string // for filters: "Invoice paid"
	Did       string // "{who} paid invoice {target}"
	Tried     string // for what was refused or failed: "{who} tried to pay invoice {target}"
}

// Catalogue returns all actions, in the order in which filters show them. The list is shared, and only read.
func Catalogue() []Meaning { return catalogue() }

// catalogue is made once: each page of a log looks through it.
var catalogue = sync.OnceValue(func() []Meaning { //nolint:gochecknoglobals // see above
	list := []Meaning{}
	for _, part := range parts() {
		list = append(list, part()...)
	}
	return slices.Clip(list)
})

func parts() []func() []Meaning {
	return []func() []Meaning{
		signInActions, factorActions, enrolmentActions, wayBackActions, standInActions, recoveryActions, accessActions,
		ruleActions, ownershipActions, teamActions, assistActions, emergencyActions, pinnedActions,
		reviewActions, mailActions, billingActions, hostingActions,
		caseActions, vatActions,
		systemActions, archiveActions, streamActions, statusActions, serverActions, orderActions, breachActions,
		domainActions,
		previewActions, exportActions, alertActions,
		paperActions, moneyActions, payLinkActions, cardActions, debitActions, refundActions,
		bookmarkActions, recurringActions,
		reminderActions, staffingActions, idleActions, staffReviewActions, conductActions, importActions, settingsActions,
	}
}

func signInActions() []Meaning {
	const s = CategorySignIn
	return []Meaning{
		{SignedIn, s, true, Info, Standard, "Signed in", "{who} signed in", "{who} tried to sign in"},
		{
			PasswordAccepted, s, true, Info, Standard, "Second step asked for",
			"{who} gave the right password and {was} asked for a code", "{who} tried to sign in",
		},
		{
			SignInFailed, s, true, Notice, Standard, "Sign-in failed",
			"{who} signed in", "Somebody failed to sign in as {target}",
		},
		{
			CodeFailed, s, true, Notice, Standard, "Second step failed",
			"{who} used a code", "Somebody with the password of {target} failed the second step",
		},
		{SignedOut, s, true, Info, Standard, "Signed out", "{who} signed out", "{who} tried to sign out"},
		{
			SessionEnded, s, true, Notice, Standard, "Session ended",
			"{who} ended a session of {target}", "{who} tried to end a session of {target}",
		},
		{
			SessionsEnded, s, true, Notice, Standard, "Other sessions ended",
			"{who} ended the other sessions of {target}", "{who} tried to end the other sessions of {target}",
		},
		{
			SteppedUp, s, true, Info, Standard, "Confirmed again",
			"{who} confirmed with a password or code again", "{who} tried to confirm with a password or code",
		},
		{
			AccountEntered, s, true, Info, Standard, "Came into the account",
			"{who} came into this account", "{who} tried to come into this account",
		},
	}
}

func factorActions() []Meaning {
	const f = CategoryFactor
	return []Meaning{
		{
			PersonCreated, f, true, Info, Standard, "Sign-in created",
			"{who} created the sign-in of {target}", "{who} tried to create the sign-in of {target}",
		},
		{
			PersonDisabled, f, true, Warning, Standard, "Sign-in disabled",
			"{who} disabled the sign-in of {target}", "{who} tried to disable the sign-in of {target}",
		},
		{
			SignInReopened, f, true, Notice, Standard, "Sign-in opened again",
			"{who} let {target} try to sign in again", "{who} tried to let {target} sign in again",
		},
		{
			PasswordChanged, f, true, Notice, Standard, "Password changed",
			"{who} changed the password of {target}", "{who} tried to change the password of {target}",
		},
		{
			FactorStarted, f, true, Info, Standard, "Second factor started",
			"{who} began to add {target}", "{who} tried to add {target}",
		},
		{
			FactorAdded, f, true, Notice, Standard, "Second factor added",
			"{who} added {target}", "{who} tried to add {target}",
		},
		{
			FactorRemoved, f, true, Warning, Standard, "Second factor removed",
			"{who} removed {target}", "{who} tried to remove {target}",
		},
		{
			SignInSecured, f, true, Warning, Standard, "Sign-in locked",
			"{who} said “this wasn’t me” and locked the sign-in of {target}", "{who} tried to lock the sign-in of {target}",
		},
		{
			SignInReviewed, f, true, Notice, Standard, "Sign-in opened again",
			"{who} looked at all factors and opened the sign-in of {target} again",
			"{who} tried to open the sign-in of {target} again",
		},
		{
			FactorSuspected, f, true, Warning, Standard, "Security key may be copied",
			"{who} used {target}, which may have been copied and opens nothing any more",
			"{who} used {target}, which may have been copied",
		},
		{
			FailuresNoticed, f, true, Warning, Standard, "Many failed tries",
			"{who} noticed many failed tries to sign in as {target}", "{who} tried to tell {target} of failed tries",
		},
	}
}

func accessActions() []Meaning {
	const a, c, r = CategoryAccess, CategoryAccount, CategoryRead
	return []Meaning{
		{
			Refused, a, false, Notice, Standard, "Refused", "{who} was allowed to {verb}",
			"{who} tried to {verb}{about} and {was} refused",
		},
		{
			ContactInvited, a, true, Notice, Standard, "Contact invited",
			"{who} invited {target}", "{who} tried to invite {target}",
		},
		{
			ContactJoined, a, true, Notice, Standard, "Contact joined",
			"{who} accepted the invitation to this account", "{who} tried to accept an invitation",
		},
		{
			ContactRoleChanged, a, true, Warning, Standard, "Role changed",
			"{who} changed what {target} may do", "{who} tried to change what {target} may do",
		},
		{
			ContactRemoved, a, true, Warning, Standard, "Contact removed",
			"{who} ended the access of {target}", "{who} tried to end the access of {target}",
		},
		{
			ContactSecured, a, true, Warning, Standard, "Contact locked out",
			"{who} keeps {target} out, who said “this wasn’t me”, until they have looked at their sign-in",
			"{who} tried to keep {target} out",
		},
		{
			InvitationWithdrawn, a, true, Notice, Standard, "Invitation withdrawn",
			"{who} withdrew the invitation of {target}", "{who} tried to withdraw the invitation of {target}",
		},
		{
			SeatGranted, a, true, Warning, Standard, "Staff seat granted",
			"{who} made {target} a member of staff", "{who} tried to make {target} a member of staff",
		},
		{
			SeatEnded, a, true, Warning, Standard, "Staff seat ended",
			"{who} ended the staff seat of {target}", "{who} tried to end the staff seat of {target}",
		},
		{
			AccountCreated, c, true, Notice, Standard, "Account created",
			"{who} created the account {target}", "{who} tried to create the account {target}",
		},
		{
			AccountEdited, c, true, Notice, Standard, "Account changed",
			"{who} changed the details of {target}", "{who} tried to change the details of {target}",
		},
		{LogViewed, r, false, Info, Standard, "Log read", "{who} read this log", "{who} tried to read this log"},
		{
			DataViewed, r, false, Notice, Standard, "Data looked at",
			"{who} looked at {seen}", "{who} tried to look at {seen}",
		},
	}
}

func billingActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			InvoiceIssued, b, true, Info, Money, "Invoice issued",
			"{who} issued invoice {target}", "{who} tried to issue invoice {target}",
		},
		{
			InvoiceSentAgain, b, true, Info, Standard, "Invoice sent again",
			"{who} sent invoice {target} again", "{who} tried to send invoice {target} again",
		},
		{
			CheckoutStarted, b, true, Info, Standard, "Payment started",
			"{who} began to pay invoice {target}", "{who} tried to pay invoice {target}",
		},
		{
			InvoicePaid, b, true, Info, Money, "Invoice paid",
			"{who} paid invoice {target}", "{who} tried to pay invoice {target}",
		},
		{
			PaymentReceived, b, true, Info, Money, "Part payment",
			"{who} paid a part of invoice {target}", "{who} tried to pay a part of invoice {target}",
		},
		{
			PaymentRefused, b, true, Warning, Money, "Payment refused",
			"{who} paid invoice {target}", "A payment of invoice {target} was refused",
		},
		{
			PaymentDeclined, b, true, Info, Standard, "Payment declined",
			"{who} paid invoice {target}", "{who} tried to pay invoice {target}; the payment was declined",
		},
		{
			CheckoutCancelled, b, true, Info, Standard, "Payment cancelled",
			"{who} paid invoice {target}", "{who} began to pay invoice {target} and left it",
		},
		{
			CreditAdded, b, true, Info, Money, "Credit added",
			"{who} paid more than invoice {target} asked for; the rest was kept as credit",
			"{who} tried to add credit",
		},
		{
			WebhookRefused, b, true, Warning, Standard, "Payment notice refused",
			"{who} sent a payment notice", "A payment notice from {who} was refused",
		},
	}
}

// Meaning looks the action up; false where the catalogue has no such action.
func (a Action) Meaning() (Meaning, bool) {
	m, ok := meanings()[a]
	return m, ok
}

// meanings are the catalogue by action. Pages look at it many times; it is made once and never changed.
var meanings = sync.OnceValue(func() map[Action]Meaning { //nolint:gochecknoglobals // see above
	all := map[Action]Meaning{}
	for _, m := range Catalogue() {
		all[m.Action] = m
	}
	return all
})
