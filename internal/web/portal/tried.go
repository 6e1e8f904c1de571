package portal

import (
	"strings"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// slow is after how long a bank that said nothing yet counts as one that cannot be reached.
const slow = 2 * time.Minute

// lastTry is what came of the last attempt of a card on file at some invoices, as the form that pays them says it.
type lastTry struct {
	cards  []cards.Card // that may be chosen
	card   id.Card
	answer cards.Answer // empty: there was no attempt
	note   *ui.Flash    // nil: there is nothing to say
	asking bool         // the bank has not answered: nobody should pay another way
}

// tried reads the cards on file, where they may be seen, and what came of the last attempt of one at the invoices.
func (a *area) tried(c *web.Context, invoices []id.Invoice) (last lastTry, err error) {
	if a.Cards == nil {
		return last, nil
	}
	if c.May(verb.PaymentMethodsView) {
		if last.cards, err = a.Cards.List(c.Ctx(), c.Who, c.Account()); err != nil {
			return last, err
		}
	}
	t, found, err := a.Cards.LastTried(c.Ctx(), c.Who, c.Account(), invoices)
	if err != nil || !found {
		return last, err
	}
	last.card, last.answer, last.asking = t.Card, t.Answer, t.Answer == cards.Asking
	last.note = triedNote(c, t, last.name(t.Card))
	return last, nil
}

// name is what people call the card that was tried.
func (l lastTry) name(card id.Card) string {
	for _, one := range l.cards {
		if one.ID == card {
			return cardName(one)
		}
	}
	return "a card on file"
}

// beside is what stands beside a card that was tried last and did not pay.
func (l lastTry) beside(card id.Card) string {
	switch {
	case l.card != card:
		return ""
	case l.answer == cards.Declined:
		return "Your bank declined it. It is asked once more if you choose this card again."
	case l.answer == cards.Confirm:
		return "Your bank wants you to confirm, which works on our payment provider’s page alone."
	}
	return ""
}

// triedNote says what came of an attempt, and what to do next.
func triedNote(c *web.Context, t cards.Tried, card string) *ui.Flash {
	r := c.Reader()
	switch t.Answer {
	case cards.Asking:
		if c.Now().Sub(t.At) > slow {
			return &ui.Flash{Tone: ui.Warn, Lead: "Our payment provider has not answered yet.", Text: "It was asked for " +
				t.Amount.String() + " with " + card + " " + r.Then(t.At) + ". It is asked again by itself until it answers, " +
				"for the same payment: nothing is taken twice. You need not do anything."}
		}
		return &ui.Flash{Tone: ui.Info, Lead: "Your bank is being asked.", Text: "It is asked for " + t.Amount.String() +
			" with " + card + ". Look again in a minute, and pay once only."}
	case cards.Declined:
		return &ui.Flash{Tone: ui.Bad, Lead: "Your bank declined " + card + ".", Text: "That was " + r.Then(t.At) +
			", and nothing was taken. Pay another way, or ask your bank why and try again."}
	case cards.Confirm:
		return &ui.Flash{Tone: ui.Warn, Lead: "Your bank wants you to confirm.", Text: "Nothing was taken with " + card +
			" yet. Pay on our payment provider’s page, where your bank asks you: it is paid once you have confirmed."}
	case cards.Void:
		return &ui.Flash{Tone: ui.Info, Lead: "The bank was not asked.", Text: "Something was paid in the meantime, or the " +
			"card was removed. This is what is left."}
	case cards.Paid:
	}
	return nil
}

// allPaid leads back to the list from a form with nothing left to pay, and says which card paid it where one just did.
func (a *area) allPaid(c *web.Context, picked []id.Invoice) error {
	text := "There is nothing left to pay."
	if a.Cards != nil {
		t, found, err := a.Cards.LastTried(c.Ctx(), c.Who, c.Account(), picked)
		if err != nil {
			return err
		}
		if found && t.Answer == cards.Paid {
			text = "The card on file paid " + t.Amount.String() + ". There is nothing left to pay."
		}
	}
	c.Flash(ui.Info, text)
	return c.Redirect(c.Base() + "/invoices")
}

func idsOf(open []billing.Summary) []id.Invoice {
	out := make([]id.Invoice, len(open))
	for i := range open {
		out[i] = open[i].ID
	}
	return out
}

// payAddress is where these invoices are paid together.
func payAddress(list string, invoices []id.Invoice) string {
	texts := make([]string, len(invoices))
	for i, one := range invoices {
		texts[i] = one.String()
	}
	return web.With(list+"/pay", "pick", strings.Join(texts, " "))
}
