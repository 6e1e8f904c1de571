package review

import (
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/reviews"
	"gatehouse/internal/reviews/record"
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
	_, left, err := a.Reviews.Record(c.Ctx(), c.Who, c.Account(), of.ID)
	if err != nil {
		return err
	}
	lead := "Closed by itself on " + c.Reader().Date(of.ClosedAt) + ", as nobody finished it."
	if of.State == reviews.Finished {
		lead = "Finished by " + of.ClosedBy + " on " + c.Reader().Date(of.ClosedAt) + ", " +
			c.Reader().Clock(of.ClosedAt) + "."
	}
	return c.Page(review.Record(a.signed(left, of.StartedAt).Page(c, of.Title, lead, listURL(c))))
}

func (a *area) signed(left record.Record, started time.Time) web.SignedReview {
	return web.SignedReview{
		Record: left, Started: started, Of: left.Value("Account"), Has: "Role", Keys: a.PublicKeys, Zone: a.web.Zone,
		File: "access-review-",
	}
}

// kept is the record of the closed review of the address, as text and as it reads.
func (a *area) kept(c *web.Context) ([]byte, web.SignedReview, error) {
	which, err := web.ParamID[id.ReviewKind](c, "review")
	if err != nil {
		return nil, web.SignedReview{}, err
	}
	text, left, err := a.Reviews.Record(c.Ctx(), c.Who, c.Account(), which)
	if err != nil {
		return nil, web.SignedReview{}, err
	}
	started, err := time.Parse(time.RFC3339, left.Value("Started"))
	return text, a.signed(left, started), err
}

// table sends the signed record as it is.
func (a *area) table(c *web.Context) error {
	text, s, err := a.kept(c)
	if err != nil {
		return err
	}
	return c.Download(s.Name("csv"), "text/csv; charset=utf-8", text)
}

// paper sends the record as a PDF.
func (a *area) paper(c *web.Context) error {
	_, s, err := a.kept(c)
	if err != nil {
		return err
	}
	drawn, err := s.Paper(a.Letterhead())
	if err != nil {
		return err
	}
	return c.Download(s.Name("pdf"), "application/pdf", drawn)
}
