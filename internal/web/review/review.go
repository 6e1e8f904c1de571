// Package review holds the pages of access reviews: the list with its schedule, one that is open with its rows, and the
// record of one that is closed. Rules live in reviews and accounts, permissions on the routes; what a page looks like
// in templates/review.
package review

import (
	"strconv"

	"gatehouse/internal/accounts"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/reviews"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/review"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Reviews  *reviews.Reviews
	Accounts *accounts.Accounts
	Hosting  *hosting.Hosting
	// PublicKeys check the signatures of records.
	PublicKeys []string
	// Letterhead is under whose name a record goes on paper.
	Letterhead func() paper.About
}

type area struct {
	Deps
	web *web.Web
}

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	const list, one, row = web.AccountPath + "/reviews", web.AccountPath + "/reviews/:review",
		web.AccountPath + "/reviews/:review/rows/:subject"
	w.Page(list, verb.ReviewsView, a.list)
	w.Action(list, verb.ReviewsRun, a.start)
	w.Action(list+"/schedule", verb.ReviewsRun, a.schedule)
	w.Page(one, verb.ReviewsView, a.review)
	w.Page(one+"/csv", verb.ReviewsView, a.table)
	w.Page(one+"/pdf", verb.ReviewsView, a.paper)
	w.Page(one+"/finish", verb.ReviewsRun, a.finishForm)
	w.Action(one+"/finish", verb.ReviewsRun, a.finish)
	w.Action(row, verb.ReviewsRun, a.answer)
	w.Page(row+"/change", verb.ReviewsRun, a.changeForm)
	w.Action(row+"/change", verb.ReviewsRun, a.change)
}

func listURL(c *web.Context) string { return c.Base() + "/reviews" }

func (a *area) list(c *web.Context) error {
	p, err := a.listPage(c)
	if err != nil {
		return err
	}
	return c.Page(review.List(p))
}

func (a *area) listPage(c *web.Context) (review.ListPage, error) {
	o, err := a.Reviews.Overview(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return review.ListPage{}, err
	}
	runs := c.May(verb.ReviewsRun)
	p := review.ListPage{Shell: c.Shell("Access reviews"), Title: "Access reviews", Left: o.Left}
	p.Often = often(c, o.Schedule)
	r := p.Shell.Reader
	switch {
	case o.Open != nil:
		p.OpenURL = listURL(c) + "/" + o.Open.ID.String()
		p.Lead = "A review is open, due " + r.Due(o.Open.Due) + ". " + ui.Count(o.Left, "row is", "rows are") +
			" not decided yet."
	case o.Schedule.LastFinished.IsZero():
		p.Lead = "Nobody has reviewed yet who has access here."
	default:
		p.Lead = "Who has access was last reviewed on " + r.Date(o.Schedule.LastFinished) + "."
	}
	if runs && o.Open == nil {
		p.StartURL, p.Key = listURL(c), id.New[id.ReviewKind]().String()
	}
	for _, s := range o.Past {
		p.Past = append(p.Past, review.PastRow{
			Title: s.Title, URL: listURL(c) + "/" + s.ID.String(), By: s.ClosedBy, Closed: s.ClosedAt,
			Finished: s.State == reviews.Finished,
		})
	}
	if runs {
		p.Schedule = scheduleForm(c, o.Schedule, formOf(o.Schedule))
	}
	return p, nil
}

func often(c *web.Context, s reviews.Schedule) string {
	if s.Months == 0 {
		return "A review starts when an owner starts one."
	}
	return "A review starts every " + ui.Count(s.Months, "month", "months") + ". The next one starts on " +
		c.Reader().Date(s.Next) + "."
}

// The values of the form's modes.
const (
	modeAsked   = "asked"
	modeRegular = "regular"
)

type scheduling struct {
	Version string `form:"version" max:"20"`
	Mode    string `form:"mode" max:"20"`
	Months  string `form:"months" max:"10"`
	Grace   string `form:"grace" max:"10"`
}

// formOf is the form as it is first shown: nothing is preselected where nothing was ever chosen.
func formOf(s reviews.Schedule) scheduling {
	f := scheduling{
		Version: strconv.FormatInt(s.Version, 10), Months: strconv.Itoa(reviews.StandardMonths), Grace: strconv.Itoa(s.Grace),
	}
	switch {
	case s.Months > 0:
		f.Mode, f.Months = modeRegular, strconv.Itoa(s.Months)
	case s.Version > 0:
		f.Mode = modeAsked
	}
	return f
}

func scheduleForm(c *web.Context, s reviews.Schedule, f scheduling) *review.ScheduleForm {
	months, grace := reviews.Choices()
	out := &review.ScheduleForm{
		Action: listURL(c) + "/schedule", Version: f.Version, Next: s.Next, Modes: []ui.Choice{
			{Value: modeAsked, Label: "Only when one of us starts it", Chosen: f.Mode == modeAsked},
			{Value: modeRegular, Label: "By itself, again and again", Chosen: f.Mode == modeRegular},
		},
	}
	for _, n := range months {
		value := strconv.Itoa(n)
		text := "Every " + value + " months"
		if n == 1 {
			text = "Every month"
		}
		out.Months = append(out.Months, ui.Choice{Value: value, Label: text, Chosen: value == f.Months})
	}
	for _, n := range grace {
		value := strconv.Itoa(n)
		out.Graces = append(out.Graces, ui.Choice{
			Value: value, Label: value + " days after it was due", Chosen: value == f.Grace,
		})
	}
	return out
}

// asked is the schedule that the form asks for.
func (f scheduling) asked() (reviews.Schedule, error) {
	shown, err := strconv.ParseInt(f.Version, 10, 64)
	if err != nil {
		return reviews.Schedule{}, &web.BadRequestError{Problems: []string{"The form does not say which version it showed."}}
	}
	s := reviews.Schedule{Version: shown, Months: -1}
	switch f.Mode {
	case modeAsked:
		s.Months = 0
	case modeRegular:
		if n, err := strconv.Atoi(f.Months); err == nil && n > 0 {
			s.Months = n
		}
	}
	if n, err := strconv.Atoi(f.Grace); err == nil {
		s.Grace = n
	}
	return s, nil
}

func (a *area) schedule(c *web.Context) error {
	var f scheduling
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, err := f.asked()
	if err == nil {
		err = a.Reviews.SetSchedule(c.Ctx(), c.Who, c.Account(), s)
	}
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.listPage(c)
		if err != nil {
			return err
		}
		for i := range errs {
			if errs[i].Field == "months" && f.Mode == "" {
				errs[i].Field = "mode"
			}
		}
		p.Schedule = scheduleForm(c, reviews.Schedule{}, f)
		p.Schedule.Errors = errs
		return c.Invalid(review.List(p))
	}
	if err != nil {
		return err
	}
	c.Done("How often access is reviewed is saved.")
	return c.Redirect(listURL(c))
}

type starting struct {
	Key string `form:"key" max:"40"`
}

func (a *area) start(c *web.Context) error {
	var f starting
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.ReviewKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which review it starts."}}
	}
	if _, err := a.Reviews.Start(c.Ctx(), c.Who, c.Account(), key); err != nil {
		return err
	}
	return c.Redirect(listURL(c) + "/" + key.String())
}
