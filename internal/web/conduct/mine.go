package conduct

import (
	"net/url"

	"gatehouse/internal/conduct"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	pages "gatehouse/templates/conduct"
)

// mine shows one of the staff the next version that they have to acknowledge, and what they have acknowledged.
func (a *area) mine(c *web.Context) error {
	list, err := a.Conduct.Mine(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.MinePage{Shell: c.Shell("Our policies"), BackURL: "/staff"}
	if c.Who.Seat.Department == "" {
		return fault.NotFound("policies")
	}
	next := ""
	if to := c.Query("next"); to != "" {
		next = web.Local(to)
	}
	if next != "" {
		p.BackURL = next
	}
	for _, m := range list {
		shown := pages.Policy{
			Name: m.Kind.Name(), Title: m.Title, Version: m.Version, Effective: m.Effective, At: m.At, Holds: m.Holds,
		}
		switch {
		case !m.At.IsZero():
			p.Done = append(p.Done, shown)
		case p.Next == nil:
			shown.Body = pages.Blocks(m.Body)
			shown.Action = web.PoliciesPath + "/" + m.ID.String()
			if next != "" {
				shown.Action += "?" + url.Values{"next": {next}}.Encode()
			}
			p.Next = &shown
		default:
			p.After++
		}
	}
	return c.Page(pages.Mine(p))
}

type readForm struct {
	Read bool `form:"read"`
}

// acknowledge writes it down, and goes on to the next version or to where they wanted to go.
func (a *area) acknowledge(c *web.Context) error {
	var f readForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	document, err := web.ParamID[id.DocumentKind](c, "document")
	if err != nil {
		return err
	}
	if !f.Read {
		c.Flash("warn", "Tick that you have read it.")
		return c.Redirect(again(c))
	}
	if err := a.Conduct.Acknowledge(c.Ctx(), c.Who, document); err != nil {
		return err
	}
	list, err := a.Conduct.Mine(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	if left(list) {
		return c.Redirect(again(c))
	}
	c.Done("Thank you. It stands in the register.")
	to := "/staff"
	if next := c.Query("next"); next != "" {
		to = web.Local(next)
	}
	return c.Redirect(to)
}

func again(c *web.Context) string {
	if next := c.Query("next"); next != "" {
		return web.With(web.PoliciesPath, "next", web.Local(next))
	}
	return web.PoliciesPath
}

// left says whether something that holds is still to be acknowledged.
func left(list []conduct.Mine) bool {
	for _, m := range list {
		if m.Holds && m.At.IsZero() {
			return true
		}
	}
	return false
}
