package me

import (
	"strings"

	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
)

const keptCodesPath = web.SecurityPath + "/recovery-codes"

func (a *area) keptCodesRoutes() {
	a.web.Page(keptCodesPath, verb.SelfView, a.recoveryCodes)
	a.web.Action(keptCodesPath, verb.SelfManage, a.makeRecoveryCodes)
	a.web.Action(keptCodesPath+"/file", verb.SelfManage, a.recoveryFile)
	a.web.Action(keptCodesPath+"/confirm", verb.SelfManage, a.confirmRecoveryCodes)
}

func (a *area) recoveryCodes(c *web.Context) error {
	state, err := a.People.Recovery(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := me.RecoveryCodesPage{
		Shell: c.Shell("Recovery codes"), Action: keptCodesPath, BackURL: web.SecurityPath, Next: c.Query("next"),
		Made: state.Made, Kept: state.Confirmed, Left: state.Left, LaterURL: startPath + "/later",
	}
	second, err := a.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	if !second {
		p.AddURL = web.SecurityPath
	}
	return c.Page(me.RecoveryCodes(p))
}

type makeCodesForm struct {
	Next string `form:"next" max:"2000"`
}

// makeRecoveryCodes answers with the codes themselves: kept for another page, they would have to be kept in clear.
func (a *area) makeRecoveryCodes(c *web.Context) error {
	var f makeCodesForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	codes, err := a.People.MakeRecoveryCodes(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	return c.Page(me.RecoveryShown(shownPage(c, codes, f.Next)))
}

func shownPage(c *web.Context, codes []string, next string) me.RecoveryShownPage {
	return me.RecoveryShownPage{
		Shell: c.Shell("Keep these codes"), Name: c.Who.Name, Codes: codes, At: c.Now(), FileURL: keptCodesPath + "/file",
		Action: keptCodesPath + "/confirm", Next: next,
	}
}

type shownCodesForm struct {
	Codes string `form:"codes" max:"400"`
	Code  string `form:"code" max:"100"`
	Next  string `form:"next" max:"2000"`
}

func (a *area) recoveryFile(c *web.Context) error {
	var f shownCodesForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	codes, err := a.People.ShownCodes(c.Ctx(), c.Who, f.Codes)
	if err != nil {
		return err
	}
	text := "Recovery codes of " + c.Who.Name + " at " + c.Provider() + "\r\n" +
		"Each opens the account once, after the password, instead of a key or a code app.\r\n\r\n" +
		strings.Join(codes, "\r\n") + "\r\n\r\nMade on " + c.Reader().Exact(c.Now()) +
		". Newer codes make these worthless.\r\n"
	return c.Download("recovery-codes.txt", "text/plain; charset=utf-8", []byte(text))
}

func (a *area) confirmRecoveryCodes(c *web.Context) error {
	var f shownCodesForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	codes, err := a.People.ShownCodes(c.Ctx(), c.Who, f.Codes)
	if err != nil {
		return err
	}
	err = a.People.ConfirmRecoveryCodes(c.Ctx(), c.Who, f.Code)
	if errs, ok := web.FieldErrors(err); ok {
		p := shownPage(c, codes, f.Next)
		p.Errors, p.Typed = errs, f.Code
		return c.Invalid(me.RecoveryShown(p))
	}
	if err != nil {
		return err
	}
	c.Done("Your recovery codes are ready for the day you need one.")
	if f.Next != "" {
		return c.Redirect(web.Local(f.Next))
	}
	return c.Redirect(web.SecurityPath)
}

// afterFactor is where somebody goes on who has just added a second factor: to their recovery codes, unless they have
// some that they kept. The page of the codes says so itself to staff whose first key this is: the one who asks came in
// without it, and may not look yet.
func (a *area) afterFactor(c *web.Context) (string, error) {
	if a.Access.Unkeyed(c.Who) {
		return keptCodesPath, nil
	}
	state, err := a.People.Recovery(c.Ctx(), c.Who)
	if err != nil || state.Confirmed && state.Left > 0 {
		return web.SecurityPath, err
	}
	return keptCodesPath, nil
}
