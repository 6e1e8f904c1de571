package signin

import (
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/web"
	"gatehouse/templates/signin"
	"gatehouse/templates/ui"
)

// secondAsk tells the script what the keys of whoever is half signed in are to sign.
func (a *area) secondAsk(c *web.Context) error {
	var f secondForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	return c.Ask(a.People.AskForSecondStep(c.Ctx(), c.Step()))
}

type passkeyForm struct {
	Key  string `form:"key" max:"20000" raw:"1"`
	Next string `form:"next" max:"2000"`
}

// passkeyAsk tells the script what a passkey is to sign, whoever’s it is.
func (a *area) passkeyAsk(c *web.Context) error {
	var f passkeyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	return c.Ask(a.People.AskForPasskey(c.Ctx(), c.Door()))
}

// passkey signs in with a passkey alone.
func (a *area) passkey(c *web.Context) error {
	var f passkeyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	out, err := a.People.SignInWithPasskey(c.Ctx(), c.Who, c.Door(), f.Key)
	if errs, ok := web.FieldErrors(err); ok {
		page := a.page(c, "", web.Local(f.Next))
		page.PasskeyError = errs.For("key")
		if unknown, ok := factors.UnknownKey(err); ok {
			page.Unknown = ui.UnknownPasskey{
				Script: page.Shell.Assets.Passkeys, Party: unknown.Party, Key: unknown.Key,
			}
		}
		return c.Invalid(signin.SignIn(page))
	}
	if err != nil {
		return err
	}
	return a.enter(c, out, f.Next)
}
