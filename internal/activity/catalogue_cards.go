package activity

import "slices"

// The actions of cards on file.
const (
	CardAsked   Action = "card.asked"
	CardAdded   Action = "card.added"
	CardChosen  Action = "card.chosen"
	CardRemoved Action = "card.removed"
	CardCharged Action = "card.charged"
	CardPaid    Action = "card.paid"
	CardEnding  Action = "card.ending"
)

// ChangesPaymentMethod says whether an action is about what an account's invoices are paid with: where alerts tell of
// such a change, they tell of these.
func ChangesPaymentMethod(a Action) bool {
	return slices.Contains([]Action{
		CardAdded, CardChosen, CardRemoved, MandateAdded, MandateChosen, MandateRemoved,
	}, a)
}

func cardActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			CardAsked, b, true, Info, Standard, "Card asked for",
			"{who} began to add a card", "{who} tried to add a card",
		},
		{
			CardAdded, b, true, Notice, Standard, "Card added",
			"{who} told of a new card on file: {target}", "{who} told of a card that was not kept",
		},
		{
			CardChosen, b, true, Notice, Standard, "Card chosen",
			"{who} had invoices paid by {target}", "{who} tried to choose the card that pays",
		},
		{
			CardRemoved, b, true, Notice, Standard, "Card removed",
			"{who} removed {target}", "{who} tried to remove {target}",
		},
		{
			CardCharged, b, true, Info, Money, "Card on file asked",
			"{who} asked the card on file to pay invoice {target}", "{who} tried to ask the card on file about invoice {target}",
		},
		{
			CardPaid, b, true, Notice, Money, "Card on file answered",
			"{who} paid invoice {target} by the card on file", "{who} could not pay invoice {target} by the card on file",
		},
		{
			CardEnding, b, true, Info, Standard, "Card ends soon",
			"{who} told whoever pays that {target} ends soon", "{who} tried to tell whoever pays that {target} ends soon",
		},
	}
}
