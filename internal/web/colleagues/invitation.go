package colleagues

import (
	"net/http"
	"net/url"

	"gatehouse/internal/fault"
	"gatehouse/internal/staffing"
	"gatehouse/internal/web"
	"gatehouse/templates/colleagues"
)

// invitation shows what somebody is invited to. Looking uses nothing up.
func (a *area) invitation(c *web.Context) error {
	p, err := a.invited(c)
	if gone(err) {
		return c.Render(http.StatusNotFound, colleagues.InvitationGone(c.Shell("Invitation")))
	}
	if err != nil {
		return err
	}
	if p.Known && !c.Who.SignedIn() {
		return fault.SignIn()
	}
	return c.Page(colleagues.Invitation(p))
}

func gone(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.KindNotFound || kind == fault.KindConflict
}

func (a *area) invited(c *web.Context) (colleagues.InvitationPage, error) {
	o, err := a.Staffing.Offer(c.Ctx(), c.Param("token"))
	return colleagues.InvitationPage{
		Shell: c.Shell("Invitation"), Action: "/staff-invitations/" + c.Param("token"), Provider: c.Provider(),
		Email: o.Email, Department: o.Department, Says: o.Says, Inviter: o.Inviter, Expires: o.Expires,
		Known: o.HasSignIn,
	}, err
}

type acceptForm struct {
	Name     string `form:"name" max:"200"`
	Password string `form:"password" max:"2000" raw:"1"`
}

// accept takes the seat, and leads to the first security key, with what it takes to add it.
func (a *area) accept(c *web.Context) error {
	var f acceptForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	start, err := a.Staffing.Accept(c.Ctx(), c.Who, c.Param("token"),
		staffing.Acceptance{Name: f.Name, Password: f.Password})
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.invited(c)
		if err != nil {
			return err
		}
		p.Name, p.Errors = f.Name, errs
		return c.Invalid(colleagues.Invitation(p))
	}
	if gone(err) {
		return c.Render(http.StatusNotFound, colleagues.InvitationGone(c.Shell("Invitation")))
	}
	if err != nil {
		return err
	}
	next := web.StartPath + "/" + start.Token
	c.Done("Welcome. Now add your first security key.")
	if c.Who.SignedIn() {
		return c.Redirect(next)
	}
	c.Done("Your sign-in is ready. Sign in with the password that you chose, and add your first security key.")
	return c.Redirect("/sign-in?" + url.Values{"next": {next}}.Encode())
}
