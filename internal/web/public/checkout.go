package public

import (
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
)

// The cards of the sandbox, as its form posts them.
const (
	cardPays     = "pays"
	cardDeclines = "declines"
	cardAction   = "action"
	// cardConfirmed is the answer to the bank that asked.
	cardConfirmed = "confirmed"
)

// attempt reads the attempt to pay that the address names, if it is one of the sandbox.
func (a *area) attempt(c *web.Context) (billing.Checkout, error) {
	checkout, err := web.ParamID[id.CheckoutKind](c, "checkout")
	if err != nil {
		return billing.Checkout{}, err
	}
	of, err := a.Billing.Checkout(c.Ctx(), checkout)
	if err != nil {
		return billing.Checkout{}, err
	}
	if of.Gateway != sandbox.Name {
		return billing.Checkout{}, fault.NotFound("checkout")
	}
	if of.Expired && of.State != billing.CheckoutPaid {
		return of, fault.Conflict("This payment page has ended. Open the invoice again to pay.")
	}
	return of, nil
}

// checkout stands where a payment provider's own page would.
func (a *area) checkout(c *web.Context) error {
	of, err := a.attempt(c)
	if err != nil {
		return err
	}
	if of.State == billing.CheckoutPaid {
		return c.Redirect(of.Back)
	}
	return c.Page(public.Checkout(checkoutPage(c, of, "")))
}

func checkoutPage(c *web.Context, of billing.Checkout, message string) public.CheckoutPage {
	return public.CheckoutPage{
		Shell: c.Shell("Sandbox payment"), Action: sandbox.Path + of.ID.String(), Merchant: of.Merchant,
		About: of.About(), Amount: of.Amount, Message: message, Cards: public.SandboxCards(),
	}
}

type checkoutForm struct {
	Card string `form:"card" max:"40"`
	Do   string `form:"do" max:"40"`
}

// decide is what somebody does on the sandbox's page. Its notice goes the way that those of a real gateway go, so that
// the invoice is paid before the browser is back.
func (a *area) decide(c *web.Context) error {
	var f checkoutForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	of, err := a.attempt(c)
	if err != nil {
		return err
	}
	if of.State == billing.CheckoutPaid {
		return c.Redirect(of.Back)
	}
	if f.Do == "cancel" {
		if err := a.Sandbox.Decide(c.Ctx(), of, billing.OutcomeCancelled, c.Now()); err != nil {
			return err
		}
		c.Flash(ui.Info, "You left the payment. Nothing was paid.")
		return c.Redirect(of.Back)
	}
	return a.useCard(c, of, f.Card)
}

func (a *area) useCard(c *web.Context, of billing.Checkout, card string) error {
	switch card {
	case cardPays, cardConfirmed:
		if err := a.Sandbox.Decide(c.Ctx(), of, billing.OutcomePaid, c.Now()); err != nil {
			return err
		}
		c.Done("Thank you. " + of.Amount.String() + " was paid; the receipt is on its way.")
		return c.Redirect(of.Back)
	case cardDeclines:
		if err := a.Sandbox.Decide(c.Ctx(), of, billing.OutcomeDeclined, c.Now()); err != nil {
			return err
		}
		return c.Invalid(public.Checkout(checkoutPage(c, of, "Your card was declined. Try another one.")))
	case cardAction:
		p := checkoutPage(c, of, "")
		p.About = "Your bank asks whether it is you who pays: " + of.About()
		p.Cards = []ui.Choice{
			{Value: cardConfirmed, Label: "Yes, it is me", Help: "The bank lets the payment through."},
			{Value: cardDeclines, Label: "No", Help: "The bank declines the payment."},
		}
		return c.Page(public.Checkout(p))
	}
	return c.Invalid(public.Checkout(checkoutPage(c, of, "Choose a card.")))
}
