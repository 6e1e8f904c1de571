package public

import (
	"net/http"

	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/web"
	"gatehouse/templates/public"
)

// panel stands in for a hosting panel. Its link works once, for the one who asked for it.
func (a *area) panel(c *web.Context) error {
	if c.Ahead() {
		return a.Panel.Prefetched(c.Ctx(), c.Who, c.Param("token"))
	}
	visit, err := a.Panel.Redeem(c.Ctx(), c.Who, c.Param("token"))
	if fault.KindOf(err) == fault.KindConflict {
		return c.Render(http.StatusConflict, public.PanelLinkUsed(public.ErrorPage{
			Shell: c.Shell("This link has ended"), RequestID: c.RequestID(), BackURL: "/accounts", Back: "Back to the accounts",
		}))
	}
	if err != nil {
		return err
	}
	p := public.PanelPage{
		Shell: c.Shell("Hosting panel"), Service: visit.Name, Server: visit.Server, Person: visit.Visitor, At: c.Now(),
		BackURL: "/accounts/" + visit.Account.String() + "/services/" + visit.Service.String(),
		Role:    "developer", Features: []string{"Files", "Databases", "Software"},
	}
	if visit.Role == hosting.PanelAdmin {
		p.Role, p.Features = "full access", append(p.Features, "E-mail", "Users", "Backups")
	}
	return c.Page(public.Panel(p))
}
