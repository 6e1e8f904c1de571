package review

import (
	"cmp"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/reviews"
	"gatehouse/internal/web"
	"gatehouse/templates/review"
	"gatehouse/templates/ui"
)

func (a *area) finishForm(c *web.Context) error {
	which, err := web.ParamID[id.ReviewKind](c, "review")
	if err != nil {
		return err
	}
	p, err := a.Reviews.Review(c.Ctx(), c.Who, c.Account(), which, id.Subject{}, id.Subject{})
	if err != nil {
		return err
	}
	at := listURL(c) + "/" + which.String()
	if p.State != reviews.Open {
		return c.Redirect(at)
	}
	shown := review.FinishPage{
		Shell: c.Shell("Finish the review"), ReviewURL: at, ReviewTitle: p.Title, Action: at + "/finish",
		Text: "This happens at once, and a signed record of it is kept with the account.", Danger: p.Progress.Remove > 0,
	}
	shown.Effects = effects(p)
	if n := p.Progress.Left(); n > 0 {
		shown.Blocked = ui.Count(n, "row is", "rows are") + " not decided yet."
	}
	return c.Page(review.Finish(shown))
}

// effects are the sentences about what finishing a review does.
func effects(p reviews.Page) []string {
	var says []string
	roles := 0
	for _, row := range p.Decided {
		if row.Role != nil && row.Verdict == reviews.Keep {
			roles++
		}
	}
	if n := p.Progress.Keep - roles; n > 0 {
		says = append(says, ui.Count(n, "person keeps", "people keep")+" what they have.")
	}
	if roles > 0 {
		says = append(says, ui.Count(roles, "role stays as it is.", "roles stay as they are."))
	}
	moves := 0
	for _, row := range p.Decided {
		if move := moveOf(row); move != "" {
			says = append(says, move)
			moves++
		}
	}
	if rest := p.Progress.Change + p.Progress.Remove - moves; rest > 0 {
		says = append(says, ui.Count(rest, "more row is", "more rows are")+" changed or removed.")
	}
	return says
}

// moveOf says what becomes of somebody, or of a role; it is empty where they stay as they are.
func moveOf(row reviews.Row) string {
	switch {
	case row.Verdict == reviews.Change:
		return row.Facts.Name + " becomes " + row.To + "."
	case row.Verdict == reviews.Remove && row.Role != nil:
		return "The role " + row.Facts.Name + " is deleted."
	case row.Verdict == reviews.Remove:
		return row.Facts.Name + " has no access to this account any more."
	}
	return ""
}

func (a *area) finish(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	which, err := web.ParamID[id.ReviewKind](c, "review")
	if err != nil {
		return err
	}
	at := listURL(c) + "/" + which.String()
	err = a.Reviews.Finish(c.Ctx(), c.Who, c.Account(), which)
	if known, ok := fault.As(err); ok && known.Kind == fault.KindConflict {
		c.Flash(ui.Warn, known.Message)
		return c.Redirect(at)
	}
	if err != nil {
		return err
	}
	c.Done("The review is finished, and its record is signed.")
	return c.Redirect(at)
}

// record shows what a closed review left behind.
func (a *area) record(c *web.Context, of reviews.Summary) error {
	_, record, err := a.Reviews.Record(c.Ctx(), c.Who, c.Account(), of.ID)
	if err != nil {
		return err
	}
	p := review.RecordPage{
		Shell: c.Shell(of.Title), ListURL: listURL(c), Title: of.Title, PDFURL: c.Request().URL.Path + "/pdf",
		CSVURL: c.Request().URL.Path + "/csv", Signature: record.Signature,
		Command: a.command(of, record),
	}
	r := p.Shell.Reader
	p.Lead = "Closed by itself on " + r.Date(of.ClosedAt) + ", as nobody finished it."
	if of.State == reviews.Finished {
		p.Lead = "Finished by " + of.ClosedBy + " on " + r.Date(of.ClosedAt) + ", " + r.Clock(of.ClosedAt) + "."
	}
	for _, pair := range record.Head {
		p.Facts = append(p.Facts, ui.NamedValue{Name: pair.Name, Value: readable(r, pair.Value)})
	}
	for _, row := range record.Rows {
		p.Rows = append(p.Rows, review.RecordRow{
			Name: row.Name, Email: row.Email, Role: row.Role, Decision: decision(row), By: cmp.Or(row.By, "Nobody"),
			Outcome: row.Outcome,
		})
	}
	return c.Page(review.Record(p))
}

// command is what checks the signature of a record, with the public key that fits it.
func (a *area) command(of reviews.Summary, record reviews.Record) string {
	key := ""
	for _, text := range a.PublicKeys {
		if v, err := note.NewVerifier(text); err == nil && v.KeyHash() == record.KeyHash {
			key = text
		}
	}
	return "gatehouse reviews verify " + fileName(of, "csv") + " --key '" + key + "'"
}

// readable shows a time of the record in the reader's zone, and anything else as it is.
func readable(r ui.Reader, value string) string {
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return value
	}
	return r.Date(at) + ", " + r.Clock(at)
}

func decision(row reviews.RecordRow) string {
	switch reviews.Verdict(row.Decision) {
	case reviews.Keep:
		return "Keep"
	case reviews.Change:
		return "Change to " + row.To
	case reviews.Remove:
		return "Remove"
	}
	return "None"
}

func fileName(of reviews.Summary, ending string) string {
	return "access-review-" + of.StartedAt.UTC().Format(time.DateOnly) + "." + ending
}

// summary is the closed review of the address with its record.
func (a *area) summary(c *web.Context) (reviews.Summary, []byte, reviews.Record, error) {
	which, err := web.ParamID[id.ReviewKind](c, "review")
	if err != nil {
		return reviews.Summary{}, nil, reviews.Record{}, err
	}
	text, record, err := a.Reviews.Record(c.Ctx(), c.Who, c.Account(), which)
	if err != nil {
		return reviews.Summary{}, nil, reviews.Record{}, err
	}
	started, err := time.Parse(time.RFC3339, record.Value("Started"))
	return reviews.Summary{ID: which, StartedAt: started}, text, record, err
}

// table sends the signed record as it is.
func (a *area) table(c *web.Context) error {
	of, text, _, err := a.summary(c)
	if err != nil {
		return err
	}
	return c.Download(fileName(of, "csv"), "text/csv; charset=utf-8", text)
}

// paper sends the record as a PDF.
func (a *area) paper(c *web.Context) error {
	of, _, record, err := a.summary(c)
	if err != nil {
		return err
	}
	r := ui.Reader{Location: a.web.Zone}
	d := paper.Report{
		About: a.Letterhead(), Title: "Access review", Sub: record.Value("Account"),
		Columns: []paper.Column{
			{Label: "Person", Wide: 46},
			{Label: "Role then, last here", Wide: 36},
			{Label: "Suggestion", Wide: 46},
			{Label: "Decision", Wide: 42},
		},
	}
	for _, pair := range record.Head {
		d.Facts = append(d.Facts, [2]string{pair.Name, readable(r, pair.Value)})
	}
	for _, row := range record.Rows {
		d.Rows = append(d.Rows, [][2]string{
			{row.Name, row.Email},
			{row.Role, row.Reaches + ", " + row.Factor + hereIn(r, row.Here)},
			{row.Suggestion, row.Why},
			{row.Outcome, byIn(r, row)},
		})
	}
	d.Notes = [][2]string{
		{"Signature", record.Signature},
		{"How to check it", "The CSV of this review carries this signature over every line that is printed here. " +
			"Check it without the portal: " + a.command(of, record)},
	}
	d.At = of.StartedAt
	drawn, err := d.Draw()
	if err != nil {
		return err // paper says what it did
	}
	return c.Download(fileName(of, "pdf"), "application/pdf", drawn)
}

func hereIn(r ui.Reader, at string) string {
	if at == "" {
		return ", never here"
	}
	return ", last here " + strings.ToLower(readable(r, at)[:1]) + readable(r, at)[1:]
}

func byIn(r ui.Reader, row reviews.RecordRow) string {
	if row.By == "" {
		return "No decision"
	}
	return decision(row) + ", by " + row.By + ", " + readable(r, row.At)
}
