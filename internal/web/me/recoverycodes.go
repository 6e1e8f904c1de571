package me

import (
	"strings"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
)

const keptCodesPath = web.SecurityPath + "/recovery-codes"

func (a *area) keptCodesRoutes() {
	a.web.Page(keptCodesPath, verb.SelfManage, a.recoveryCodes)
	a.web.Action(keptCodesPath, verb.SelfManage, a.makeRecoveryCodes)
	a.web.Action(keptCodesPath+"/file", verb.SelfManage, a.recoveryFile)
	a.web.Action(keptCodesPath+"/confirm", verb.SelfManage, a.confirmRecoveryCodes)
}

func (a *area) recoveryCodes(c *web.Context) error {
	p := me.RecoveryCodesPage{
		Shell: c.Shell("Recovery codes"), Action: keptCodesPath, BackURL: web.SecurityPath, Next: c.Query("next"),
		LaterURL: startPath + "/later",
	}
	first, err := a.codesAreLeft(c)
	if err != nil {
		return err
	}
	if first {
		p.First = true
		return c.Page(me.RecoveryCodes(p))
	}
	state, err := a.People.Recovery(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p.Made, p.Kept, p.Left = state.Made, state.Confirmed, state.Left
	second, err := a.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	if !second {
		p.AddURL = startPath
	}
	return c.Page(me.RecoveryCodes(p))
}

// codesAreLeft says whether the codes are what is missing before the second step is on. These pages are open for that
// to staff without their key, and for nothing else.
func (a *area) codesAreLeft(c *web.Context) (bool, error) {
	left, waits, err := a.People.Unfinished(c.Ctx(), c.Who)
	if err != nil || waits && left.Here {
		return err == nil, err
	}
	if a.Access.Unkeyed(c.Who) {
		return false, c.Refuse(access.ReasonNoKey, activity.Target{})
	}
	return false, nil
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
	if _, err := a.codesAreLeft(c); err != nil {
		return err
	}
	codes, err := a.People.MakeRecoveryCodes(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p, err := a.shownPage(c, codes, f.Next)
	if err != nil {
		return err
	}
	return c.Page(me.RecoveryShown(p))
}

func (a *area) shownPage(c *web.Context, codes []string, next string) (me.RecoveryShownPage, error) {
	second, err := a.People.HasSecondFactor(c.Ctx(), c.Who)
	return me.RecoveryShownPage{
		Shell: c.Shell("Keep these codes"), Name: c.Who.Name, Codes: codes, At: c.Now(), FileURL: keptCodesPath + "/file",
		Action: keptCodesPath + "/confirm", Next: next, First: !second,
	}, err
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
		strings.Join(codes, "\r\n") + "\r\n\r\nMade on " + c.Reader().Date(c.Now()) + ", " + c.Reader().Clock(c.Now()) +
		". Newer codes make these worthless.\r\n"
	return c.Download("recovery-codes.txt", "text/plain; charset=utf-8", []byte(text))
}

func (a *area) confirmRecoveryCodes(c *web.Context) error {
	var f shownCodesForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	if _, err := a.codesAreLeft(c); err != nil {
		return err
	}
	codes, err := a.People.ShownCodes(c.Ctx(), c.Who, f.Codes)
	if err != nil {
		return err
	}
	token, err := a.People.ConfirmRecoveryCodes(c.Ctx(), c.Who, f.Code)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.shownPage(c, codes, f.Next)
		if err != nil {
			return err
		}
		p.Errors, p.Typed = errs, f.Code
		return c.Invalid(me.RecoveryShown(p))
	}
	if err != nil {
		return err
	}
	c.Settled()
	c.Done("Your recovery codes are ready for the day you need one.")
	if token != "" {
		c.StartSession(token)
		c.Done("Your second step is on. You are asked for it from now on, and your other devices are signed out.")
	}
	if f.Next != "" {
		return c.Redirect(web.Local(f.Next))
	}
	return c.Redirect(c.Going(web.SecurityPath))
}

// afterFactor leads on whoever has just used a new factor for the first time: to their recovery codes, unless they have
// some that they kept. Where it is their first factor, it counts only after them.
func (a *area) afterFactor(c *web.Context, done string) error {
	left, waits, err := a.People.Unfinished(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	if waits && left.Here {
		return c.Redirect(keptCodesPath)
	}
	c.Done(done)
	if a.Access.Unkeyed(c.Who) { // staff whose first key this is came in without it, and may not look yet
		return c.Redirect(keptCodesPath)
	}
	state, err := a.People.Recovery(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	if state.Confirmed && state.Left > 0 {
		return c.Redirect(c.Going(web.SecurityPath))
	}
	return c.Redirect(keptCodesPath)
}
