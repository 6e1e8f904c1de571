package id

// The kinds of things that have identifiers.
type (
	// AccountKind marks the id of an account: a customer of the provider.
	AccountKind struct{}
	// PersonKind marks the id of a person who can sign in.
	PersonKind struct{}
	// SessionKind marks the id of one signed-in browser.
	SessionKind struct{}
	// MembershipKind marks the id of a person's place in an account.
	MembershipKind struct{}
	// RoleKind marks the id of a custom role of an account.
	RoleKind struct{}
	// InvoiceKind marks the id of an invoice.
	InvoiceKind struct{}
	// LineKind marks the id of a line of an invoice.
	LineKind struct{}
	// PaymentKind marks the id of a payment received.
	PaymentKind struct{}
	// CreditNoteKind marks the id of a credit note.
	CreditNoteKind struct{}
	// AdjustmentKind marks the id of what moves money without any coming in: credit used, a write-off, a refund.
	AdjustmentKind struct{}
	// MoneyRequestKind marks the id of what waits for a second person of the provider.
	MoneyRequestKind struct{}
	// TransferKind marks the id of a line of a bank statement.
	TransferKind struct{}
	// CheckoutKind marks the id of one attempt to pay at a gateway.
	CheckoutKind struct{}
	// PayLinkKind marks the id of a link that pays one invoice.
	PayLinkKind struct{}
	// CardKind marks the id of a card on file.
	CardKind struct{}
	// CardSetupKind marks the id of one page on which a card or a mandate is given.
	CardSetupKind struct{}
	// MandateKind marks the id of a mandate of Direct Debit.
	MandateKind struct{}
	// ServiceKind marks the id of a service that an account holds.
	ServiceKind struct{}
	// ServerKind marks the id of a server that carries services.
	ServerKind struct{}
	// InvitationKind marks the id of an invitation into an account.
	InvitationKind struct{}
	// FactorKind marks the id of an authenticator of a person.
	FactorKind struct{}
	// ChallengeKind marks the id of a sign-in whose second step is still to come.
	ChallengeKind struct{}
	// DeviceKind marks the id of a browser that a person signed in with.
	DeviceKind struct{}
	// MessageKind marks the id of a message in the outbox.
	MessageKind struct{}
	// PanelLoginKind marks the id of one opening of a hosting panel.
	PanelLoginKind struct{}
	// RecoveryKind marks the id of one recovery of a sign-in whose factors are lost.
	RecoveryKind struct{}
	// ResetKind marks the id of one link for a new password.
	ResetKind struct{}
	// EmailChangeKind marks the id of one change of a person's e-mail address.
	EmailChangeKind struct{}
	// AlertKind marks the id of an alert that a person can answer with “this wasn’t me”.
	AlertKind struct{}
	// CaseKind marks the id of a case that staff work on.
	CaseKind struct{}
	// CaseMessageKind marks the id of a message in a case.
	CaseMessageKind struct{}
	// ReviewKind marks the id of one review of access.
	ReviewKind struct{}
	// SubjectKind marks the id of what such a review asks about.
	SubjectKind struct{}
	// StreamKind marks the id of a stream that carries a log to another system.
	StreamKind struct{}
	// ExportKind marks the id of one export of a log.
	ExportKind struct{}
	// BookmarkKind marks the id of a saved view of a log.
	BookmarkKind struct{}
	// AssistKind marks the id of one time in which staff act on behalf of a client's contact.
	AssistKind struct{}
	// AssistRequestKind marks the id of what staff ask of a client who does not let them act.
	AssistRequestKind struct{}
	// LookKind marks the id of one time in which staff may look at a client, for a reason that they gave.
	LookKind struct{}
	// RequestKind marks the id of one request, in logs and on error pages.
	RequestKind struct{}
)

// The identifiers themselves.
type (
	// Account identifies an account: a customer of the provider.
	Account = ID[AccountKind]
	// Person identifies a person who can sign in.
	Person = ID[PersonKind]
	// Session identifies one signed-in browser.
	Session = ID[SessionKind]
	// Membership identifies a person's place in an account.
	Membership = ID[MembershipKind]
	// Role identifies a custom role of an account.
	Role = ID[RoleKind]
	// Invoice identifies an invoice.
	Invoice = ID[InvoiceKind]
	// Line identifies a line of an invoice.
	Line = ID[LineKind]
	// Payment identifies a payment received.
	Payment = ID[PaymentKind]
	// CreditNote identifies a credit note.
	CreditNote = ID[CreditNoteKind]
	// Adjustment identifies what moves money without any coming in: credit used, a write-off, a refund.
	Adjustment = ID[AdjustmentKind]
	// MoneyRequest identifies what waits for a second person of the provider.
	MoneyRequest = ID[MoneyRequestKind]
	// Transfer identifies a line of a bank statement.
	Transfer = ID[TransferKind]
	// Checkout identifies one attempt to pay at a gateway.
	Checkout = ID[CheckoutKind]
	// PayLink identifies a link that pays one invoice.
	PayLink = ID[PayLinkKind]
	// Card identifies a card on file.
	Card = ID[CardKind]
	// CardSetup identifies one page on which a card or a mandate is given.
	CardSetup = ID[CardSetupKind]
	// Mandate identifies a mandate of Direct Debit.
	Mandate = ID[MandateKind]
	// Service identifies a service that an account holds.
	Service = ID[ServiceKind]
	// Server identifies a server that carries services.
	Server = ID[ServerKind]
	// Invitation identifies an invitation into an account.
	Invitation = ID[InvitationKind]
	// Factor identifies an authenticator of a person.
	Factor = ID[FactorKind]
	// Challenge identifies a sign-in whose second step is still to come.
	Challenge = ID[ChallengeKind]
	// Device identifies a browser that a person signed in with.
	Device = ID[DeviceKind]
	// Message identifies a message in the outbox.
	Message = ID[MessageKind]
	// PanelLogin identifies one opening of a hosting panel.
	PanelLogin = ID[PanelLoginKind]
	// Recovery identifies one recovery of a sign-in whose factors are lost.
	Recovery = ID[RecoveryKind]
	// Reset identifies one link for a new password.
	Reset = ID[ResetKind]
	// EmailChange identifies one change of a person's e-mail address.
	EmailChange = ID[EmailChangeKind]
	// Alert identifies an alert that a person can answer with “this wasn’t me”.
	Alert = ID[AlertKind]
	// Case identifies a case that staff work on.
	Case = ID[CaseKind]
	// CaseMessage identifies a message in a case.
	CaseMessage = ID[CaseMessageKind]
	// Review identifies one review of an account's access.
	Review = ID[ReviewKind]
	// Subject identifies what a row of such a review is about: a contact, by the id of their place.
	Subject = ID[SubjectKind]
	// Stream identifies a stream that carries a log to another system.
	Stream = ID[StreamKind]
	// Export identifies one export of a log.
	Export = ID[ExportKind]
	// Assist identifies one time in which staff act on behalf of a client's contact.
	Assist = ID[AssistKind]
	// AssistRequest identifies what staff ask of a client who does not let them act.
	AssistRequest = ID[AssistRequestKind]
	// Look identifies one time in which staff may look at a client.
	Look = ID[LookKind]
	// Request identifies one request, in logs and on error pages.
	Request = ID[RequestKind]
	// Bookmark identifies a saved view of a log.
	Bookmark = ID[BookmarkKind]
)

func (AccountKind) idKind()       {}
func (PersonKind) idKind()        {}
func (SessionKind) idKind()       {}
func (MembershipKind) idKind()    {}
func (RoleKind) idKind()          {}
func (InvoiceKind) idKind()       {}
func (LineKind) idKind()          {}
func (PaymentKind) idKind()       {}
func (CheckoutKind) idKind()      {}
func (ServiceKind) idKind()       {}
func (ServerKind) idKind()        {}
func (InvitationKind) idKind()    {}
func (FactorKind) idKind()        {}
func (ChallengeKind) idKind()     {}
func (DeviceKind) idKind()        {}
func (MessageKind) idKind()       {}
func (PanelLoginKind) idKind()    {}
func (RecoveryKind) idKind()      {}
func (ResetKind) idKind()         {}
func (EmailChangeKind) idKind()   {}
func (AlertKind) idKind()         {}
func (CaseKind) idKind()          {}
func (CaseMessageKind) idKind()   {}
func (ReviewKind) idKind()        {}
func (SubjectKind) idKind()       {}
func (StreamKind) idKind()        {}
func (ExportKind) idKind()        {}
func (RequestKind) idKind()       {}
func (BookmarkKind) idKind()      {}
func (CreditNoteKind) idKind()    {}
func (AdjustmentKind) idKind()    {}
func (MoneyRequestKind) idKind()  {}
func (TransferKind) idKind()      {}
func (PayLinkKind) idKind()       {}
func (CardKind) idKind()          {}
func (CardSetupKind) idKind()     {}
func (MandateKind) idKind()       {}
func (AssistKind) idKind()        {}
func (AssistRequestKind) idKind() {}
func (LookKind) idKind()          {}
