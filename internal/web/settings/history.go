package settings

import (
	"strconv"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/settings"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/settings"
	"gatehouse/templates/ui"
)

func (a *area) history(c *web.Context) error {
	of := c.Query("of")
	list, err := a.Settings.History(c.Ctx(), c.Who, of, c.QueryInt("before"))
	if err != nil {
		return err
	}
	p := pages.HistoryPage{Shell: c.Shell("Settings: History"), Tabs: tabs(c)}
	if one, known := settings.Find(of); known {
		p.Of, p.AllURL = one.Label, historyPath
	} else if of != "" {
		return fault.NotFound("settings")
	}
	people := make([]id.Person, 0, len(list.Changes))
	for _, one := range list.Changes {
		people = append(people, one.By)
	}
	names, err := a.Names(c.Ctx(), people)
	if err != nil {
		return err
	}
	can := c.Offers(verb.PoliciesManage)
	for _, one := range list.Changes {
		row := pages.Change{
			At: one.At, Label: one.Label, Before: one.Before, After: one.After, Undone: one.Undone,
			URL: web.With(historyPath, "of", one.Name), By: ui.Person{Name: "The operator", Kind: ui.Ours},
		}
		if name := names[one.By]; name != "" {
			row.By.Name = name
		}
		if can && one.Back {
			row.UndoAction = historyPath + "/" + one.ID.String() + "/undo"
		}
		p.Rows = append(p.Rows, row)
	}
	if list.More > 0 {
		p.OlderURL = web.With(historyPath, "before", strconv.FormatInt(list.More, 10), "of", of)
	}
	return c.Page(pages.History(p))
}

func (a *area) undo(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	change, err := web.ParamID[id.SettingChangeKind](c, "change")
	if err != nil {
		return err
	}
	err = a.Settings.Undo(c.Ctx(), c.Who, change)
	if errs, ok := web.FieldErrors(err); ok {
		c.Flash(ui.Bad, "It cannot be put back: "+errs[0].Message)
		return c.Redirect(historyPath)
	}
	if err != nil {
		return err
	}
	c.Done("It is as it was before. That stands in the history as well.")
	return c.Redirect(historyPath)
}
