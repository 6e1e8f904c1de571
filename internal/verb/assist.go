package verb

// WhileAssisting says whether staff who act on behalf of a client's contact may use a permission over the account, and
// which permission of their own that takes besides: nobody sees more of a client by acting for them than their
// department sees. Whatever is not here is refused, and so is every change by a permission to look, since what is
// changed by that is the contact's own affair: an answer to an offer, a saved view (N8).
func (v Verb) WhileAssisting() (own Verb, ok bool) {
	switch v { //nolint:exhaustive // the list is of what is allowed
	case AccountView, ContactsView:
		return ClientsView, true
	case AccountEdit:
		return ClientsAssist, true
	case InvoicesView, StatementsView:
		return BillingView, true
	case ServicesView, DomainsView:
		return HostingView, true
	case ServicesManage:
		return HostingManage, true
	case TicketsView:
		return CasesView, true
	case TicketsOpen, TicketsReply:
		return CasesReply, true
	}
	return "", false
}
