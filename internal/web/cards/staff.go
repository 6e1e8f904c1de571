package cards

import (
	"gatehouse/internal/billing"
	"gatehouse/internal/web"
	"gatehouse/templates/cards"
	"gatehouse/templates/ui"
)

const (
	clientsPath = "/staff/clients"
	clientPath  = clientsPath + "/:account/payment-methods"
)

// ofClient is what is on file for a client, as the provider's people see it. They change nothing here: what pays is the
// client's own choice.
func (a *area) ofClient(c *web.Context) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	kept, err := a.Cards.ClientList(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	mandates, err := a.Debits.ClientList(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := cards.ClientPage{
		Shell: c.Shell("Payment methods of " + of.Name), Tabs: c.ClientTabs(),
		Parents: []ui.Link{
			{Text: "Clients", URL: clientsPath}, {Text: of.Name, URL: clientsPath + "/" + c.Account().String()},
		},
	}
	for _, one := range kept {
		p.Cards = append(p.Cards, cards.Card{
			Name: name(one), Month: one.Month, Year: one.Year, Default: one.Default, Ended: one.Ended, Ending: one.Ending,
			Added: one.Added,
		})
	}
	for _, one := range mandates {
		p.Mandates = append(p.Mandates, cards.Mandate{
			Last4: one.Last4, Reference: one.Reference, Default: one.Default,
			Pending: one.State == billing.MandatePending, Ended: one.State == billing.MandateInactive, Added: one.Added,
		})
	}
	return c.Page(cards.Client(p))
}
