package activity

// The actions of refunds that go through a payment provider. That one was decided is CreditRefunded.
const (
	RefundTaken   Action = "refund.taken"
	RefundArrived Action = "refund.arrived"
	RefundFailed  Action = "refund.failed"
	RefundRefused Action = "refund.refused"
	// PaymentLeft is money of a payment that nobody here asked to go back.
	PaymentLeft Action = "payment.left"
)

func refundActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			RefundTaken, b, true, Info, Money, "Refund under way",
			"{who} has the refund for invoice {target} under way", "{who} could not begin the refund for {target}",
		},
		{
			RefundArrived, b, true, Notice, Money, "Refund made",
			"The payment provider sent money for invoice {target} back", "{who} could not send money for {target} back",
		},
		{
			RefundFailed, b, true, Warning, Money, "Refund failed",
			"A refund for invoice {target} failed, and is credit again", "{who} could not take a refund for {target} back",
		},
		{
			RefundRefused, b, true, Warning, Money, "Notice of a refund refused",
			"{who} told of a refund for {target}", "What was said of a refund for invoice {target} was refused",
		},
		{
			PaymentLeft, b, true, Warning, Money, "Payment went back unasked",
			"Money that was paid for invoice {target} went back, which nobody asked for here",
			"{who} could not write down that a payment for {target} went back",
		},
	}
}
