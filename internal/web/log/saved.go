package log

import (
	"net/url"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

const savedPart = "/saved"

func (a *area) savedRoutes() {
	for _, of := range []struct {
		path         string
		reads, saves verb.Verb
	}{
		{web.AccountPath + "/activity", verb.ActivityView, verb.ActivityView},
		{ownLogPath, verb.SelfView, verb.SelfManage},
		{clientLogPath, verb.AuditView, verb.AuditView},
		{providerLogPath, verb.AuditView, verb.AuditView},
	} {
		a.web.Page(of.path+savedPart, of.reads, a.saved)
		a.web.Action(of.path+savedPart, of.saves, a.save)
		a.web.Action(of.path+savedPart+"/:bookmark/remove", of.saves, a.removeSaved)
	}
}

// savedText leads to the saved views, or to saving what is shown.
func (v logView) savedText() string {
	if len(v.values) > 0 {
		return "Save this view"
	}
	return "Saved views"
}

// logPath is the address of the log that a page below it is about.
func logPath(c *web.Context) string {
	switch _, account := c.Scope.Account(); {
	case c.Scope.Kind() == id.ScopePerson:
		return ownLogPath
	case !account:
		return providerLogPath
	case c.Who.Membership.ID.IsZero():
		return clientLogOf(c)
	}
	return c.Base() + "/activity"
}

func (a *area) savedPage(c *web.Context, v logView) (log.SavedPage, error) {
	list, err := a.Bookmarks.Of(c.Ctx(), c.Who, c.Scope)
	if err != nil {
		return log.SavedPage{}, err
	}
	title := "Activity log"
	if v.path == ownLogPath {
		title = "My activity"
	}
	above, err := c.AboveClient()
	if err != nil {
		return log.SavedPage{}, err
	}
	p := log.SavedPage{
		Above: above,
		Shell: c.Shell("Saved views"), LogURL: v.path, Log: title, Action: v.path + savedPart,
		View: v.query(), BareURL: v.path,
	}
	shown := log.ActivityPage{}
	v.addFilters(c, activity.Page{}, &shown)
	for _, chip := range shown.Chips {
		p.Filters = append(p.Filters, ui.NamedValue{Name: chip.Name, Value: chip.Value})
	}
	for _, one := range list {
		p.Rows = append(p.Rows, log.SavedRow{
			Name: one.Name, URL: v.path + "?" + one.View, RemoveURL: v.path + savedPart + "/" + one.ID.String() + "/remove",
		})
	}
	return p, nil
}

// query is the part of the address that holds the filters.
func (v logView) query() string {
	at, err := url.Parse(v.address(nil))
	if err != nil {
		return ""
	}
	return at.RawQuery
}

// seesOwn says whether the reader sees only what they did themselves.
func (a *area) seesOwn(c *web.Context) bool {
	return a.Access.Check(c.Who, verb.ActivityView, c.Scope).Own || c.Scope.Kind() == id.ScopePerson
}

func (a *area) saved(c *web.Context) error {
	if c.Who.Kind == actor.Staff && c.Scope.Kind() != id.ScopePerson { // filters may tell of a client
		if _, err := a.Gate.View(c.Ctx(), c.Who, verb.AuditView, c.Scope); err != nil {
			return err
		}
	}
	p, err := a.savedPage(c, readLogView(c, logPath(c), !a.seesOwn(c)))
	if err != nil {
		return err
	}
	return c.Page(log.Saved(p))
}

type saveForm struct {
	Name string `form:"name" max:"200"`
	View string `form:"view" max:"2000"`
}

// cleanView keeps of a typed query what is a filter of a log.
func cleanView(text string) string {
	typed, err := url.ParseQuery(text)
	if err != nil {
		return ""
	}
	kept := url.Values{}
	for name := range typed {
		if value := typed.Get(name); value != "" && slices.Contains(parameters(), name) {
			kept.Set(name, value)
		}
	}
	return kept.Encode()
}

func (a *area) save(c *web.Context) error {
	var f saveForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	view := cleanView(f.View)
	err := a.Bookmarks.Save(c.Ctx(), c.Who, c.Scope, f.Name, view)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.savedPage(c, logView{path: logPath(c), values: map[string]string{}})
		if err != nil {
			return err
		}
		p.View, p.Name, p.Errors = view, f.Name, errs
		return c.Invalid(log.Saved(p))
	}
	if err != nil {
		return err
	}
	c.Done("The view is saved.")
	return c.Redirect(logPath(c) + savedPart)
}

func (a *area) removeSaved(c *web.Context) error {
	which, err := web.ParamID[id.BookmarkKind](c, "bookmark")
	if err != nil {
		return err
	}
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	if err := a.Bookmarks.Remove(c.Ctx(), c.Who, c.Scope, which); err != nil {
		return err
	}
	c.Done("The saved view is removed.")
	return c.Redirect(logPath(c) + savedPart)
}
