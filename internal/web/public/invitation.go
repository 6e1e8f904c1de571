package public

import (
	"net/http"
	"net/url"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/web"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
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
	page := a.page(c, offer)
	if page.First, err = first(c, offer); err != nil {
		return err
	}
	return c.Page(public.Invitation(page))
}

// first are the ways to what the account insists on, for whoever has nothing of the kind yet: they come back to the
// invitation. Whoever has it, and came in without it, is asked for it when they accept.
func first(c *web.Context, offer accounts.Offer) ([]ui.Link, error) {
	if !c.Who.SignedIn() || offer.Needs <= c.Who.Level() {
		return nil, nil
	}
	has, err := c.Best()
	if err != nil || has >= offer.Needs {
		return nil, err
	}
	c.GoTo(c.Request().URL.Path)
	if offer.Needs == actor.PhishingProof {
		return []ui.Link{
			{Text: "Add a passkey", URL: web.SecurityPath + "/passkeys/new", Icon: "fingerprint"},
			{Text: "Add a security key", URL: web.SecurityPath + "/keys/new", Icon: "key"},
		}, nil
	}
	return []ui.Link{{
		Text: "Add a second step", URL: web.SaferPath + "?" + url.Values{"next": {c.Request().URL.Path}}.Encode(),
		Icon: "shield-lock",
	}}, nil
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
		Role: offer.RoleName, RoleSay: offer.RoleSays, Email: offer.Email, Inviter: offer.Inviter, Message: offer.Message,
		Expires: offer.Expires, Known: offer.HasSignIn, Needs: needs(offer.Needs),
	}
}

// needs says what an account insists on.
func needs(level actor.Level) string {
	switch level {
	case actor.SecondFactor:
		return "a second step at sign-in"
	case actor.PhishingProof:
		return "a security key or a passkey at sign-in"
	case actor.PasswordOnly:
	}
	return ""
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
	if !c.Who.SignedIn() && fault.KindOf(err) == fault.KindDenied { // they have their sign-in, and accept with it
		c.Done("Your sign-in is ready. Sign in with the password that you chose, and go on with the invitation.")
		return c.Redirect("/sign-in?" + url.Values{"next": {c.Request().URL.Path}}.Encode())
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
