package cards

import (
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/cards"
	"gatehouse/templates/ui"
)

// justAdded is for how long a card counts as the one that somebody comes back from giving.
const justAdded = 10 * time.Minute

func (a *area) setup(c *web.Context) (billing.Setup, error) {
	setup, err := web.ParamID[id.CardSetupKind](c, "setup")
	if err != nil {
		return billing.Setup{}, err
	}
	return a.Cards.Setup(c.Ctx(), setup)
}

// give stands where a payment provider's own page would.
func (a *area) give(c *web.Context) error {
	s, err := a.setup(c)
	if err != nil {
		return err
	}
	return c.Page(cards.Give(givePage(c, s, "")))
}

func givePage(c *web.Context, s billing.Setup, message string) cards.GivePage {
	return cards.GivePage{
		Shell: c.Shell("Sandbox card"), Action: sandbox.CardPath + s.ID.String(), Merchant: s.Merchant, Message: message,
	}
}

type giveForm struct {
	Card string `form:"card" max:"40"`
	Do   string `form:"do" max:"40"`
}

// given is what somebody does on the sandbox's page. Its notice goes the way that those of a real gateway go.
func (a *area) given(c *web.Context) error {
	var f giveForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, err := a.setup(c)
	if err != nil {
		return err
	}
	if f.Do == "cancel" {
		c.Flash(ui.Info, "You left the page. No card was added.")
		return c.Redirect(s.Back)
	}
	if f.Card != sandbox.CardPays && f.Card != sandbox.CardDeclines && f.Card != sandbox.CardAction {
		return c.Invalid(cards.Give(givePage(c, s, "Choose a card.")))
	}
	if err := a.Sandbox.Keep(c.Ctx(), s, f.Card, c.Now()); err != nil {
		return err
	}
	c.Done("The card is added.")
	return c.Redirect(s.Back)
}
