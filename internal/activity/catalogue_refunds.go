package activity

// The actions of refunds that go through a payment provider. That one was decided is CreditRefunded.
const (
	RefundTaken   Action = "refund.taken"
	RefundArrived Action = "refund.arrived"
	RefundFailed  Action = "refund.failed"
	RefundRefused Action = "refund.refused"
	// PaymentLeft is money of a payment that nobody here asked to go back.
	PaymentLeft Action = "payment.left"
	// PaymentStayed and PaymentLost are how that ended.
	PaymentStayed Action = "payment.stayed"
	PaymentLost   Action = "payment.lost"
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
		{
			PaymentStayed, b, true, Notice, Money, "Payment stayed after all",
			"Money that was paid for invoice {target} stayed after all",
			"{who} could not write down that a payment for {target} stayed",
		},
		{
			PaymentLost, b, true, Warning, Money, "Claim of a bank lost",
			"Money that was paid for invoice {target} was given back to the payer’s bank",
			"{who} could not write down that a claim for {target} was lost",
		},
	}
}
