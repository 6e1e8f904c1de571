package conduct

import (
	"time"

	"gatehouse/internal/conduct"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/conduct"
	"gatehouse/templates/ui"
)

type trainingForm struct {
	Key       string `form:"key" max:"40"`
	Colleague string `form:"colleague" max:"40"`
	Name      string `form:"name" max:"1000"`
	Done      string `form:"done" max:"20"`
	Expires   string `form:"expires" max:"20"`
}

func (a *area) trainingsPage(c *web.Context, f trainingForm) (pages.TrainingsPage, error) {
	r, err := a.Conduct.Register(c.Ctx(), c.Who)
	if err != nil {
		return pages.TrainingsPage{}, err
	}
	p := pages.TrainingsPage{
		Shell: c.Shell("Trainings"), Tabs: tabs(c), Key: f.Key, Name: f.Name, Done: f.Done, Expires: f.Expires,
	}
	if c.May(verb.StaffManage) {
		p.Action = trainingsPath
	}
	if p.Key == "" {
		p.Key = id.New[id.TrainingKind]().String()
	}
	for _, e := range r.Rows {
		p.People = append(p.People, ui.Choice{
			Value: e.Person.String(), Label: e.Name, Chosen: e.Person.String() == f.Colleague,
		})
		for _, t := range e.Trainings {
			p.Rows = append(p.Rows, trainingRow(t, r.At))
		}
	}
	return p, nil
}

func (a *area) trainings(c *web.Context) error {
	p, err := a.trainingsPage(c, trainingForm{})
	if err != nil {
		return err
	}
	return c.Page(pages.Trainings(p))
}

// days are what a form says of them; an empty one is none.
func (a *area) days(f trainingForm) (done, expires time.Time, err error) {
	if f.Done != "" {
		if done, err = time.ParseInLocation(time.DateOnly, f.Done, a.Zone); err != nil {
			return done, expires, fault.InvalidField("done", "Choose a day.")
		}
	}
	if f.Expires != "" {
		if expires, err = time.ParseInLocation(time.DateOnly, f.Expires, a.Zone); err != nil {
			return done, expires, fault.InvalidField("expires", "Choose a day, or leave it empty.")
		}
	}
	return done, expires, nil
}

func (a *area) record(c *web.Context) error {
	var f trainingForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.TrainingKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form has lost its key. Open it again."}}
	}
	person, _ := id.Parse[id.PersonKind](f.Colleague) // nobody is refused below
	t := conduct.Training{ID: key, Person: person, Name: f.Name}
	if t.Done, t.Expires, err = a.days(f); err == nil {
		err = a.Conduct.Record(c.Ctx(), c.Who, t)
	}
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.trainingsPage(c, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(pages.Trainings(p))
	}
	if err != nil {
		return err
	}
	c.Done("The training is in the register.")
	return c.Redirect(trainingsPath)
}

func (a *area) remove(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	training, err := web.ParamID[id.TrainingKind](c, "training")
	if err != nil {
		return err
	}
	if err := a.Conduct.Remove(c.Ctx(), c.Who, training); err != nil {
		return err
	}
	c.Done("It is out of the register. The log keeps both.")
	return c.Redirect(trainingsPath)
}
