package conduct

import (
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/conduct"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/web"
	pages "gatehouse/templates/conduct"
	"gatehouse/templates/ui"
)

func (a *area) register(c *web.Context) error {
	r, err := a.Conduct.Register(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.RegisterPage{
		Shell: c.Shell("Register"), Tabs: tabs(c), CSVURL: registerPath + "/csv", PDFURL: registerPath + "/pdf",
	}
	for _, d := range r.Current {
		p.Current = append(p.Current, d.Kind.Name()+", version "+strconv.Itoa(d.Version))
	}
	for _, e := range r.Rows {
		row := pages.RegisterRow{Person: ui.Person{Name: e.Name, Kind: ui.Ours, Detail: a.department(e.Department)}}
		for _, ack := range e.Acks {
			row.Acks = append(row.Acks, ack.At)
		}
		for _, t := range e.Trainings {
			row.Trainings = append(row.Trainings, trainingRow(t, r.At))
		}
		p.Rows = append(p.Rows, row)
	}
	return c.Page(pages.Register(p))
}

func (a *area) department(key string) string {
	d, ok := a.Access.Department(key)
	if !ok {
		return key
	}
	return d.Name
}

func trainingRow(t conduct.Training, now time.Time) pages.Training {
	return pages.Training{
		ID: t.ID.String(), Of: t.Of, Name: t.Name, Done: t.Done, Expires: t.Expires,
		Over: !t.Expires.IsZero() && !now.Before(t.Expires),
	}
}

const noDay = ""

func dayOf(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return noDay
	}
	return t.In(zone).Format(time.DateOnly)
}

// registerCSV gives the register as a table: one line for each person and policy, and for each training.
func (a *area) registerCSV(c *web.Context) error {
	r, err := a.Conduct.Register(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	rows := [][]string{{"Name", "Department", "Kind", "What", "Version", "Done", "Ends", "State"}}
	for _, e := range r.Rows {
		for i, ack := range e.Acks {
			state, at := "missing", ""
			if !ack.At.IsZero() {
				state, at = "acknowledged", ack.At.UTC().Format(time.RFC3339)
			}
			rows = append(rows, []string{
				e.Name, a.department(e.Department), "policy", r.Current[i].Kind.Name(), strconv.Itoa(ack.Version), at, "", state,
			})
		}
		for _, t := range e.Trainings {
			state := "holds"
			if !t.Expires.IsZero() && !r.At.Before(t.Expires) {
				state = "over"
			}
			rows = append(rows, []string{
				e.Name, a.department(e.Department), "training", t.Name, "", dayOf(t.Done, a.Zone), dayOf(t.Expires, a.Zone), state,
			})
		}
	}
	file, err := sheet.Write(rows)
	if err != nil {
		return err // sheet says what it did
	}
	return c.Download("staff-register-"+dayOf(r.At, a.Zone)+".csv", "text/csv; charset=utf-8", file)
}

// registerPDF gives it on paper.
func (a *area) registerPDF(c *web.Context) error {
	r, err := a.Conduct.Register(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	reader := ui.Reader{Location: a.Zone, Now: r.At}
	d := paper.Report{
		About: a.Letterhead(), Title: "Policies and trainings of staff", Sub: "As of " + reader.Exact(r.At),
		Columns: []paper.Column{{Label: "Person", Wide: 50}, {Label: "Policies", Wide: 60}, {Label: "Trainings", Wide: 60}},
	}
	d.At = r.At
	for _, doc := range r.Current {
		d.Facts = append(d.Facts, [2]string{
			doc.Kind.Name(),
			"Version " + strconv.Itoa(doc.Version) + ", “" + doc.Title + "”, since " + reader.Date(doc.Effective),
		})
	}
	for _, e := range r.Rows {
		var policies, trainings []string
		for i, ack := range e.Acks {
			text := r.Current[i].Kind.Name() + ": not acknowledged"
			if !ack.At.IsZero() {
				text = r.Current[i].Kind.Name() + ": " + reader.Exact(ack.At)
			}
			policies = append(policies, text)
		}
		for _, t := range e.Trainings {
			text := t.Name + ", " + reader.Date(t.Done)
			if !t.Expires.IsZero() {
				text += ", until " + reader.Date(t.Expires)
			}
			trainings = append(trainings, text)
		}
		d.Rows = append(d.Rows, [][2]string{
			{e.Name, a.department(e.Department)}, {"", strings.Join(policies, "; ")}, {"", strings.Join(trainings, "; ")},
		})
	}
	drawn, err := d.Draw()
	if err != nil {
		return err // paper says what it did
	}
	return c.Download("staff-register-"+dayOf(r.At, a.Zone)+".pdf", "application/pdf", drawn)
}
