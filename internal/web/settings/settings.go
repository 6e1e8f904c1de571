// Package settings holds the pages on which the provider decides its brand, its mails, minimums, retention and series:
// with what is wrong beside each field, the history of each, a way back, and a file to carry them elsewhere.
package settings

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/settings"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/mail"
	pages "gatehouse/templates/settings"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Settings *settings.Settings
	Names    func(ctx context.Context, people []id.Person) (map[id.Person]string, error)
	Brand    func() mail.Brand // of mails, as it is by now
	Zone     *time.Location
}

type area struct{ Deps }

const (
	basePath    = "/staff/settings"
	groupPath   = basePath + "/:group"
	historyPath = basePath + "/history"
	undoPath    = historyPath + "/:change/undo"
	filePath    = basePath + "/copy"
	exportPath  = filePath + "/settings.json"
	mailPath    = basePath + "/mail/preview/:mail/:look"
	testPath    = basePath + "/mail/test"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{d}
	w.Page(basePath, verb.StaffView, a.first)
	w.Page(historyPath, verb.StaffView, a.history)
	w.Action(undoPath, verb.PoliciesManage, a.undo)
	w.Page(filePath, verb.PoliciesManage, a.file)
	w.Upload(filePath, verb.PoliciesManage, settings.FileBytes, a.readIn)
	w.Page(exportPath, verb.PoliciesManage, a.export)
	w.Page(mailPath, verb.StaffView, a.preview)
	w.Action(testPath, verb.PoliciesManage, a.test)
	w.Page(groupPath, verb.StaffView, a.group)
	w.Upload(groupPath, verb.PoliciesManage, 2*settings.LogoBytes, a.save)
}

// tabs lead from one part to another.
func tabs(c *web.Context) []ui.Segment {
	var list []ui.Segment
	for _, g := range settings.Groups() {
		list = append(list, ui.Segment{Text: g.Name, URL: basePath + "/" + g.Key})
	}
	list = append(list, ui.Segment{Text: "History", URL: historyPath})
	if c.Offers(verb.PoliciesManage) {
		list = append(list, ui.Segment{Text: "File", URL: filePath})
	}
	for i := range list {
		list[i].Current = list[i].URL == c.Request().URL.Path
	}
	return list
}

func (a *area) first(c *web.Context) error {
	return c.Redirect(basePath + "/" + settings.Groups()[0].Key)
}

func groupOf(c *web.Context) (settings.Group, error) {
	for _, g := range settings.Groups() {
		if g.Key == c.Param("group") {
			return g, nil
		}
	}
	return settings.Group{}, fault.NotFound("settings")
}

// page shows a part, with what was typed where there is something.
func (a *area) page(c *web.Context, g settings.Group, typed map[string]string) (pages.GroupPage, error) {
	shown, err := a.Settings.Group(c.Ctx(), c.Who, g.Key)
	if err != nil {
		return pages.GroupPage{}, err
	}
	p := pages.GroupPage{
		Shell: c.Shell("Settings: " + g.Name), Tabs: tabs(c), Name: g.Name, Lead: g.Lead,
		Action: basePath + "/" + g.Key, Version: strconv.FormatInt(shown.Version, 10), HistoryURL: historyPath,
		CanChange: c.Offers(verb.PoliciesManage), Within: int(settings.Within / time.Second), Mails: g.Key == "mail",
	}
	if v, ok := typed["version"]; ok {
		p.Version = v
	}
	for _, f := range shown.Fields {
		p.Fields = append(p.Fields, fieldOf(f, typed))
	}
	if p.Mails {
		p.Samples = a.samples(c, typed)
	}
	return p, nil
}

// fieldOf shows a setting, with what was typed for it where there is something.
func fieldOf(f settings.Field, typed map[string]string) pages.Field {
	field := pages.Field{
		Name: formName(f.Name), Label: f.Label, Help: f.Help, Value: f.Value, Lines: f.Lines, Longest: f.Longest,
		Optional: f.Optional, Source: f.Source, Changed: f.Changed, Picture: f.Name == settings.Logo,
		Colour: f.Name == settings.Accent || f.Name == settings.AccentDark, Default: f.Default,
		HistoryURL: web.With(historyPath, "of", f.Name),
	}
	if v, ok := typed[f.Name]; ok {
		field.Value = v
	}
	for _, choice := range f.Choices {
		field.Choices = append(field.Choices, ui.Choice{
			Value: choice.Value, Label: choice.Label, Chosen: choice.Value == field.Value,
		})
	}
	for _, word := range settings.Placeholders() {
		if slices.Contains(f.Words, word.Word) {
			field.Words = append(field.Words, ui.Pair{Name: word.Word, Value: word.Meaning})
		}
	}
	if field.Picture && f.Value != "" {
		field.PictureURL = "/brand/logo/" + f.Value
	}
	return field
}

func (a *area) group(c *web.Context) error {
	g, err := groupOf(c)
	if err != nil {
		return err
	}
	p, err := a.page(c, g, nil)
	if err != nil {
		return err
	}
	return c.Page(pages.Group(p))
}

// save decides what a form says, or shows what mails would read like with it.
func (a *area) save(c *web.Context) error {
	g, err := groupOf(c)
	if err != nil {
		return err
	}
	typed, picture, err := c.Typed(namesOf(g)...)
	if err != nil {
		return err
	}
	typed = bySetting(typed)
	version, err := web.Version(typed[fieldVersion])
	if err != nil {
		return err
	}
	if typed[fieldAct] == "look" {
		return a.look(c, g, typed)
	}
	if c.Lost() != "" {
		return a.again(c, g, typed, ui.Errors{{Field: settings.Logo, Message: web.LostNote}})
	}
	err = a.Settings.Change(c.Ctx(), c.Who, draftOf(typed, version, picture))
	if errs, ok := web.FieldErrors(err); ok {
		return a.again(c, g, typed, errs)
	}
	if err != nil {
		return err
	}
	c.Done("Saved. It holds everywhere within " + strconv.Itoa(int(settings.Within/time.Second)) + " seconds.")
	return c.Redirect(basePath + "/" + g.Key)
}

// Fields of the form that are no settings.
const (
	fieldVersion = "version"
	fieldAct     = "act"
	fieldNoLogo  = "no-logo"
)

// namesOf are the fields of a part's form.
func namesOf(g settings.Group) []string {
	names := []string{fieldVersion, fieldAct, fieldNoLogo}
	for _, s := range settings.Catalogue() {
		if s.Group == g.Key && s.Name != settings.Logo {
			names = append(names, formName(s.Name))
		}
	}
	return names
}

// formName is what the field of a setting is called in a form: ids of a page have no dots.
func formName(setting string) string { return strings.ReplaceAll(setting, ".", "-") }

// bySetting is what was typed, by the settings' own names.
func bySetting(typed map[string]string) map[string]string {
	for _, s := range settings.Catalogue() {
		if v, there := typed[formName(s.Name)]; there {
			delete(typed, formName(s.Name))
			typed[s.Name] = v
		}
	}
	return typed
}

// draftOf is what a form decides.
func draftOf(typed map[string]string, version int64, picture []byte) settings.Draft {
	d := settings.Draft{Version: version, Values: maps.Clone(typed), Picture: picture}
	for _, name := range []string{fieldVersion, fieldAct, fieldNoLogo} {
		delete(d.Values, name)
	}
	if typed[fieldNoLogo] != "" && len(picture) == 0 {
		d.Values[settings.Logo] = ""
	}
	return d
}

func (a *area) again(c *web.Context, g settings.Group, typed map[string]string, errs ui.Errors) error {
	p, err := a.page(c, g, typed)
	if err != nil {
		return err
	}
	for _, e := range errs {
		e.Field = formName(e.Field)
		p.Errors = append(p.Errors, e)
	}
	return c.Invalid(pages.Group(p))
}
