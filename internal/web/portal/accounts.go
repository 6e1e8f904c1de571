package portal

import (
	"strconv"
	"strings"

	"gatehouse/internal/accounts"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func (a *area) accountRoutes() {
	a.web.Page("/accounts", verb.SignedIn, a.accounts)
	a.web.Page(web.AccountPath, verb.AccountView, a.overview)
}

func (a *area) accounts(c *web.Context) error {
	query, from := strings.TrimSpace(c.Query("q")), int(c.QueryInt("from"))
	page, err := a.Accounts.MyAccounts(c.Ctx(), c.Who, query, from, accountsShown)
	if err != nil {
		return err
	}
	p := portal.AccountsPage{Shell: c.Shell("Accounts"), Query: query, Total: page.All}
	for _, place := range page.Places {
		p.Rows = append(p.Rows, accountRow(p.Shell.Reader, place))
	}
	if page.From > 0 {
		p.Pages.Newer = web.With("/accounts", "q", p.Query)
	}
	if to := page.From + accountsShown; to < page.Found {
		p.Pages.Older = web.With("/accounts", "q", p.Query, "from", strconv.Itoa(to))
	}
	p.Pages.NewerText, p.Pages.OlderText = "First page", "Next"
	p.Pages.Shown = ui.Count(len(p.Rows), "account", "accounts") + " shown, by name"
	return c.Page(portal.Accounts(p))
}

// accountsShown is how many accounts a page of the switcher shows; whoever has more searches by name.
const accountsShown = 25

func accountRow(r ui.Reader, place accounts.Place) portal.AccountRow {
	row := portal.AccountRow{Name: place.Name, URL: "/accounts/" + place.Account.String(), Role: place.RoleName}
	if place.Team != "" {
		row.Role += " · through the team " + place.Team
	}
	switch {
	case place.Ended:
		row.Why = "· Your access ended on " + r.Date(place.EndsAt) + "."
	case place.Suspended:
		row.Why = "· Your access is suspended."
	case !place.EndsAt.IsZero():
		row.Role += " · until " + r.Date(place.EndsAt)
	}
	if place.Closed {
		row.State = &ui.State{Icon: "minus", Word: "Closed"}
	}
	return row
}
