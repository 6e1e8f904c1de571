package colleagues

import (
	"strconv"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/staffing"
	"gatehouse/internal/web"
	"gatehouse/templates/review"
	"gatehouse/templates/ui"
)

type answerForm struct {
	Version    string `form:"version" max:"20"`
	Seen       string `form:"seen" max:"64"`
	Verdict    string `form:"verdict" max:"20"`
	Department string `form:"role" max:"64"`
}

// given is the answer that a form gives, with what it showed.
func (f answerForm) given(answer staffing.Answer) (staffing.SeatAnswer, error) {
	version, err := strconv.ParseInt(f.Version, 10, 64)
	if err != nil || f.Seen == "" {
		return staffing.SeatAnswer{}, &web.BadRequestError{Problems: []string{"The form does not say what it showed."}}
	}
	return staffing.SeatAnswer{Answer: answer, Wanted: f.Department, Seat: f.Seen, Version: version}, nil
}

func (a *area) answer(c *web.Context) error {
	var f answerForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	answer := staffing.Answer(f.Verdict)
	if answer != staffing.KeepSeat && answer != staffing.RemoveSeat {
		return &web.BadRequestError{Problems: []string{"The form does not say what was decided."}}
	}
	given, err := f.given(answer)
	if err != nil {
		return err
	}
	return a.settleSeat(c, given)
}

// settleSeat gives the answer and goes back to where the next seat is.
func (a *area) settleSeat(c *web.Context, given staffing.SeatAnswer) error {
	which, err := web.ParamID[id.StaffReviewKind](c, "staffreview")
	if err != nil {
		return err
	}
	member, err := web.ParamID[id.PersonKind](c, "colleague")
	if err != nil {
		return err
	}
	err = a.Staffing.AnswerSeat(c.Ctx(), c.Who, which, member, given)
	if known, ok := fault.As(err); ok && known.Kind == fault.KindConflict { // somebody was quicker: the page says how
		c.Flash(ui.Warn, known.Message)
		return c.Redirect(reviewURL(which))
	}
	if err != nil {
		return err
	}
	return c.Redirect(reviewURL(which) + "#to-decide")
}

// seat is the seat of the address in a review that is open.
func (a *area) seat(c *web.Context) (staffing.Review, staffing.Reviewed, error) {
	of, seats, err := a.readReview(c)
	if err != nil {
		return staffing.Review{}, staffing.Reviewed{}, err
	}
	member, err := web.ParamID[id.PersonKind](c, "colleague")
	if err != nil {
		return staffing.Review{}, staffing.Reviewed{}, err
	}
	for _, s := range seats {
		if s.Person == member {
			return of, s, nil
		}
	}
	return staffing.Review{}, staffing.Reviewed{}, fault.NotFound("seat in a review")
}

func (a *area) changePage(c *web.Context, of staffing.Review, s staffing.Reviewed, f answerForm) review.ChangePage {
	p := review.ChangePage{
		Shell: c.Shell("What " + s.Name + " is to have"), ReviewURL: reviewURL(of.ID), ReviewTitle: of.Title,
		Action: reviewURL(of.ID) + "/seats/" + s.Person.String() + "/change", Name: s.Name, Current: s.Department,
		Says: "Suggestion: " + s.Advice.Says, Why: s.Advice.Why, Version: f.Version, Seen: f.Seen,
		Legend: "New department", Roles: a.choices(f.Department, s.Key),
	}
	return p
}

func (a *area) changeForm(c *web.Context) error {
	of, s, err := a.seat(c)
	if err != nil {
		return err
	}
	return c.Page(review.ChangeRow(a.changePage(c, of, s, answerForm{
		Version: strconv.FormatInt(s.Version, 10), Seen: s.Key, Department: s.Instead,
	})))
}

func (a *area) changeSeat(c *web.Context) error {
	var f answerForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	given, err := f.given(staffing.ChangeSeat)
	if err != nil {
		return err
	}
	err = a.settleSeat(c, given)
	errs, ok := web.FieldErrors(err)
	if !ok {
		return err
	}
	of, s, err := a.seat(c)
	if err != nil {
		return err
	}
	for i := range errs {
		errs[i].Field = "role" // as the form calls it
	}
	p := a.changePage(c, of, s, f)
	p.Errors = errs
	return c.Invalid(review.ChangeRow(p))
}

func (a *area) finishForm(c *web.Context) error {
	of, seats, err := a.readReview(c)
	if err != nil {
		return err
	}
	if !of.Open {
		return c.Redirect(reviewURL(of.ID))
	}
	p := review.FinishPage{
		Shell: c.Shell("Finish the review"), ReviewURL: reviewURL(of.ID), ReviewTitle: of.Title,
		Action: reviewURL(of.ID) + "/finish", Text: "This happens at once, and a signed record of it is kept.",
	}
	kept, left := 0, 0
	for _, s := range seats {
		switch {
		case s.Answer == staffing.KeepSeat:
			kept++
		case s.Answer == staffing.ChangeSeat:
			others, err := a.Staffing.Deciders(c.Ctx(), c.Who, s.Person)
			if err != nil {
				return err
			}
			p.Effects = append(p.Effects, s.Name+" moves to "+s.Wanted+when(others))
		case s.Answer == staffing.RemoveSeat:
			p.Effects = append(p.Effects, s.Name+" is no longer on the staff.")
			p.Danger = true
		case s.Person != c.Who.Person:
			left++
		}
	}
	if kept > 0 {
		p.Effects = append([]string{ui.Count(kept, "person keeps", "people keep") + " what they have."}, p.Effects...)
	}
	if left > 0 {
		p.Blocked = ui.Count(left, "seat is", "seats are") + " not decided yet."
	}
	return c.Page(review.Finish(p))
}

// when says when a change of department happens: so many others could approve it.
func when(others int) string {
	if others == 0 {
		return " at once: there is nobody who could approve it as the second."
	}
	return ", once a second administrator approves it."
}

func (a *area) finish(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	which, err := web.ParamID[id.StaffReviewKind](c, "staffreview")
	if err != nil {
		return err
	}
	err = a.Staffing.FinishReview(c.Ctx(), c.Who, which)
	if known, ok := fault.As(err); ok && known.Kind == fault.KindConflict {
		c.Flash(ui.Warn, known.Message)
		return c.Redirect(reviewURL(which))
	}
	if err != nil {
		return err
	}
	c.Done("The review is finished, and its record is signed.")
	return c.Redirect(reviewURL(which))
}
