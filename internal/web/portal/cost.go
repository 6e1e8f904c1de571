package portal

import (
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
)

// renewal says when a service renews, or until when it is charged for, to everybody who sees it.
func (a *area) renewal(c *web.Context, s hosting.Service, p *portal.ServicePage) error {
	p.Renews = s.Renewal(c.Now())
	if a.Recurring == nil {
		return nil
	}
	var err error
	p.Renews, p.Ends, err = a.Recurring.Renewal(c.Ctx(), c.Who, verb.ServicesView, c.Account(), s.ID, p.Renews)
	return err
}

// cost shows what a service costs and what the next invoice will hold, to those who may see invoices.
func (a *area) cost(c *web.Context, service id.Service, p *portal.ServicePage) error {
	if a.Recurring == nil || !c.May(verb.InvoicesView) {
		return nil
	}
	charge, next, err := a.Recurring.OfService(c.Ctx(), c.Who, c.Account(), service)
	if err != nil || charge.ID.IsZero() {
		return err
	}
	p.Price, p.Period = &charge.Price, charge.Period.InWords()+", plus VAT"
	if len(next.Lines) == 0 {
		return nil
	}
	p.Next = &portal.NextInvoice{Made: next.Made, Due: next.Due, Net: next.Net}
	for _, l := range next.Lines {
		p.Next.Lines = append(p.Next.Lines, portal.NextLine{
			Text: l.Text, Detail: l.Detail, Net: l.Net, Period: p.Shell.Reader.Date(l.From) + " to " + p.Shell.Reader.Date(l.To),
			Here: l.Service == service,
		})
	}
	return nil
}
