package web

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/platform/paper"
	"gatehouse/internal/reviews/record"
	"gatehouse/templates/review"
	"gatehouse/templates/ui"
)

// SignedReview is the record of an access review as people read it, on a page and on paper.
type SignedReview struct {
	Record  record.Record
	Started time.Time
	Of      string         // whose access was reviewed
	Has     string         // what each had: "Role"
	Keys    []string       // public keys that check signatures
	Zone    *time.Location // of what is on paper
	File    string         // how the names of its files begin
}

// Name is that of a file with the record.
func (s SignedReview) Name(ending string) string {
	return s.File + s.Started.UTC().Format(time.DateOnly) + "." + ending
}

// Page is the record on a page, with its CSV and PDF below the same address.
func (s SignedReview) Page(c *Context, title, lead, listURL string) review.RecordPage {
	at := c.Request().URL.Path
	p := review.RecordPage{
		Shell: c.Shell(title), ListURL: listURL, Title: title, Lead: lead, Has: s.Has, PDFURL: at + "/pdf",
		CSVURL: at + "/csv", Signature: s.Record.Signature, Command: s.command(),
	}
	for _, pair := range s.Record.Head {
		p.Facts = append(p.Facts, ui.NamedValue{Name: pair.Name, Value: readable(p.Shell.Reader, pair.Value)})
	}
	for _, row := range s.Record.Rows {
		p.Rows = append(p.Rows, review.RecordRow{
			Name: row.Name, Email: row.Email, Role: row.Role, Decision: decision(row), By: cmp.Or(row.By, "Nobody"),
			Outcome: row.Outcome,
		})
	}
	return p
}

// command is what checks the signature of the record, with the public key that fits it.
func (s SignedReview) command() string {
	key := ""
	for _, text := range s.Keys {
		if v, err := note.NewVerifier(text); err == nil && v.KeyHash() == s.Record.KeyHash {
			key = text
		}
	}
	return "gatehouse reviews verify " + s.Name("csv") + " --key '" + key + "'"
}

// Paper draws the record as a PDF.
func (s SignedReview) Paper(about paper.About) ([]byte, error) {
	r := ui.Reader{Location: s.Zone}
	d := paper.Report{
		About: about, Title: "Access review", Sub: s.Of,
		Columns: []paper.Column{
			{Label: "Person", Wide: 46},
			{Label: s.Has + ", last here", Wide: 36},
			{Label: "Suggestion", Wide: 46},
			{Label: "Decision", Wide: 42},
		},
	}
	for _, pair := range s.Record.Head {
		d.Facts = append(d.Facts, [2]string{pair.Name, readable(r, pair.Value)})
	}
	for _, row := range s.Record.Rows {
		has := row.Factor + hereIn(r, row.Here)
		if row.Reaches != "" {
			has = row.Reaches + ", " + has
		}
		d.Rows = append(d.Rows, [][2]string{
			{row.Name, row.Email}, {row.Role, has}, {row.Suggestion, row.Why}, {row.Outcome, byIn(r, row)},
		})
	}
	d.Notes = [][2]string{
		{"Signature", s.Record.Signature},
		{"How to check it", "The CSV of this review carries this signature over every line that is printed here. " +
			"Check it without the portal: " + s.command()},
	}
	d.At = s.Started
	drawn, err := d.Draw()
	if err != nil {
		return nil, fmt.Errorf("draw a review: %w", err)
	}
	return drawn, nil
}

// readable shows a time of the record in the reader's zone, and anything else as it is.
func readable(r ui.Reader, value string) string {
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return value
	}
	return r.Date(at) + ", " + r.Clock(at)
}

func decision(row record.Row) string {
	switch row.Decision {
	case record.Keep:
		return "Keep"
	case record.Change:
		return "Change to " + row.To
	case record.Remove:
		return "Remove"
	}
	return "None"
}

func hereIn(r ui.Reader, at string) string {
	if at == "" {
		return ", never here"
	}
	text := readable(r, at)
	return ", last here " + strings.ToLower(text[:1]) + text[1:]
}

func byIn(r ui.Reader, row record.Row) string {
	if row.By == "" {
		return "No decision"
	}
	return decision(row) + ", by " + row.By + ", " + readable(r, row.At)
}
