package colleagues

import (
	"strconv"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/staffing"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/review"
	"gatehouse/templates/ui"
)

func reviewURL(which id.StaffReview) string { return reviewsPath + "/" + which.String() }

// reviews lists the reviews of the staff, and starts one.
func (a *area) reviews(c *web.Context) error {
	list, err := a.Staffing.Reviews(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	next, err := a.Staffing.NextReview(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := review.ListPage{
		Shell: c.Shell("Reviews of the staff"), Title: "Staff", Tabs: tabs(c), Lead: "Nobody has reviewed the staff yet.",
		Often: "Once a year a review starts by itself, for whoever manages the staff.",
	}
	r := p.Shell.Reader
	if !next.IsZero() {
		p.Often += " The next one starts " + r.Due(next) + "."
	}
	open := false
	for _, one := range list {
		if one.Open {
			open = true
			p.OpenURL, p.Lead = reviewURL(one.ID), "A review is open, due "+r.Due(one.Due)+"."
			continue
		}
		if len(p.Past) == 0 && !open {
			p.Lead = "The staff was last reviewed on " + r.Date(one.Closed) + "."
		}
		p.Past = append(p.Past, review.PastRow{
			Title: one.Title, URL: reviewURL(one.ID), By: one.ClosedBy, Closed: one.Closed, Finished: true,
		})
	}
	if c.May(verb.StaffManage) && !open {
		p.StartURL, p.Key = reviewsPath, id.New[id.StaffReviewKind]().String()
	}
	return c.Page(review.List(p))
}

type startForm struct {
	Key string `form:"key" max:"40"`
}

func (a *area) startReview(c *web.Context) error {
	var f startForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.StaffReviewKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which review it starts."}}
	}
	err = a.Staffing.StartReview(c.Ctx(), c.Who, key)
	if known, ok := fault.As(err); ok && known.Kind == fault.KindConflict { // somebody was quicker
		c.Flash(ui.Warn, known.Message)
		return c.Redirect(reviewsPath)
	}
	if err != nil {
		return err
	}
	return c.Redirect(reviewURL(key))
}

// read finds the review of the address, with its seats while it is open.
func (a *area) readReview(c *web.Context) (staffing.Review, []staffing.Reviewed, error) {
	which, err := web.ParamID[id.StaffReviewKind](c, "staffreview")
	if err != nil {
		return staffing.Review{}, nil, err
	}
	return a.Staffing.Review(c.Ctx(), c.Who, which)
}

// review shows its seats while it is open, and its record afterwards.
func (a *area) review(c *web.Context) error {
	of, seats, err := a.readReview(c)
	if err != nil {
		return err
	}
	if !of.Open {
		return a.record(c, of)
	}
	others, err := a.Staffing.Deciders(c.Ctx(), c.Who, id.Person{})
	if err != nil {
		return err
	}
	p := review.OpenPage{
		Shell: c.Shell(of.Title), ListURL: reviewsPath, Title: of.Title, Due: of.Due,
		Lead: "Does each colleague still need the seat that they have? Look at how it is used, then decide. Nobody decides " +
			"about their own.",
		OnFinish: "seats are taken away at once, a change of department waits for a second administrator, and a signed " +
			"record (PDF and CSV) of what was shown and decided is kept.",
	}
	if others == 0 {
		p.OnFinish = "everything takes effect at once, as nobody else manages the staff. A signed record (PDF and CSV) of " +
			"what was shown and decided is kept, and says so."
	}
	manages := c.May(verb.StaffManage)
	for _, seat := range seats {
		row := rowOf(c, of, seat, manages, others > 0)
		own := seat.Person == c.Who.Person
		if !own {
			p.All++
		}
		if seat.Answer == "" && !own {
			p.Open = append(p.Open, row)
			continue
		}
		p.Done = append(p.Done, row)
		if own {
			continue
		}
		p.Decided++
		switch seat.Answer {
		case staffing.KeepSeat:
			p.Keep++
		case staffing.ChangeSeat:
			p.Change++
		case staffing.RemoveSeat:
			p.Remove++
		}
	}
	if manages {
		p.FinishURL = reviewURL(of.ID) + "/finish"
	}
	return c.Page(review.Open(p))
}

func rowOf(c *web.Context, of staffing.Review, seat staffing.Reviewed, manages, others bool) review.Row {
	r := c.Reader()
	row := review.Row{
		Person: ui.Person{
			Name: seat.Name, Kind: ui.Ours, Detail: seat.Department + " · " + seat.Factor, URL: memberURL(seat.Person),
		},
		Used: "Has not signed in yet.", Uses: "Here since " + r.Date(seat.Since) + ".", Says: seat.Advice.Says,
		Why: seat.Advice.Why, Worry: seat.Advice.Answer != staffing.KeepSeat, Verdict: string(seat.Answer),
		Below: answered(r, seat),
	}
	if !seat.LastSignIn.IsZero() {
		row.Used = "Last signed in " + r.Then(seat.LastSignIn) + "."
	}
	switch {
	case seat.Person == c.Who.Person:
		row.Fixed = "That’s you"
		switch {
		case seat.Answer != "":
		case others:
			row.Below = "Another administrator can decide about you."
		default:
			row.Below = "Nobody else manages the staff, so nobody decides about you."
		}
	case !manages:
		row.Fixed = "Administrators decide"
	default:
		row.Action = reviewURL(of.ID) + "/seats/" + seat.Person.String()
		row.ChangeURL = row.Action + "/change"
		row.Version, row.Seen = strconv.FormatInt(seat.Version, 10), seat.Key
	}
	return row
}

// answered says how a seat was decided about.
func answered(r ui.Reader, seat staffing.Reviewed) string {
	switch {
	case seat.Before:
		return "Changed since it was decided. Decide again."
	case seat.Answer == "":
		return "Not decided yet"
	}
	text := "By " + seat.By + ", " + r.Then(seat.At)
	if seat.Answer == staffing.ChangeSeat {
		return "To: " + seat.Wanted + ". " + text
	}
	return text
}

// record shows what a finished review left behind.
func (a *area) record(c *web.Context, of staffing.Review) error {
	_, signed, err := a.signed(c)
	if err != nil {
		return err
	}
	lead := "Finished by " + of.ClosedBy + " on " + c.Reader().Date(of.Closed) + ", " + c.Reader().Clock(of.Closed) + "."
	return c.Page(review.Record(signed.Page(c, of.Title, lead, reviewsPath)))
}

func (a *area) signed(c *web.Context) ([]byte, web.SignedReview, error) {
	which, err := web.ParamID[id.StaffReviewKind](c, "staffreview")
	if err != nil {
		return nil, web.SignedReview{}, err
	}
	text, left, err := a.Staffing.ReviewRecord(c.Ctx(), c.Who, which)
	if err != nil {
		return nil, web.SignedReview{}, err
	}
	return text, web.SignedReview{
		Record: left, Started: left.Time("Started"), Of: left.Value("Reviewed"), Has: "Department", Keys: a.PublicKeys,
		Zone: a.web.Zone, File: "staff-review-",
	}, nil
}

func (a *area) reviewTable(c *web.Context) error {
	text, signed, err := a.signed(c)
	if err != nil {
		return err
	}
	return c.Download(signed.Name("csv"), "text/csv; charset=utf-8", text)
}

func (a *area) reviewPaper(c *web.Context) error {
	_, signed, err := a.signed(c)
	if err != nil {
		return err
	}
	drawn, err := signed.Paper(a.Letterhead())
	if err != nil {
		return err
	}
	return c.Download(signed.Name("pdf"), "application/pdf", drawn)
}
