package activity

// The actions of Direct Debit.
const (
	MandateAsked   Action = "mandate.asked"
	MandateAdded   Action = "mandate.added"
	MandateChosen  Action = "mandate.chosen"
	MandateRemoved Action = "mandate.removed"
	MandateTurned  Action = "mandate.turned"
	DebitAnnounced Action = "debit.announced"
	DebitSent      Action = "debit.sent"
	DebitTaken     Action = "debit.taken"
	DebitEnded     Action = "debit.ended"
	// PaymentReturned is a payment that had come and went back, with its posting.
	PaymentReturned Action = "payment.returned"
)

func debitActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			MandateAsked, b, true, Info, Standard, "Direct Debit asked for",
			"{who} began to set up a Direct Debit", "{who} tried to set up a Direct Debit",
		},
		{
			MandateAdded, b, true, Notice, Standard, "Direct Debit set up",
			"{who} told of a new {target}", "{who} told of a Direct Debit that was not kept",
		},
		{
			MandateChosen, b, true, Notice, Standard, "Direct Debit chosen",
			"{who} had invoices paid by {target}", "{who} tried to choose the Direct Debit that pays",
		},
		{
			MandateRemoved, b, true, Notice, Standard, "Direct Debit removed",
			"{who} removed {target}", "{who} tried to remove {target}",
		},
		{
			MandateTurned, b, true, Notice, Standard, "Direct Debit changed by the bank",
			"{who} told how the bank has {target}", "{who} could not tell how the bank has {target}",
		},
		{
			DebitAnnounced, b, true, Info, Money, "Direct Debit announced",
			"{who} announced that invoice {target} will be collected", "{who} tried to announce a Direct Debit for {target}",
		},
		{
			DebitSent, b, true, Info, Money, "Direct Debit sent",
			"{who} had invoice {target} collected", "{who} did not collect invoice {target}",
		},
		{
			DebitTaken, b, true, Info, Money, "Direct Debit under way",
			"{who} has the Direct Debit for invoice {target} under way", "{who} could not begin the Direct Debit for {target}",
		},
		{
			DebitEnded, b, true, Notice, Money, "Direct Debit answered",
			"{who} paid invoice {target}", "{who} did not pay invoice {target}",
		},
		{
			PaymentReturned, b, true, Warning, Money, "Payment taken back",
			"The bank took the payment of invoice {target} back", "The bank tried to take the payment of {target} back",
		},
	}
}
