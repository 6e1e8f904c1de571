package activity

// The actions of links that pay one invoice without a sign-in.
const (
	PayLinkMade    Action = "pay_link.made"
	PayLinkEnded   Action = "pay_link.ended"
	PayLinkOpened  Action = "pay_link.opened"
	PayLinkRefused Action = "pay_link.refused"

	PaperMade Action = "e_invoice.made"
)

func payLinkActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			PayLinkMade, b, true, Notice, Standard, "Payment link made",
			"{who} made a payment link for invoice {target}", "{who} tried to make a payment link for invoice {target}",
		},
		{
			PayLinkEnded, b, true, Info, Standard, "Payment link ended",
			"{who} ended a payment link for invoice {target}", "{who} tried to end a payment link for invoice {target}",
		},
		{
			PayLinkOpened, b, false, Info, Standard, "Payment link opened",
			"{who} looked at invoice {target}", "{who} tried to look at invoice {target}",
		},
		{
			PaperMade, b, true, Info, Standard, "Papers made",
			"{who} made the papers of {target}", "{who} could not make the electronic form of {target}",
		},
		{
			PayLinkRefused, b, false, Notice, Standard, "Payment link refused",
			"{who} opened a payment link", "{who} tried a payment link that no longer works{about}",
		},
	}
}
