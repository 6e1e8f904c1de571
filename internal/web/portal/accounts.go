package portal

import (
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
	places, err := a.Accounts.MyAccounts(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := portal.AccountsPage{Shell: c.Shell("Accounts"), Query: strings.TrimSpace(c.Query("q")), Total: len(places)}
	for _, place := range places {
		if strings.Contains(strings.ToLower(place.Name), strings.ToLower(p.Query)) {
			p.Rows = append(p.Rows, accountRow(p.Shell.Reader, place))
		}
	}
	return c.Page(portal.Accounts(p))
}

func accountRow(r ui.Reader, place accounts.Place) portal.AccountRow {
	row := portal.AccountRow{Name: place.Name, URL: "/accounts/" + place.Account.String(), Role: place.RoleName}
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
