package public

import (
	"net/http"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/web"
	"gatehouse/templates/public"
)

// invitation shows what somebody is invited to. Looking uses nothing up.
func (a *area) invitation(c *web.Context) error {
	offer, err := a.Accounts.Offer(c.Ctx(), c.Param("token"))
	if gone(err) {
		return c.Render(http.StatusNotFound, public.InvitationGone(a.over(c)))
	}
	if err != nil {
		return err
	}
	if offer.HasSignIn && !c.Who.SignedIn() {
		return fault.SignIn()
	}
	return c.Page(public.Invitation(a.page(c, offer)))
}

func gone(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.KindNotFound || kind == fault.KindConflict
}

func (a *area) over(c *web.Context) public.ErrorPage {
	return public.ErrorPage{Shell: c.Shell("Invitation"), RequestID: c.RequestID(), BackURL: "/sign-in"}
}

func (a *area) page(c *web.Context, offer accounts.Offer) public.InvitationPage {
	if offer.Inviter == "" {
		offer.Inviter = c.Provider()
	}
	return public.InvitationPage{
		Shell: c.Shell("Invitation"), Action: "/invitations/" + c.Param("token"), Account: offer.Name,
		Role: offer.RoleName, RoleSay: offer.RoleSays, Email: offer.Email, Inviter: offer.Inviter,
		Expires: offer.Expires, Known: offer.HasSignIn,
	}
}

type acceptForm struct {
	Name     string `form:"name" max:"200"`
	Password string `form:"password" max:"2000" raw:"1"`
}

func (a *area) accept(c *web.Context) error {
	var f acceptForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	account, err := a.Accounts.Accept(c.Ctx(), c.Who, c.Param("token"),
		accounts.Acceptance{Name: f.Name, Password: f.Password})
	if errs, ok := web.FieldErrors(err); ok {
		offer, offerErr := a.Accounts.Offer(c.Ctx(), c.Param("token"))
		if offerErr != nil {
			return offerErr
		}
		page := a.page(c, offer)
		page.Name, page.Errors = f.Name, errs
		return c.Invalid(public.Invitation(page))
	}
	if gone(err) {
		return c.Render(http.StatusNotFound, public.InvitationGone(a.over(c)))
	}
	if err != nil {
		return err
	}
	c.Done("You have joined. Welcome.")
	if !c.Who.SignedIn() {
		c.Done("Your sign-in is ready. Sign in with the password that you chose.")
	}
	return c.Redirect("/accounts/" + account.String())
}
