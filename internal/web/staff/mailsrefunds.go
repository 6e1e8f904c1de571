package staff

import (
	"gatehouse/internal/money"
	"gatehouse/templates/mail"
)

// refundSamples are the mails about money that goes back.
func refundSamples(brand mail.Brand, to, account, url string) []sample {
	const number = "2026-0001"
	amount := money.New(14880, money.GBP)
	sent := mail.RefundMail{
		To: to, Account: account, Number: number, Amount: amount, Into: "Visa ending in 4242", URL: url,
	}
	lost := sent
	lost.Failed = true
	failed := mail.RefundFailedMail{
		To: to, Account: account, Number: number, Gateway: "stripe", Amount: amount, Reason: "expired_or_canceled_card",
		URL: url,
	}
	unasked := mail.UnaskedMail{
		To: to, Account: account, Number: number, Gateway: "stripe", Amount: amount, URL: url,
	}
	claimed := unasked
	claimed.Claimed, claimed.Reason = true, "fraudulent"
	over, lostClaim, failedElsewhere := claimed, claimed, unasked
	over.Kept, lostClaim.Lost, failedElsewhere.Kept = true, true, true
	return []sample{
		{"refund", "Refund sent", "Money goes back to those who paid.", mail.Refund(brand, sent)},
		{
			"refund-lost", "Refund did not arrive", "Money that went back is credit of the account again.",
			mail.Refund(brand, lost),
		},
		{
			"refund-failed", "Refund failed", "To the billing department: money that was sent back is credit again.",
			mail.RefundFailed(brand, failed),
		},
		{
			"paid-back-elsewhere", "Paid back elsewhere", "To the billing department: the payment provider paid something back.",
			mail.Unasked(brand, unasked),
		},
		{
			"claimed-back", "Claimed back by the bank", "To the billing department: a payer claims a payment back.",
			mail.Unasked(brand, claimed),
		},
		{
			"claim-turned-down", "Claim turned down", "To the billing department: what a payer claimed back stays.",
			mail.Unasked(brand, over),
		},
		{
			"claim-lost", "Claim lost", "To the billing department: a payer’s bank was given what it claimed.",
			mail.Unasked(brand, lostClaim),
		},
		{
			"paid-back-elsewhere-failed", "Paid back elsewhere, and failed",
			"To the billing department: what was paid back at the payment provider did not arrive.",
			mail.Unasked(brand, failedElsewhere),
		},
	}
}
