package review

import (
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/reviews"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/review"
	"gatehouse/templates/ui"
)

// review shows one review: its rows while it is open, its record afterwards.
func (a *area) review(c *web.Context) error {
	which, err := web.ParamID[id.ReviewKind](c, "review")
	if err != nil {
		return err
	}
	p, err := a.Reviews.Review(c.Ctx(), c.Who, c.Account(), which,
		web.QueryID[id.SubjectKind](c, "after"), web.QueryID[id.SubjectKind](c, "done"))
	if err != nil {
		return err
	}
	if p.State != reviews.Open {
		return a.record(c, p.Summary)
	}
	at := listURL(c) + "/" + which.String()
	shown := review.OpenPage{
		Shell: c.Shell(p.Title), ListURL: listURL(c), Title: p.Title, All: p.Progress.All, Decided: p.Progress.Decided(),
		Keep: p.Progress.Keep, Change: p.Progress.Change, Remove: p.Progress.Remove, Due: p.Due,
	}
	r := shown.Shell.Reader
	shown.Lead = "Does each person still need what they have? Look at what they used, then decide. If nobody finishes " +
		"this by " + r.Date(p.Closes) + ", everybody without a “keep” is suspended until you decide."
	shown.OnFinish = "changes take effect at once, and a signed record (PDF and CSV) of what was shown and decided is " +
		"kept with the account."
	runs := c.May(verb.ReviewsRun) && c.Offers(verb.ContactsManage)
	if err := a.nameServices(c, p.Open, p.Decided); err != nil {
		return err
	}
	for _, row := range p.Open {
		shown.Open = append(shown.Open, rowOf(c, at, row, runs))
	}
	for _, row := range p.Decided {
		shown.Done = append(shown.Done, rowOf(c, at, row, runs))
	}
	if !p.More.IsZero() {
		shown.MoreURL = at + "?after=" + p.More.String()
	}
	if !p.MoreDone.IsZero() {
		shown.MoreDoneURL = at + "?done=" + p.MoreDone.String() + "#decided"
	}
	if runs {
		shown.FinishURL = at + "/finish"
	}
	return c.Page(review.Open(shown))
}

// nameServices has suggestions name the services that they are about, for a reader who may see them.
func (a *area) nameServices(c *web.Context, lists ...[]reviews.Row) error {
	var of []id.Service
	for _, list := range lists {
		for _, row := range list {
			if row.Facts.Advice.Scope != nil {
				of = append(of, row.Facts.Advice.Scope.Services...)
			}
		}
	}
	if len(of) == 0 || !c.May(verb.ServicesView) {
		return nil
	}
	names, err := a.Hosting.Names(c.Ctx(), c.Who, c.Account(), of)
	if err != nil {
		return err
	}
	for _, list := range lists {
		for i := range list {
			list[i].Facts.Advice = list[i].Facts.Advice.Naming(names)
		}
	}
	return nil
}

func rowOf(c *web.Context, at string, row reviews.Row, runs bool) review.Row {
	r, f := c.Reader(), row.Facts
	out := review.Row{
		Person: ui.Person{Name: f.Name, Detail: below(r, f), URL: c.Base() + "/contacts/" + row.Contact.ID.String()},
		Used:   used(r, f), Uses: uses(r, f.Uses), Says: f.Advice.Says, Why: f.Advice.Why,
		Worry: f.Advice.Says != "Keep", Verdict: string(row.Verdict), Below: decided(c, row),
	}
	if row.Role != nil {
		return aboutRole(c, at, row, runs, out)
	}
	if !row.Contact.Team.IsZero() {
		out.Person.URL = c.Base() + "/contacts/teams/" + row.Contact.ID.String()
		out.Person.Detail = f.Email + " · " + out.Person.Detail
	}
	switch {
	case row.Contact.You:
		out.Fixed, out.Below = "That’s you", "Another owner can decide about you."
	case !runs:
		out.Fixed = "Owners decide"
	case !row.Contact.MayChange:
		out.Fixed = "Above your own role"
	default:
		out.Action = at + "/rows/" + row.Subject.String()
		out.ChangeURL = out.Action + "/change"
		out.Version, out.Seen = strconv.FormatInt(row.Version, 10), strconv.FormatInt(row.Contact.Version, 10)
	}
	return out
}

// aboutRole is a row about a role of the account's own.
func aboutRole(c *web.Context, at string, row reviews.Row, runs bool, out review.Row) review.Row {
	role := c.Base() + "/roles/" + row.Role.Value()
	out.Person = ui.Person{Name: row.Facts.Name, Detail: "Role of your own", URL: role}
	if n := row.Role.Held; n > 0 {
		out.Used = ui.Count(n, "person has", "people have") + " it."
	} else {
		out.Used, out.Uses = "Nobody has it.", ""
	}
	switch {
	case row.Own:
		out.Fixed, out.Below = "Your own role", "Somebody else decides about it."
	case !runs || !c.Offers(verb.RolesManage):
		out.Fixed = "Owners decide"
	default:
		out.Action = at + "/rows/" + row.Subject.String()
		out.ChangeURL = role
		out.Version, out.Seen = strconv.FormatInt(row.Version, 10), strconv.FormatInt(row.Role.Version, 10)
	}
	return out
}

// below is the role with its limits, and how they sign in.
func below(r ui.Reader, f reviews.Facts) string {
	parts := []string{f.Role}
	if f.Limited {
		parts = append(parts, f.Reaches())
	}
	if !f.Ends.IsZero() {
		parts = append(parts, "ends "+r.Date(f.Ends))
	}
	return strings.Join(append(parts, f.Factor), " · ")
}

func used(r ui.Reader, f reviews.Facts) string {
	switch {
	case !f.Here.IsZero():
		return "Last here " + lower(r.When(f.Here)) + "."
	case !f.SignedIn.IsZero():
		return "Has not opened this account."
	}
	return "Has never signed in."
}

// uses say of each area that the role reaches when it was last used, the areas of one day together.
func uses(r ui.Reader, list []reviews.Use) string {
	var out, never []string
	for _, u := range list {
		if u.Last.IsZero() {
			never = append(never, strings.ToLower(u.Area))
			continue
		}
		out = append(out, u.Area+" "+lower(day(r, u.Last)))
	}
	text := strings.Join(out, ", ")
	if len(never) > 0 {
		if text != "" {
			text += ". "
		}
		text += "Never used: " + strings.Join(never, ", ")
	}
	if text == "" {
		return ""
	}
	return text + "."
}

// day is a day as people say it.
func day(r ui.Reader, t time.Time) string {
	when := r.When(t)
	today, _, ok := strings.Cut(when, ",")
	if ok {
		return today
	}
	return when
}

func lower(text string) string {
	for _, word := range []string{"Today", "Yesterday"} {
		if strings.HasPrefix(text, word) {
			return strings.ToLower(text[:1]) + text[1:]
		}
	}
	return text
}

func decided(c *web.Context, row reviews.Row) string {
	switch {
	case row.Before:
		return "Changed since it was decided. Decide again."
	case row.Verdict == "":
		return "Not decided yet"
	}
	by := "By " + row.By + ", " + lower(c.Reader().When(row.At))
	if row.To != "" {
		return "To: " + row.To + ". " + by
	}
	return by
}

type answering struct {
	Version string `form:"version" max:"20"`
	Seen    string `form:"seen" max:"20"`
	Verdict string `form:"verdict" max:"20"`
}

// shown are the versions that a form of a row showed.
func shown(version, seen string) (reviews.Answer, error) {
	row, err := strconv.ParseInt(version, 10, 64)
	access, seenErr := strconv.ParseInt(seen, 10, 64)
	if err != nil || seenErr != nil {
		return reviews.Answer{}, &web.BadRequestError{Problems: []string{"The form does not say which version it showed."}}
	}
	return reviews.Answer{Version: row, Seen: access}, nil
}

func rowIDs(c *web.Context) (which id.Review, subject id.Subject, err error) {
	if which, err = web.ParamID[id.ReviewKind](c, "review"); err == nil {
		subject, err = web.ParamID[id.SubjectKind](c, "subject")
	}
	return which, subject, err
}

func (a *area) answer(c *web.Context) error {
	var f answering
	if err := c.Bind(&f); err != nil {
		return err
	}
	answer, err := shown(f.Version, f.Seen)
	if err != nil {
		return err
	}
	which, subject, err := rowIDs(c)
	if err != nil {
		return err
	}
	answer.Verdict = reviews.Verdict(f.Verdict)
	if answer.Verdict != reviews.Keep && answer.Verdict != reviews.Remove {
		return &web.BadRequestError{Problems: []string{"The form does not say what was decided."}}
	}
	return a.settle(c, which, subject, answer)
}

// settle gives the answer and goes back to where the next row is.
func (a *area) settle(c *web.Context, which id.Review, subject id.Subject, answer reviews.Answer) error {
	back := listURL(c) + "/" + which.String()
	err := a.Reviews.Answer(c.Ctx(), c.Who, c.Account(), which, subject, answer)
	if known, ok := fault.As(err); ok && known.Kind == fault.KindConflict { // somebody was quicker: the page says how
		c.Flash(ui.Warn, known.Message)
		return c.Redirect(back)
	}
	if err != nil {
		return err
	}
	return c.Redirect(back + "#to-decide")
}
