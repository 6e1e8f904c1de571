package staff

import (
	"time"

	"gatehouse/internal/money"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// debitSamples are the mails about Direct Debit and about money that goes back.
func debitSamples(brand mail.Brand, to, account, url string, now time.Time, r ui.Reader) []sample {
	const number, last4, reference = "2026-0001", "2345", "HARBOUR-7KQ2"
	amount, methods := money.New(14880, money.GBP), brand.SiteURL+"/accounts/example/payment-methods"
	over := mail.DebitOverMail{
		To: to, Account: account, Number: number, Amount: amount, Last4: last4, Reason: "insufficient_funds", Again: true,
		URL: url, MethodsURL: methods,
	}
	back := over
	back.Back, back.Again = true, false
	ending := mail.EndingMail{
		To: to, Account: account, Card: "Visa ending in 4242", Last: now.AddDate(0, 0, 30), Days: 30, Reader: r,
		CardsURL: methods,
	}
	refused := mail.RefusedMail{
		To: to, Account: account, Number: number, Gateway: "stripe", Said: money.New(100, money.GBP), URL: url,
		Why: "The payment was begun over £148.80, and £1.00 came.",
	}
	altered := mail.RefusedMail{
		To: to, Account: account, Number: number, Said: money.New(100, money.GBP), URL: url, Form: true,
		Why: "A browser sent back another amount, currency or invoice than the page had shown.",
	}
	return append(refundSamples(brand, to, account, url), []sample{
		{
			"card-ending", "Card ends soon", "Thirty and seven days before a card that pays ends.",
			mail.CardEnding(brand, ending),
		},
		{
			"payment-refused", "Payment refused", "To the billing department: a notice did not fit.",
			mail.PaymentRefused(brand, refused),
		},
		{
			"notices-refused", "Payment notices refused", "To the billing department: a notice belongs to no payment.",
			mail.NoticesRefused(brand, to, "stripe", "The signature is not right."),
		},
		{
			"payment-altered", "Payment form altered", "To the billing department: a form came back altered.",
			mail.PaymentRefused(brand, altered),
		},
		{
			"debit", "Direct Debit announced", "Working days before a Direct Debit, to everybody who pays.",
			mail.DebitSoon(brand, mail.DebitMail{
				To: to, Account: account, Number: number, Amount: amount, On: now.AddDate(0, 0, 5), Last4: last4,
				Reference: reference, Reader: r, URL: url, MethodsURL: methods,
			}),
		},
		{"debit-failed", "Direct Debit not paid", "The bank did not pay a Direct Debit.", mail.DebitOver(brand, over)},
		{"debit-back", "Direct Debit taken back", "The bank took a payment back.", mail.DebitOver(brand, back)},
		{"mandate", "Direct Debit cancelled", "The bank ended a mandate.", mail.MandateGone(brand, mail.MandateMail{
			To: to, Account: account, Last4: last4, Reference: reference, Paid: true, MethodsURL: methods,
		})},
	}...)
}
