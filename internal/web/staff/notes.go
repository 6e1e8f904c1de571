package staff

import (
	"strconv"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/pinned"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const (
	notesPath = clientPath + "/notes"
	notePath  = notesPath + "/:pin"
)

// noteRoutes are what staff pin to a client for each other.
func (a *area) noteRoutes() {
	if a.Pinned == nil {
		return
	}
	a.web.Page(notesPath, verb.ClientsView, a.notes)
	a.web.Action(notesPath, verb.NotesWrite, a.pinNote)
	a.web.Page(notePath, verb.ClientsView, a.note)
	a.web.Action(notePath, verb.NotesWrite, a.editNote)
	a.web.Action(notePath+"/remove", verb.NotesWrite, a.removeNote)
}

// noteRows are the notes that this department may read.
func (a *area) noteRows(c *web.Context) ([]staff.NoteRow, error) {
	if a.Pinned == nil {
		return nil, nil
	}
	list, err := a.Pinned.Of(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return nil, err
	}
	rows := make([]staff.NoteRow, 0, len(list))
	for _, n := range list {
		rows = append(rows, a.noteRow(c, n))
	}
	return rows, nil
}

func (a *area) noteRow(c *web.Context, n pinned.Note) staff.NoteRow {
	row := staff.NoteRow{
		Text: n.Body, By: n.Author, At: n.At, URL: base(c) + "/notes/" + n.ID.String(), For: "All who see this client",
	}
	if n.Department != "" {
		row.For = a.departmentName(n.Department) + " only"
	}
	return row
}

func (a *area) notesPage(c *web.Context) (staff.NotesPage, error) {
	rows, err := a.noteRows(c)
	if err != nil {
		return staff.NotesPage{}, err
	}
	tab, err := a.tab(c, "Notes")
	p := staff.NotesPage{TabPage: tab, Notes: rows, Longest: pinned.Longest}
	if c.Offers(verb.NotesWrite) {
		p.Action = base(c) + "/notes"
	}
	p.For = noteChoices(a.departmentName(c.Who.Seat.Department), "")
	return p, err
}

func noteChoices(own, chosen string) []ui.Choice {
	return []ui.Choice{
		{Value: "own", Label: own + " only", Chosen: chosen != "all", Help: "No other department reads it."},
		{Value: "all", Label: "All who see this client", Chosen: chosen == "all"},
	}
}

func (a *area) notes(c *web.Context) error {
	p, err := a.notesPage(c)
	if err != nil {
		return err
	}
	return c.Page(staff.Notes(p))
}

type pinForm struct {
	Text string `form:"text" max:"20000"`
	For  string `form:"for" max:"10"`
}

func (a *area) pinNote(c *web.Context) error {
	var f pinForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.Pinned.Pin(c.Ctx(), c.Who, c.Account(), f.Text, f.For == "all")
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.notesPage(c)
		if err != nil {
			return err
		}
		p.Errors, p.Typed = errs, f.Text
		p.For = noteChoices(a.departmentName(c.Who.Seat.Department), f.For)
		return c.Invalid(staff.Notes(p))
	}
	if err != nil {
		return err
	}
	c.Done("The note is pinned.")
	return c.Redirect(base(c) + "/notes")
}

func (a *area) notePage(c *web.Context) (staff.NotePage, id.Note, error) {
	which, err := web.ParamID[id.NoteKind](c, "pin")
	if err != nil {
		return staff.NotePage{}, which, err
	}
	list, err := a.Pinned.History(c.Ctx(), c.Who, c.Account(), which)
	if err != nil {
		return staff.NotePage{}, which, err
	}
	tab, err := a.tab(c, "Note")
	if err != nil {
		return staff.NotePage{}, which, err
	}
	notes := base(c) + "/notes"
	tab.Parents = append(tab.Parents, ui.Link{Text: "Notes", URL: notes})
	p := staff.NotePage{
		TabPage: tab, Typed: list[0].Body, Version: strconv.FormatInt(list[0].Version, 10), Longest: pinned.Longest,
		BackURL: notes,
	}
	if c.Offers(verb.NotesWrite) {
		p.Action = notes + "/" + which.String()
	}
	for _, n := range list {
		p.History = append(p.History, a.noteRow(c, n))
	}
	return p, which, nil
}

func (a *area) note(c *web.Context) error {
	p, _, err := a.notePage(c)
	if err != nil {
		return err
	}
	return c.Page(staff.Note(p))
}

type editNoteForm struct {
	Text    string `form:"text" max:"20000"`
	Version string `form:"version" max:"20"`
}

func (a *area) editNote(c *web.Context) error {
	var f editNoteForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, which, shown, err := a.shownNote(c, f.Version)
	if err != nil {
		return err
	}
	err = a.Pinned.Edit(c.Ctx(), c.Who, c.Account(), which, shown, f.Text)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors, p.Typed = errs, f.Text
		return c.Invalid(staff.Note(p))
	}
	if fault.KindOf(err) == fault.KindConflict { // what was typed stays, beside what the note says now
		p.Typed, p.Conflict = f.Text, "Somebody has changed this note since you opened it. What it says now stands below."
		return c.Invalid(staff.Note(p))
	}
	if err != nil {
		return err
	}
	c.Done("The note is changed.")
	return c.Redirect(p.BackURL)
}

func (a *area) shownNote(c *web.Context, version string) (p staff.NotePage, which id.Note, shown int64, err error) {
	if p, which, err = a.notePage(c); err != nil {
		return p, which, 0, err
	}
	if shown, err = strconv.ParseInt(version, 10, 64); err != nil {
		return p, which, 0, &web.BadRequestError{Problems: []string{"The form does not say which text it showed."}}
	}
	return p, which, shown, nil
}

type removeNoteForm struct {
	Version string `form:"version" max:"20"`
}

func (a *area) removeNote(c *web.Context) error {
	var f removeNoteForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, which, shown, err := a.shownNote(c, f.Version)
	if err != nil {
		return err
	}
	if err := a.Pinned.Remove(c.Ctx(), c.Who, c.Account(), which, shown); err != nil {
		return err
	}
	c.Done("The note is gone, with all that it ever said.")
	return c.Redirect(p.BackURL)
}
