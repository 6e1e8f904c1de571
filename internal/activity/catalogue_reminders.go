package activity

// The actions of what follows where an invoice is not paid in time.
const (
	InvoiceReminded Action = "invoice.reminded"
	LateFeeCharged  Action = "invoice.late_fee"
	StopAnnounced   Action = "invoice.stop_announced"
	ArrearsStopped  Action = "invoice.services_stopped"
	ArrearsLifted   Action = "invoice.services_released"
	PaymentPromised Action = "invoice.promised"
)

func reminderActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			InvoiceReminded, b, true, Info, Standard, "Reminded of an invoice",
			"{who} reminded of invoice {target}", "{who} tried to remind of invoice {target}",
		},
		{
			LateFeeCharged, b, true, Notice, Money, "Late fee",
			"{who} asked for a late fee for invoice {target}", "{who} tried to ask for a late fee",
		},
		{
			StopAnnounced, b, true, Notice, Standard, "Suspension announced",
			"{who} announced that services stop because of invoice {target}", "{who} tried to announce a suspension",
		},
		{
			ArrearsStopped, b, true, Warning, Standard, "Services stop for an unpaid invoice",
			"{who} had services stop because of invoice {target}", "{who} tried to have services stop",
		},
		{
			ArrearsLifted, b, true, Notice, Standard, "Services released after payment",
			"{who} let services run again, as invoice {target} is settled", "{who} tried to let services run again",
		},
		{
			PaymentPromised, b, true, Notice, Standard, "Day of payment promised",
			"{who} wrote down a promised day of payment for invoice {target}", "{who} tried to write down a promised day",
		},
	}
}
