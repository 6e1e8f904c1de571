package activity

// The actions of invoices and of money beyond paying online.
const (
	InvoiceDrafted        Action = "invoice.drafted"
	InvoiceDraftChanged   Action = "invoice.draft_changed"
	InvoiceDraftDiscarded Action = "invoice.draft_discarded"
	InvoiceCredited       Action = "invoice.credited"
	InvoiceWrittenOff     Action = "invoice.written_off"
	InvoiceReferred       Action = "invoice.references_set"
	PaymentRecorded       Action = "payment.recorded"
	CreditUsed            Action = "credit.used"
	CreditRefunded        Action = "credit.refunded"
	MoneyAsked            Action = "money.asked"
	MoneyApproved         Action = "money.approved"
	MoneyDeclined         Action = "money.declined"
	StatementImported     Action = "transfers.imported"
	TransferSetAside      Action = "transfer.set_aside"
	LedgerAudited         Action = "ledger.audited"
)

func paperActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			InvoiceDrafted, b, true, Info, Standard, "Invoice drafted",
			"{who} drafted an invoice: {target}", "{who} tried to draft an invoice",
		},
		{
			InvoiceDraftChanged, b, true, Info, Standard, "Draft changed",
			"{who} changed the draft of an invoice: {target}", "{who} tried to change the draft of an invoice",
		},
		{
			InvoiceDraftDiscarded, b, true, Info, Standard, "Draft discarded",
			"{who} threw the draft of an invoice away: {target}", "{who} tried to throw the draft of an invoice away",
		},
		{
			InvoiceCredited, b, true, Notice, Money, "Invoice credited",
			"{who} credited invoice {target}", "{who} tried to credit invoice {target}",
		},
		{
			InvoiceWrittenOff, b, true, Notice, Money, "Invoice written off",
			"{who} wrote invoice {target} off", "{who} tried to write invoice {target} off",
		},
		{
			InvoiceReferred, b, true, Info, Standard, "References set",
			"{who} set the references of invoice {target}", "{who} tried to set the references of invoice {target}",
		},
	}
}

func moneyActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			PaymentRecorded, b, true, Notice, Money, "Payment recorded",
			"{who} recorded a payment of invoice {target}", "{who} tried to record a payment of invoice {target}",
		},
		{
			CreditUsed, b, true, Info, Money, "Credit used",
			"{who} paid invoice {target} with credit", "{who} tried to pay invoice {target} with credit",
		},
		{
			CreditRefunded, b, true, Warning, Money, "Credit paid back",
			"{who} paid credit back to the account", "{who} tried to pay credit back to the account",
		},
		{
			MoneyAsked, b, true, Notice, Money, "Second person asked for",
			"{who} asked for a second person’s approval about {target}", "{who} tried to ask for approval about {target}",
		},
		{
			MoneyApproved, b, true, Warning, Money, "Approved by a second person",
			"{who} approved what a colleague asked for about {target}", "{who} tried to approve what was asked for",
		},
		{
			MoneyDeclined, b, true, Notice, Money, "Declined by a second person",
			"{who} declined what a colleague asked for about {target}", "{who} tried to decline what was asked for",
		},
		{
			StatementImported, b, true, Notice, Money, "Bank statement imported",
			"{who} imported a bank statement", "{who} tried to import a bank statement",
		},
		{
			TransferSetAside, b, true, Notice, Money, "Bank transfer set aside",
			"{who} set a bank transfer aside", "{who} tried to set a bank transfer aside",
		},
		{
			LedgerAudited, b, true, Info, Money, "Ledger audited",
			"{who} looked through {target}: it adds up", "{who} looked through {target}: it does not add up",
		},
	}
}
