package portal

import (
	"net/http"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func (a *area) panelForm(c *web.Context) error {
	one, err := web.ParamID[id.ServiceKind](c, "service")
	if err != nil {
		return err
	}
	door, err := a.Hosting.Door(c.Ctx(), c.Who, c.Account(), one)
	if err != nil {
		return err
	}
	s, list := door.Service, c.Base()+"/services"
	p := portal.PanelConfirmPage{
		Shell: c.Shell("Open the panel of " + s.Name()), Service: s.Name(), ServiceURL: list + "/" + s.ID.String(),
		ListURL: list, Action: c.Request().URL.Path, Panel: s.Server.Name + ", " + s.Server.Location,
		As: door.Role.Sentence(), Shut: door.Shut,
	}
	if door.Lasts > 0 {
		p.Lasts = "up to " + ui.Count(int(door.Lasts.Minutes()), "minute", "minutes") + " after your last click"
	}
	return c.Page(portal.PanelConfirm(p))
}

func (a *area) openPanel(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	one, err := web.ParamID[id.ServiceKind](c, "service")
	if err != nil {
		return err
	}
	link, err := a.Hosting.OpenPanel(c.Ctx(), c.Who, c.Account(), one)
	if f, ok := fault.As(err); ok && f.Kind == fault.KindUnavailable {
		return a.panelFailed(c, one, f.Message)
	}
	if err != nil {
		return err
	}
	if strings.HasPrefix(link, "/") { // this portal is the panel itself
		return c.Leave(link)
	}
	return a.panelOpens(c, one, link)
}

// panelOpens leads to a panel on a server of its own. The link is in no page: only the browser gets it.
func (a *area) panelOpens(c *web.Context, one id.Service, link string) error {
	s, err := a.Hosting.Service(c.Ctx(), c.Who, c.Account(), one)
	if err != nil {
		return err
	}
	at := c.Base() + "/services/" + one.String()
	return c.Onward(link, portal.PanelOpens(portal.PanelOpensPage{
		Shell: c.Shell("Opening the panel"), Service: s.Name(), ServiceURL: at, AgainURL: at + "/panel",
		Server: s.Server.Name,
	}))
}

// panelFailed says what went wrong, and where to try again. The attempt is in the log.
func (a *area) panelFailed(c *web.Context, one id.Service, reason string) error {
	s, err := a.Hosting.Service(c.Ctx(), c.Who, c.Account(), one)
	if err != nil {
		return err
	}
	at := c.Base() + "/services/" + one.String()
	return c.Render(http.StatusServiceUnavailable, portal.PanelFailed(portal.PanelFailedPage{
		Shell: c.Shell("The panel does not answer"), Service: s.Name(), ServiceURL: at, RetryURL: at + "/panel",
		Reason: reason, RequestID: c.RequestID(),
	}))
}
