package staff

import (
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const (
	reviewsPath = "/staff/reviews"
	ownersPath  = "/staff/owners"
)

func (a *area) reviewRoutes() {
	a.web.Page(reviewsPath, verb.ClientsView, a.unreviewed)
	a.web.Page(ownersPath, verb.ClientsView, a.ownerless)
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

// ownerless lists the clients in whose account nobody can act as the owner.
func (a *area) ownerless(c *web.Context) error {
	list, next, err := a.Accounts.WithoutOwner(c.Ctx(), c.Who, web.QueryID[id.AccountKind](c, "after"))
	if err != nil {
		return err
	}
	p := staff.OwnerlessPage{Shell: c.Shell("Accounts without an owner")}
	for _, o := range list {
		why := "Nobody has accepted the invitation yet"
		if o.Owners > 0 {
			why = ui.Count(o.Owners, "owner", "owners") + ", suspended, locked or disabled"
		}
		p.Rows = append(p.Rows, staff.OwnerlessRow{
			Name: o.Name, URL: clientsPath + "/" + o.Account.String(), Why: why, Client: o.Client,
		})
	}
	if !next.IsZero() {
		p.Pages = ui.Pages{
			Older: ownersPath + "?after=" + next.String(), NewerText: "First page", OlderText: "Next",
			Shown: ui.Count(len(p.Rows), "client", "clients") + " shown, the longest with us first",
		}
	}
	if c.Query("after") != "" {
		p.Pages.Newer = ownersPath
	}
	return c.Page(staff.Ownerless(p))
}
