package conduct

import (
	"net/http"
	"net/url"

	"gatehouse/internal/conduct"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	pages "gatehouse/templates/conduct"
	"gatehouse/templates/ui"
)

// mine shows one of the staff the next version that they have to acknowledge, and what they have acknowledged.
func (a *area) mine(c *web.Context) error {
	p, err := a.minePage(c)
	if err != nil {
		return err
	}
	return c.Page(pages.Mine(p))
}

// ask is the same page where a form was sent, which waits in it.
func (a *area) ask(c *web.Context, status int, kept []ui.Pair) error {
	p, err := a.minePage(c)
	if err != nil {
		return err
	}
	if p.Kept = kept; status == http.StatusUnprocessableEntity {
		p.Errors = ui.Errors{{Field: "read", Message: unread}}
	}
	if p.Next != nil {
		p.Next.Action = web.PoliciesPath + "/" + p.Next.ID
	}
	return c.Render(status, pages.Mine(p))
}

func (a *area) minePage(c *web.Context) (pages.MinePage, error) {
	list, err := a.Conduct.Mine(c.Ctx(), c.Who)
	if err != nil {
		return pages.MinePage{}, err
	}
	p := pages.MinePage{Shell: c.Shell("Our policies"), BackURL: "/staff"}
	if c.Who.Seat.Department == "" {
		return pages.MinePage{}, fault.NotFound("policies")
	}
	next := ""
	if to := c.Query("next"); to != "" {
		next = web.Local(to)
		p.BackURL = next
	}
	for _, m := range list {
		shown := pages.Policy{
			ID: m.ID.String(), Name: m.Kind.Name(), Title: m.Title, Version: m.Version, Effective: m.Effective, At: m.At,
			Holds: m.Holds,
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
	return p, nil
}

const unread = "Tick that you have read it."

type readForm struct {
	Read bool `form:"read"`
}

// acknowledge writes it down, and goes on to the next version, to the form that waits, or to where they wanted to go.
func (a *area) acknowledge(c *web.Context) error {
	var f readForm
	if err := c.BindBesideKept(&f); err != nil {
		return err
	}
	document, err := web.ParamID[id.DocumentKind](c, "document")
	if err != nil {
		return err
	}
	kept := c.Kept()
	if !f.Read && len(kept) > 0 {
		return a.ask(c, http.StatusUnprocessableEntity, kept)
	}
	if !f.Read {
		c.Flash("warn", unread)
		return a.again(c, kept)
	}
	if err := a.Conduct.Acknowledge(c.Ctx(), c.Who, document); err != nil {
		return err
	}
	list, err := a.Conduct.Mine(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	if left(list) {
		return a.again(c, kept)
	}
	if len(kept) > 0 {
		return c.GoOn()
	}
	c.Done("Thank you. It stands in the register.")
	to := "/staff"
	if next := c.Query("next"); next != "" {
		to = web.Local(next)
	}
	return c.Redirect(to)
}

// again shows the page once more, with the form that waits where one does.
func (a *area) again(c *web.Context, kept []ui.Pair) error {
	if len(kept) > 0 {
		return a.ask(c, http.StatusPreconditionRequired, kept)
	}
	if next := c.Query("next"); next != "" {
		return c.Redirect(web.With(web.PoliciesPath, "next", web.Local(next)))
	}
	return c.Redirect(web.PoliciesPath)
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
