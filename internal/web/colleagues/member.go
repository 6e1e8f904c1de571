package colleagues

import (
	"net/http"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/staffing"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/colleagues"
	"gatehouse/templates/ui"
)

func (a *area) read(c *web.Context) (staffing.Member, error) {
	person, err := web.ParamID[id.PersonKind](c, "colleague")
	if err != nil {
		return staffing.Member{}, err
	}
	return a.Staffing.Member(c.Ctx(), c.Who, person)
}

func (a *area) member(c *web.Context) error {
	m, err := a.read(c)
	if err != nil {
		return err
	}
	p := colleagues.MemberPage{
		Shell: c.Shell(m.Name), ListURL: listPath, Name: m.Name, Email: m.Email, SignsIn: signsIn(m.Level),
		Department: ui.Link{Text: m.Department, URL: departmentURL(m.Key)}, State: stateOf(m), Since: m.Since,
		Last: m.LastSignIn, May: a.explained(m.Subject(c.Now())),
	}
	if !m.Disabled {
		p.Idle = m.Idle
	}
	if m.Person == c.Who.Person {
		p.Note = &ui.Flash{Tone: ui.Info, Text: "This is you. What you may do, somebody else changes."}
	} else if c.May(verb.StaffManage) {
		for _, act := range acts() {
			if act.fits(m) {
				p.Acts = append(p.Acts, ui.Link{Text: act.link, URL: memberURL(m.Person) + "/" + act.path})
			}
		}
	}
	return c.Page(colleagues.Member(p))
}

// act is something that is given to a colleague or taken from them.
type act struct {
	path, link, title, button string
	lead                      string
	gives                     staffing.Kind // empty: it takes
	danger                    bool
	done                      string
	fits                      func(m staffing.Member) bool
	take                      func(a *area, c *web.Context, m staffing.Member, reason string) error
}

func acts() []act {
	return []act{
		{
			path: "department", link: "Another department", title: "Another department", button: "Ask for it",
			lead: "It holds from the next request on.", gives: staffing.Department, done: "The department is changed.",
			fits: func(m staffing.Member) bool { return !m.Held },
		},
		{
			path: "enable", link: "Enable the sign-in", title: "Enable the sign-in again", button: "Ask for it",
			lead: "The department stays as it was.", gives: staffing.Enable, done: "The sign-in is enabled.",
			fits: func(m staffing.Member) bool { return m.Disabled },
		},
		{
			path: "disable", link: "Disable…", title: "Disable the sign-in", button: "Disable the sign-in", danger: true,
			lead: "All sessions end at once, on every node. To enable it again takes a second administrator.",
			done: "The sign-in is disabled.", fits: func(m staffing.Member) bool { return !m.Disabled },
			take: func(a *area, c *web.Context, m staffing.Member, reason string) error {
				return a.Staffing.Disable(c.Ctx(), c.Who, m.Person, reason)
			},
		},
		{
			path: "end", link: "Take the seat away…", title: "Take the seat away", button: "Take the seat away",
			danger: true, lead: "They are no longer on the staff from their next request on. What they did stays in the log.",
			done: "The seat is taken away.", fits: func(staffing.Member) bool { return true },
			take: func(a *area, c *web.Context, m staffing.Member, reason string) error {
				return a.Staffing.End(c.Ctx(), c.Who, m.Person, reason)
			},
		},
	}
}

func (a *area) asking(c *web.Context, x act, m staffing.Member, f askForm) (colleagues.AskPage, error) {
	p := colleagues.AskPage{
		Shell: c.Shell(x.title), ListURL: listPath, Parent: ui.Link{Text: m.Name, URL: memberURL(m.Person)},
		Title: x.title, Lead: x.lead, Action: memberURL(m.Person) + "/" + x.path, Button: x.button, Danger: x.danger,
		BackURL: memberURL(m.Person), Reason: f.Reason,
	}
	if x.gives == "" {
		return p, nil
	}
	p.Key = f.Key
	if p.Key == "" {
		p.Key = id.New[id.StaffRequestKind]().String()
	}
	if x.gives == staffing.Department {
		p.Departments = a.choices(f.Department, m.Key)
	}
	return p, a.whoDecides(c, &p, m.Person)
}

// whoDecides says beforehand whether a second administrator has to approve.
func (a *area) whoDecides(c *web.Context, p *colleagues.AskPage, about id.Person) error {
	n, err := a.Staffing.Deciders(c.Ctx(), c.Who, about)
	if err != nil {
		return err
	}
	if n == 0 {
		p.Note = &ui.Flash{
			Tone: ui.Warn, Text: "Nobody else manages the staff, so it is done at once. The log says that you decided alone.",
		}
		p.Button = "Do it now"
		if p.Invites {
			p.Button = "Send the invitation"
		}
		return nil
	}
	p.Note = &ui.Flash{Tone: ui.Info, Text: "A second administrator approves it first. They are told by mail."}
	return nil
}

// choices are the departments but one.
func (a *area) choices(chosen, but string) []ui.Choice {
	var list []ui.Choice
	for _, d := range a.Access.Departments() {
		if d.Key != but {
			list = append(list, ui.Choice{Value: d.Key, Label: d.Name, Help: d.Sentence, Chosen: d.Key == chosen})
		}
	}
	return list
}

type askForm struct {
	Key        string `form:"key" max:"40"`
	Email      string `form:"email" max:"300"`
	Department string `form:"department" max:"64"`
	Reason     string `form:"reason" max:"2000"`
}

// asks shows the form of one act, where it can be done.
func (a *area) asks(x act) web.Handler {
	return func(c *web.Context) error {
		m, err := a.read(c)
		if err != nil {
			return err
		}
		if !x.fits(m) {
			return c.Redirect(memberURL(m.Person))
		}
		p, err := a.asking(c, x, m, askForm{})
		if err != nil {
			return err
		}
		return c.Page(colleagues.Ask(p))
	}
}

func (a *area) does(x act) web.Handler {
	return func(c *web.Context) error {
		var f askForm
		if err := c.Bind(&f); err != nil {
			return err
		}
		m, err := a.read(c)
		if err != nil {
			return err
		}
		waits := false
		if x.gives == "" {
			err = x.take(a, c, m, f.Reason)
		} else {
			waits, err = a.wish(c, f, staffing.Wish{Kind: x.gives, Member: m.Person, Department: f.Department})
		}
		errs, invalid := web.FieldErrors(err)
		found, conflict := fault.As(err)
		conflict = conflict && found.Kind == fault.KindConflict
		if !invalid && !conflict {
			return a.settled(c, err, waits, x.done)
		}
		p, pageErr := a.asking(c, x, m, f)
		if pageErr != nil {
			return pageErr
		}
		if p.Errors = errs; invalid {
			return c.Invalid(colleagues.Ask(p))
		}
		p.Note = &ui.Flash{Tone: ui.Warn, Text: found.Message}
		return c.Render(http.StatusConflict, colleagues.Ask(p))
	}
}

// wish asks for what a form says, once for each of its keys.
func (a *area) wish(c *web.Context, f askForm, w staffing.Wish) (bool, error) {
	key, err := id.Parse[id.StaffRequestKind](f.Key)
	if err != nil {
		return false, &web.BadRequestError{Problems: []string{"The form has lost its key. Open it again."}}
	}
	w.Key, w.Reason = key, f.Reason
	return a.Staffing.Ask(c.Ctx(), c.Who, w)
}

// settled leads back to the list with what came of it.
func (a *area) settled(c *web.Context, err error, waits bool, done string) error {
	if err != nil {
		return err
	}
	if waits {
		done = "It waits for a second administrator. They are told by mail."
	}
	c.Done(done)
	return c.Redirect(listPath)
}

func (a *area) inviting(c *web.Context, f askForm) (colleagues.AskPage, error) {
	p := colleagues.AskPage{
		Shell: c.Shell("Invite a colleague"), ListURL: listPath, Title: "Invite a colleague", Action: invitePath,
		Lead: "They add a security key or a passkey before anything opens to them.", Invites: true, Button: "Ask for it",
		BackURL: listPath, Email: f.Email, Reason: f.Reason, Departments: a.choices(f.Department, ""), Key: f.Key,
	}
	if p.Key == "" {
		p.Key = id.New[id.StaffRequestKind]().String()
	}
	return p, a.whoDecides(c, &p, id.Person{})
}

func (a *area) invite(c *web.Context) error {
	p, err := a.inviting(c, askForm{})
	if err != nil {
		return err
	}
	return c.Page(colleagues.Ask(p))
}

func (a *area) sendInvite(c *web.Context) error {
	var f askForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	waits, err := a.wish(c, f, staffing.Wish{Kind: staffing.Invite, Email: f.Email, Department: f.Department})
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.inviting(c, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(colleagues.Ask(p))
	}
	return a.settled(c, err, waits, "The invitation is on its way.")
}
