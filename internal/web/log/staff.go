package log

import (
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
)

const (
	providerLogPath = "/staff/activity"
	clientLogPath   = "/staff/clients/:account/activity"
)

func (a *area) staffRoutes() {
	a.web.Page(clientLogPath, verb.AuditView, a.clientActivity)
	a.web.Page(clientLogPath+"/:entry", verb.AuditView, func(c *web.Context) error {
		return a.showEntry(c, verb.AuditView, clientLogOf(c))
	})
	a.web.Page(providerLogPath, verb.AuditView, a.providerActivity)
	a.web.Page(providerLogPath+"/:entry", verb.AuditView, func(c *web.Context) error {
		return a.showEntry(c, verb.AuditView, providerLogPath)
	})
}

func clientLogOf(c *web.Context) string {
	return "/staff/clients/" + c.Account().String() + "/activity"
}

// providerActivity is the provider's own log.
func (a *area) providerActivity(c *web.Context) error {
	return a.staffLog(c, providerLogPath, log.ActivityPage{
		Title: "Activity log",
		Lead:  "What concerns " + c.Provider() + " as a whole. Each account and each person has a log of their own.",
	})
}

// clientActivity is the log of one client, as the client reads it. That somebody looked is in it.
func (a *area) clientActivity(c *web.Context) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	above, err := c.AboveClient()
	if err != nil {
		return err
	}
	return a.staffLog(c, clientLogOf(c), log.ActivityPage{
		Tabs:  c.ClientTabs(),
		Above: above, Title: "Activity log of " + of.Name, Lead: "The client reads the same.",
	})
}

// staffLog has the same filters as an account's own. Its search knows addresses and actions: to look for a client's
// people and things is to look at them, which needs a reason of its own.
func (a *area) staffLog(c *web.Context, path string, p log.ActivityPage) error {
	p.Shell, p.Searches, p.Query = c.Shell("Activity log"), true, c.Query("q")
	p.SearchHint = "An address or an action"
	return a.searched(c, verb.AuditView, readLogView(c, path, true), p)
}
