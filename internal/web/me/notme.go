package me

import (
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
	"gatehouse/templates/signin"
)

const (
	myActivityPath = "/me/activity"
	lockedPath     = "/not-me"
	reviewPath     = web.SecurityPath + "/review"
	mostFactors    = 20
)

func (a *area) notMeRoutes() {
	a.web.Page(myActivityPath+"/:entry/not-me", verb.SelfView, a.notMyEntryForm)
	a.web.Action(myActivityPath+"/:entry/not-me", verb.SelfManage, a.notMyEntry)
	a.web.Page(web.AccountPath+"/activity/:entry/not-me", verb.ActivityView, a.notMyDoingForm)
	a.web.Action(web.AccountPath+"/activity/:entry/not-me", verb.ActivityView, a.notMyDoing)
	a.web.Page(sessionsPath+"/:session/not-me", verb.SelfView, a.notMySessionForm)
	a.web.Action(sessionsPath+"/:session/not-me", verb.SelfManage, a.notMySession)
	a.web.Page(reviewPath, verb.SelfView, a.review)
	a.web.Action(reviewPath, verb.SelfManage, a.finishReview)
}

type notMeForm struct {
	Note string `form:"note" max:"3000"`
}

func entryParam(c *web.Context) (int64, error) {
	seq, err := strconv.ParseInt(c.Param("entry"), 10, 64)
	if err != nil || seq < 1 {
		return 0, fault.NotFound("read entry")
	}
	return seq, nil
}

func (a *area) entryPage(c *web.Context) (signin.NotMePage, int64, error) {
	seq, err := entryParam(c)
	if err != nil {
		return signin.NotMePage{}, 0, err
	}
	e, err := a.People.OwnEntry(c.Ctx(), c.Who, seq)
	if err != nil {
		return signin.NotMePage{}, 0, err
	}
	return signin.NotMePage{
		Shell: c.Shell("This wasn’t me"), What: c.Entries([]activity.Entry{e}, "")[0].Sentence.String(), At: e.Occurred,
		Action: c.Request().URL.Path, BackURL: myActivityPath,
	}, seq, nil
}

func (a *area) notMyEntryForm(c *web.Context) error {
	p, _, err := a.entryPage(c)
	if err != nil {
		return err
	}
	return c.Page(me.NotMe(p))
}

func (a *area) notMyEntry(c *web.Context) error {
	var f notMeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, seq, err := a.entryPage(c)
	if err != nil {
		return err
	}
	return locked(c, p, f, a.People.NotMyEntry(c.Ctx(), c.Who, seq, f.Note))
}

func (a *area) doingPage(c *web.Context) (signin.NotMePage, int64, error) {
	seq, err := entryParam(c)
	if err != nil {
		return signin.NotMePage{}, 0, err
	}
	e, err := a.People.OwnDoing(c.Ctx(), c.Who, c.Account(), seq)
	if err != nil {
		return signin.NotMePage{}, 0, err
	}
	back := c.Base() + "/activity/" + strconv.FormatInt(seq, 10)
	return signin.NotMePage{
		Shell: c.Shell("This wasn’t me"), What: c.Entries([]activity.Entry{e}, "")[0].Sentence.String(), At: e.Occurred,
		Action: back + "/not-me", BackURL: back,
	}, seq, nil
}

func (a *area) notMyDoingForm(c *web.Context) error {
	p, _, err := a.doingPage(c)
	if err != nil {
		return err
	}
	return c.Page(me.NotMe(p))
}

func (a *area) notMyDoing(c *web.Context) error {
	var f notMeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, seq, err := a.doingPage(c)
	if err != nil {
		return err
	}
	return locked(c, p, f, a.People.NotMyDoing(c.Ctx(), c.Who, c.Account(), seq, f.Note))
}

func (a *area) sessionPage(c *web.Context) (signin.NotMePage, id.Session, error) {
	session, err := web.ParamID[id.SessionKind](c, "session")
	if err != nil {
		return signin.NotMePage{}, session, err
	}
	s, err := a.People.OwnSession(c.Ctx(), c.Who, session)
	if err != nil {
		return signin.NotMePage{}, session, err
	}
	what := "A sign-in"
	if s.Device != "" {
		what += " with " + s.Device
	}
	return signin.NotMePage{
		Shell: c.Shell("This wasn’t me"), What: what, At: s.CreatedAt, Action: c.Request().URL.Path, BackURL: sessionsPath,
	}, session, nil
}

func (a *area) notMySessionForm(c *web.Context) error {
	p, _, err := a.sessionPage(c)
	if err != nil {
		return err
	}
	return c.Page(me.NotMe(p))
}

func (a *area) notMySession(c *web.Context) error {
	var f notMeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, session, err := a.sessionPage(c)
	if err != nil {
		return err
	}
	return locked(c, p, f, a.People.NotMySession(c.Ctx(), c.Who, session, f.Note))
}

// locked leads on after a sign-in was locked: the session that asked has ended with all the others.
func locked(c *web.Context, p signin.NotMePage, f notMeForm, err error) error {
	if errs, ok := web.FieldErrors(err); ok {
		p.Note, p.Errors = f.Note, errs
		return c.Invalid(me.NotMe(p))
	}
	if err != nil {
		return err
	}
	c.ForgetSession()
	return c.Redirect(lockedPath)
}

func (a *area) review(c *web.Context) error {
	p, err := a.reviewPage(c)
	if err != nil {
		return err
	}
	if !c.Who.Secured {
		return c.Redirect(web.SecurityPath)
	}
	return c.Page(me.Review(p))
}

func (a *area) reviewPage(c *web.Context) (me.ReviewPage, error) {
	r, err := a.People.Review(c.Ctx(), c.Who)
	if err != nil {
		return me.ReviewPage{}, err
	}
	p := me.ReviewPage{
		Shell: c.Shell("Look at how you sign in"), Action: reviewPath, SecurityURL: web.SecurityPath, CasesURL: casesPath,
	}
	for _, f := range r.Factors {
		p.Factors = append(p.Factors, me.ReviewRow{
			ID: f.ID.String(), Name: f.Name, Added: f.AddedAt, Used: f.LastUsedAt, Copied: f.Copied,
		})
	}
	return p, nil
}

type reviewForm struct {
	Factors [mostFactors]struct {
		ID   string `form:"id" max:"100"`
		Mine string `form:"mine" max:"10"`
	} `form:"factor"`
}

func (a *area) finishReview(c *web.Context) error {
	var f reviewForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	var keep, remove []id.Factor
	answers := map[string]string{}
	for _, answer := range f.Factors {
		factor, err := id.Parse[id.FactorKind](answer.ID)
		if err != nil {
			continue // fewer factors than the form has room for
		}
		answers[answer.ID] = answer.Mine
		switch answer.Mine {
		case "yes":
			keep = append(keep, factor)
		case "no":
			remove = append(remove, factor)
		}
	}
	token, err := a.People.FinishReview(c.Ctx(), c.Who, keep, remove)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.reviewPage(c)
		if err != nil {
			return err
		}
		p.Errors, p.Answers = errs, answers
		return c.Invalid(me.Review(p))
	}
	if err != nil {
		return err
	}
	c.StartSession(token)
	c.Done("Your sign-in is open again. Thank you for looking.")
	return c.Redirect(web.SecurityPath)
}
