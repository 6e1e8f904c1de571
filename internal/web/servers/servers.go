// Package servers holds the pages on which the provider's people keep its servers, and what runs on them for clients:
// test a connection, compare accounts, suspend, restore and end a service, and have a server asked again.
package servers

import (
	"strconv"
	"strings"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/servers"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Hosting  *hosting.Hosting
	Accounts *accounts.Accounts

	Recurring *recurring.Recurring // nil: nothing is charged for by itself
}

type area struct {
	Deps
	web *web.Web
}

const (
	clientsPath = "/staff/clients"
	listPath    = "/staff/servers"
	serverPath  = listPath + "/:server"
	servicePath = "/staff/clients/:account/services/:service"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	w.Page(listPath, verb.ServersManage, a.list)
	w.Page(serverPath, verb.ServersManage, a.server)
	w.Action(serverPath+"/test", verb.ServersManage, a.test)
	w.Page(serverPath+"/edit", verb.ServersManage, a.edit)
	w.Action(serverPath+"/edit", verb.ServersManage, a.save)
	w.Page(serverPath+"/accounts", verb.ServersManage, a.compare)
	w.Page(servicePath, verb.HostingView, a.service)
	w.Page(servicePath+"/suspend", verb.HostingManage, a.askSuspend)
	w.Action(servicePath+"/suspend", verb.HostingManage, a.suspend)
	w.Page(servicePath+"/restore", verb.HostingManage, a.askRestore)
	w.Action(servicePath+"/restore", verb.HostingManage, a.restore)
	w.Page(servicePath+"/disable", verb.HostingManage, a.askDisable)
	w.Action(servicePath+"/disable", verb.HostingManage, a.disable)
	w.Page(servicePath+"/reopen", verb.HostingManage, a.askReopen)
	w.Action(servicePath+"/reopen", verb.HostingManage, a.reopen)
	w.Page(servicePath+"/end", verb.HostingManage, a.askEnd)
	w.Action(servicePath+"/end", verb.HostingManage, a.end)
	w.Page(servicePath+"/retry", verb.HostingManage, a.askRetry)
	w.Action(servicePath+"/retry", verb.HostingManage, a.retry)
}

// PanelName is what people call a kind of panel.
func PanelName(kind string) string {
	switch kind {
	case whm.Name:
		return "cPanel and WHM"
	case demopanel.Name:
		return "The demo’s panel"
	case hosting.NoPanel:
		return "No panel that opens from here"
	}
	return kind
}

func stateOf(s hosting.Standing) ui.State {
	switch {
	case s.Retired:
		return ui.State{Icon: "minus", Word: "Retired"}
	case s.Trouble != "":
		return ui.State{Tone: ui.Bad, Icon: "plug-connected-x", Word: "Does not answer"}
	case s.Looked.IsZero():
		return ui.State{Icon: "minus", Word: "Not looked at"}
	}
	return ui.State{Tone: ui.OK, Icon: "check", Word: "Answers"}
}

func carries(s hosting.Standing) *ui.MeterProps {
	if s.Capacity == 0 {
		return nil
	}
	return &ui.MeterProps{
		Label: "Services of its capacity", Text: ui.Number(s.Services) + " of " + ui.Number(s.Capacity),
		Used: int64(s.Services), Of: int64(s.Capacity),
	}
}

func load(s hosting.Standing) string {
	if s.Looked.IsZero() || s.Trouble != "" {
		return "–"
	}
	return strconv.FormatFloat(s.Load, 'f', 2, 64)
}

func (a *area) list(c *web.Context) error {
	list, err := a.Hosting.Standings(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.ListPage{Shell: c.Shell("Servers"), NewURL: listPath + "/new"}
	for _, s := range list {
		p.Rows = append(p.Rows, pages.Row{
			Name: s.Name, URL: listPath + "/" + s.ID.String(), Panel: PanelName(s.Panel), Location: s.Location,
			State: stateOf(s), Trouble: s.Trouble, Load: load(s), Carries: carries(s), Services: s.Services,
		})
	}
	return c.Page(pages.List(p))
}

// one reads the server that the address names.
func (a *area) one(c *web.Context) (hosting.Standing, error) {
	server, err := web.ParamID[id.ServerKind](c, "server")
	if err != nil {
		return hosting.Standing{}, err
	}
	return a.Hosting.Standing(c.Ctx(), c.Who, server)
}

func (a *area) server(c *web.Context) error {
	s, err := a.one(c)
	if err != nil {
		return err
	}
	at := listPath + "/" + s.ID.String()
	p := pages.Page{
		Shell: c.Shell(s.Name), ListURL: listPath, Name: s.Name, Panel: PanelName(s.Panel), Host: s.Host,
		Address: s.Address, Location: s.Location, State: stateOf(s), Trouble: s.Trouble, Since: s.Since, Looked: s.Looked,
		Version: s.Software, Load: load(s), Services: s.Services, Accounts: s.Accounts, Carries: carries(s),
		EditURL: at + "/edit",
	}
	if c.May(verb.IncidentsPublish) && !s.Retired {
		p.ShowURL = web.With("/staff/status/parts/new", "server", s.ID.String(), "name", s.Name,
			"address", "https://"+s.Host+"/")
	}
	if s.Managed {
		p.TestURL, p.AccURL = at+"/test", at+"/accounts"
	}
	return c.Page(pages.Server(p))
}

func (a *area) test(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	server, err := web.ParamID[id.ServerKind](c, "server")
	if err != nil {
		return err
	}
	s, err := a.Hosting.TestServer(c.Ctx(), c.Who, server)
	if err != nil {
		return err
	}
	if s.Trouble == "" {
		c.Done("It answers: " + PanelName(s.Panel) + " " + s.Software + ", with " +
			ui.Count(s.Accounts, "account", "accounts") + ".")
	}
	return c.Redirect(listPath + "/" + s.ID.String())
}

type serverForm struct {
	Host        string `form:"host" max:"500"`
	Address     string `form:"address" max:"500"`
	Location    string `form:"location" max:"500"`
	Capacity    string `form:"capacity" max:"20"`
	Credentials string `form:"credentials" max:"5000" raw:"1"`
	Retired     string `form:"retired" max:"10"`
	Version     string `form:"version" max:"30"`
}

func (a *area) edit(c *web.Context) error {
	s, err := a.one(c)
	if err != nil {
		return err
	}
	f := serverForm{Host: s.Host, Address: s.Address, Location: s.Location, Version: strconv.FormatInt(s.Version, 10)}
	if s.Capacity > 0 {
		f.Capacity = strconv.Itoa(s.Capacity)
	}
	if s.Retired {
		f.Retired = "on"
	}
	return c.Page(pages.Edit(editPage(c, s, f, nil)))
}

func editPage(c *web.Context, s hosting.Standing, f serverForm, errs ui.Errors) pages.EditPage {
	at := listPath + "/" + s.ID.String()
	return pages.EditPage{
		Shell: c.Shell("Change " + s.Name), ListURL: listPath, Name: s.Name, URL: at, Action: at + "/edit", Host: f.Host,
		Address: f.Address, Location: f.Location, Capacity: f.Capacity, Retired: f.Retired != "", Version: f.Version,
		Errors: errs,
	}
}

func (a *area) save(c *web.Context) error {
	var f serverForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, err := a.one(c)
	if err != nil {
		return err
	}
	change := hosting.ServerChange{
		Host: f.Host, Address: f.Address, Location: f.Location, Credentials: f.Credentials, Retired: f.Retired != "",
	}
	if change.Version, err = strconv.ParseInt(f.Version, 10, 64); err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which state of the server it changes."}}
	}
	if f.Capacity != "" {
		if change.Capacity, err = strconv.Atoi(f.Capacity); err != nil {
			change.Capacity = -1 // the room says what it takes
		}
	}
	err = a.Hosting.EditServer(c.Ctx(), c.Who, s.ID, change)
	if errs, ok := web.FieldErrors(err); ok {
		return c.Invalid(pages.Edit(editPage(c, s, f, errs)))
	}
	if err != nil {
		return err
	}
	c.Done("The server is changed.")
	return c.Redirect(listPath + "/" + s.ID.String())
}

func (a *area) compare(c *web.Context) error {
	s, err := a.one(c)
	if err != nil {
		return err
	}
	at := listPath + "/" + s.ID.String()
	p := pages.ComparePage{
		Shell: c.Shell("Accounts on " + s.Name), ListURL: listPath, Name: s.Name, URL: at, AgainURL: at + "/accounts",
	}
	found, err := a.Hosting.Compare(c.Ctx(), c.Who, s.ID)
	if f, ok := fault.As(err); ok && f.Kind == fault.KindUnavailable {
		p.Failed = f.Message
		return c.Page(pages.Compare(p))
	}
	if err != nil {
		return err
	}
	p.Same = found.Same
	for into, list := range map[*[]pages.Compared][]hosting.Compared{
		&p.Differ: found.Differ, &p.Missing: found.Missing, &p.Foreign: found.Foreign,
	} {
		for _, one := range list {
			*into = append(*into, compared(c, one))
		}
	}
	return c.Page(pages.Compare(p))
}

func compared(c *web.Context, one hosting.Compared) pages.Compared {
	row := pages.Compared{Name: one.Name, User: one.User, Differs: strings.Join(one.Differs, "; ")}
	if !one.Service.IsZero() {
		row.URL = clientsPath + "/" + one.Account.String() + "/services/" + one.Service.String()
		if c.May(verb.HostingManage) {
			row.FixURL = row.URL + "/retry"
		}
	}
	return row
}
