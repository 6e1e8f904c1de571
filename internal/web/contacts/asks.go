package contacts

import (
	"slices"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

type askForm struct {
	Needs string `form:"needs" max:"60"`
}

// ask passes on to the owners what somebody who was refused would like to do.
func (a *area) ask(c *web.Context) error {
	var f askForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.Accounts.Ask(c.Ctx(), c.Who, c.Account(), verb.Verb(f.Needs))
	if said, ok := fault.As(err); ok && said.Kind == fault.KindLimited {
		c.Flash(ui.Warn, said.Message)
		return c.Redirect(c.Base())
	}
	if err != nil {
		return err
	}
	c.Done("You have asked for access. Whoever owns " + c.AccountName() + " has your request, and decides.")
	return c.Redirect(c.Base())
}

// asked is what a contact asked the owners for and still lacks.
func (a *area) asked(c *web.Context, contact accounts.Contact, lines []access.Line) ([]contacts.Asked, error) {
	list, err := a.Accounts.AskedBy(c.Ctx(), c.Who, c.Account(), contact.Person)
	if err != nil {
		return nil, err
	}
	var out []contacts.Asked
	for _, one := range list {
		has := slices.ContainsFunc(lines, func(l access.Line) bool {
			return l.Verb == one.Needs && l.Decision.Allowed && !l.Decision.Limited
		})
		if !has {
			out = append(out, contacts.Asked{Needs: one.Needs, At: one.At})
		}
	}
	return out, nil
}
