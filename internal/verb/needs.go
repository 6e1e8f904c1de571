package verb

import "slices"

// Needs are the permissions without which one is worth nothing: whoever pays invoices must see them. Every permission
// over an account needs the account's overview, since coming in is what the log begins with.
func (v Verb) Needs() []Verb {
	if !v.IsPortal() || v == AccountView {
		return nil
	}
	if view := v.view(); view != "" && view != v {
		return []Verb{AccountView, view}
	}
	return []Verb{AccountView}
}

// view is the permission to see what the permission is about; empty where there is none.
func (v Verb) view() Verb {
	switch v { //nolint:exhaustive // the others are about nothing that is seen by a permission of its own
	case InvoicesPay:
		return InvoicesView
	case PaymentMethodsManage:
		return PaymentMethodsView
	case ServicesOrder, ServicesManage, ServicesCancel, PanelOpen:
		return ServicesView
	case DomainsManage:
		return DomainsView
	case TicketsOpen, TicketsReply:
		return TicketsView
	case ContactsInvite, ContactsManage, RolesManage:
		return ContactsView
	case ReviewsRun:
		return ReviewsView
	case TeamsManage:
		return TeamsView
	case ActivityExport, ActivityStream:
		return ActivityView
	}
	return ""
}

// WithNeeds are permissions and all that they need, in the order in which they are shown. What is none over an account
// is left out.
func WithNeeds(verbs []Verb) []Verb {
	return slices.DeleteFunc(Portal(), func(v Verb) bool {
		return !slices.ContainsFunc(verbs, func(w Verb) bool {
			return w == v || w.IsPortal() && slices.Contains(w.Needs(), v)
		})
	})
}

// OwnersOnly says whether the permission stays with owners: what ends or hands over an account is never part of a role
// that an account makes for itself.
func (v Verb) OwnersOnly() bool {
	return v == AccountTransfer || v == AccountClose || v == PrivacyErase
}

// AfterClosing says whether the permission holds in an account that was closed: what is kept can be looked at and taken
// along, what is owed can be paid, and what the law gives people about their data stays theirs.
func (v Verb) AfterClosing() bool {
	return v.Reads() || v == InvoicesPay || v == ActivityExport || v == PrivacyExport || v == PrivacyErase
}

// Caution is what to think of before the permission is given; empty where there is nothing special.
func (v Verb) Caution() string {
	switch v { //nolint:exhaustive // the others do what they say
	case DomainsManage:
		return "Changing name servers can redirect the website and all mail."
	case PanelOpen:
		return "The website’s files, databases and mailboxes are in the panel."
	case ServicesOrder:
		return "What is ordered is added to the invoices."
	case ServicesCancel:
		return "A cancelled service takes its data with it."
	case PaymentMethodsManage:
		return "Invoices are paid with the cards on file."
	case ContactsInvite, ContactsManage:
		return "They can give other people what they hold themselves."
	case TeamsManage:
		return "Whoever is in a team reaches all accounts that it works for."
	case RolesManage:
		return "A changed role counts at once for everybody who has it."
	case SecurityManage:
		return "A stricter rule keeps everybody out who can’t meet it."
	case ActivityExport, ActivityStream, PrivacyExport:
		return "The file holds names and addresses, and leaves the portal."
	case APITokensManage:
		return "A key works for programs day and night, with nobody there."
	}
	return ""
}
