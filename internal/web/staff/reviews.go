package staff

import (
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const reviewsPath = "/staff/reviews"

func (a *area) reviewRoutes() {
	a.web.Page(reviewsPath, verb.ClientsView, a.unreviewed)
}

// unreviewed lists the clients who have not reviewed for a year who has access.
func (a *area) unreviewed(c *web.Context) error {
	list, next, err := a.Reviews.NeverReviewed(c.Ctx(), c.Who, web.QueryID[id.AccountKind](c, "after"))
	if err != nil {
		return err
	}
	p := staff.UnreviewedPage{Shell: c.Shell("Access not reviewed for a year")}
	for _, u := range list {
		p.Rows = append(p.Rows, staff.UnreviewedRow{
			Name: u.Name, URL: clientsPath + "/" + u.Account.String(), Since: u.Since, Client: u.Client, Contacts: u.Contacts,
			Often: u.Months,
		})
	}
	if !next.IsZero() {
		p.Pages = ui.Pages{
			Older: reviewsPath + "?after=" + next.String(), NewerText: "First page", OlderText: "Next",
			Shown: ui.Count(len(p.Rows), "client", "clients") + " shown, the longest with us first",
		}
	}
	if c.Query("after") != "" {
		p.Pages.Newer = reviewsPath
	}
	return c.Page(staff.Unreviewed(p))
}
