package settings

import (
	"strconv"
	"time"

	"gatehouse/internal/settings"
	"gatehouse/internal/web"
	pages "gatehouse/templates/settings"
)

func (a *area) filePage(c *web.Context, text string) pages.FilePage {
	return pages.FilePage{
		Shell: c.Shell("Settings: File"), Tabs: tabs(c), Action: filePath, ExportURL: exportPath, Text: text,
	}
}

func (a *area) file(c *web.Context) error { return c.Page(pages.File(a.filePage(c, ""))) }

func (a *area) export(c *web.Context) error {
	file, err := a.Settings.Export(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	return c.Download("settings-"+c.Now().In(a.Zone).Format(time.DateOnly)+".json", "application/json", file)
}

// readIn shows what a file would do, and does it once that was seen.
func (a *area) readIn(c *web.Context) error {
	typed, file, err := c.Typed("text", "act")
	if err != nil {
		return err
	}
	if c.Lost() != "" {
		p := a.filePage(c, typed["text"])
		p.Lost = web.LostNote
		return c.Invalid(pages.File(p))
	}
	if len(file) == 0 {
		file = []byte(typed["text"])
	}
	plan, err := a.Settings.Try(c.Ctx(), c.Who, file)
	if err != nil {
		return err
	}
	p := a.filePage(c, string(file))
	for _, b := range plan.Bad {
		p.Bad = append(p.Bad, pages.BadLine{Line: strconv.Itoa(b.Line), Name: b.Name, Message: b.Message})
	}
	for _, s := range plan.Steps {
		p.Steps = append(p.Steps, pages.Step(s))
	}
	p.Tried = true
	switch {
	case len(p.Bad) > 0:
		return c.Invalid(pages.File(p))
	case typed["act"] != "apply" || len(p.Steps) == 0:
		return c.Page(pages.File(p))
	}
	if err := a.Settings.Import(c.Ctx(), c.Who, file); err != nil {
		return err
	}
	c.Done("Read in. It holds everywhere within " + strconv.Itoa(int(settings.Within/time.Second)) + " seconds.")
	return c.Redirect(historyPath)
}
