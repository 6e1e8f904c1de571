package review

import (
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/reviews"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/review"
	"gatehouse/templates/ui"
)

type changing struct {
	Version  string   `form:"version" max:"20"`
	Seen     string   `form:"seen" max:"20"`
	Role     string   `form:"role" max:"80"`
	Services []string `form:"services" max:"40"`
	Ends     string   `form:"ends" max:"40"`
}

// row reads the row of the address, and turns away whoever may not decide about it.
func (a *area) row(c *web.Context) (reviews.Summary, reviews.Row, error) {
	which, subject, err := rowIDs(c)
	if err != nil {
		return reviews.Summary{}, reviews.Row{}, err
	}
	of, row, err := a.Reviews.Row(c.Ctx(), c.Who, c.Account(), which, subject)
	if err != nil {
		return of, row, err
	}
	list := []reviews.Row{row}
	if err := a.nameServices(c, list); err != nil {
		return of, row, err
	}
	row = list[0]
	about := activity.TargetOf("contact", row.Contact.ID, row.Facts.Name)
	switch {
	case row.Contact.You:
		return of, row, c.Refuse(access.ReasonOwnRole, about)
	case !row.Contact.MayChange:
		return of, row, c.Refuse(access.ReasonHigherRole, about)
	}
	return of, row, nil
}

func (a *area) changeForm(c *web.Context) error {
	of, row, err := a.row(c)
	if err != nil {
		return err
	}
	terms := row.Contact.Terms
	f := changing{
		Version: strconv.FormatInt(row.Version, 10), Seen: strconv.FormatInt(row.Contact.Version, 10), Ends: endDay(c, terms),
	}
	services := terms.Services
	if scope := row.Facts.Advice.Scope; scope != nil && c.May(verb.ServicesView) {
		services = scope.Services
		if row.Facts.Advice.Role == "" { // the role stays as it is
			f.Role = terms.RoleValue()
		}
	}
	for _, s := range services {
		f.Services = append(f.Services, s.String())
	}
	p, err := a.changePage(c, of, row, f)
	if err != nil {
		return err
	}
	return c.Page(review.ChangeRow(p))
}

func endDay(c *web.Context, t accounts.Terms) string {
	if t.EndsAt.IsZero() {
		return ""
	}
	return t.EndsAt.In(c.Reader().Location).Format(time.DateOnly)
}

func (a *area) changePage(
	c *web.Context, of reviews.Summary, row reviews.Row, f changing,
) (review.ChangePage, error) {
	name := row.Facts.Name
	p := review.ChangePage{
		Shell: c.Shell("What " + name + " is to have"), ReviewURL: listURL(c) + "/" + of.ID.String(), ReviewTitle: of.Title,
		Action: c.Request().URL.Path, Name: name, Current: row.Facts.Role + ", " + row.Facts.Reaches(),
		Says: "Suggestion: " + row.Facts.Advice.Says, Why: row.Facts.Advice.Why,
		Version: f.Version, Seen: f.Seen, Ends: f.Ends, Legend: "New role", Dated: true,
	}
	roles, err := a.Accounts.Grantable(c.Ctx(), c.Who, c.Account(), verb.ContactsManage)
	if err != nil {
		return p, err
	}
	for _, role := range roles {
		if role.Key == access.RoleOwner && !row.Contact.Team.IsZero() {
			continue // a team is never an owner
		}
		p.Roles = append(p.Roles, ui.Choice{
			Value: role.Value(), Label: role.Name, Help: role.Says(), Chosen: role.Value() == f.Role,
		})
	}
	if !c.May(verb.ServicesView) {
		return p, nil
	}
	for after := (id.Service{}); ; {
		page, err := a.Hosting.Services(c.Ctx(), c.Who, c.Account(), after)
		if err != nil {
			return p, err
		}
		for _, s := range page.Services {
			p.Services = append(p.Services, ui.Choice{
				Value: s.ID.String(), Label: s.Name(), Chosen: slices.Contains(f.Services, s.ID.String()),
			})
		}
		if after = page.Next; after.IsZero() {
			return p, nil
		}
	}
}

func (a *area) change(c *web.Context) error {
	var f changing
	if err := c.Bind(&f); err != nil {
		return err
	}
	answer, err := shown(f.Version, f.Seen)
	if err != nil {
		return err
	}
	of, row, err := a.row(c)
	if err != nil {
		return err
	}
	answer.Verdict = reviews.Change
	answer.Terms, err = f.terms(c, row.Contact)
	if err == nil {
		err = a.settle(c, of.ID, row.Subject, answer)
	}
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.changePage(c, of, row, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(review.ChangeRow(p))
	}
	return err
}

// terms are what the form asks for. Somebody who may not see services leaves them as they are.
func (f changing) terms(c *web.Context, contact accounts.Contact) (accounts.Terms, error) {
	t := accounts.RoleTerms(f.Role)
	t.Limited, t.Services = contact.Terms.Limited, contact.Terms.Services
	if c.May(verb.ServicesView) {
		t.Services, t.Limited = nil, len(f.Services) > 0
		for _, text := range f.Services {
			s, err := id.Parse[id.ServiceKind](text)
			if err != nil {
				return t, fault.InvalidField("services", "Choose services from the list.")
			}
			t.Services = append(t.Services, s)
		}
	}
	if f.Ends == "" {
		return t, nil
	}
	if f.Ends == endDay(c, contact.Terms) {
		t.EndsAt = contact.Terms.EndsAt
		return t, nil
	}
	last, err := time.ParseInLocation(time.DateOnly, f.Ends, c.Reader().Location)
	if err != nil {
		return t, fault.InvalidField("ends", "A day looks like 2026-12-31.")
	}
	t.EndsAt = last.AddDate(0, 0, 1)
	return t, nil
}
