package me

import (
	"net/http"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
	"gatehouse/templates/ui"
)

const (
	keysPath    = web.SecurityPath + "/keys"
	newKey      = keysPath + "/new"
	newPasskey  = web.SecurityPath + "/passkeys/new"
	oneKey      = keysPath + "/:factor"
	askOfOneKey = oneKey + "/ask"
)

func (a *area) keyRoutes() {
	for _, passkey := range []bool{false, true} {
		path := keyPath(passkey)
		a.web.Page(path, verb.SelfManage, func(c *web.Context) error { return a.newKeyForm(c, passkey) })
		a.web.Action(path, verb.SelfManage, func(c *web.Context) error { return a.newKey(c, passkey) })
		a.web.Action(path+"/ask", verb.SelfManage, func(c *web.Context) error { return a.askForKey(c, passkey) })
	}
	a.web.Page(oneKey, verb.SelfManage, a.firstUseForm)
	a.web.Action(oneKey, verb.SelfManage, a.firstUse)
	a.web.Action(askOfOneKey, verb.SelfManage, a.askForFirstUse)
	a.web.Page(oneKey+"/remove", verb.SelfManage, a.removeFactorForm)
	a.web.Action(oneKey+"/remove", verb.SelfManage, a.removeFactor)
}

// keyPath is where a key is added, or a passkey.
func keyPath(passkey bool) string {
	if passkey {
		return newPasskey
	}
	return newKey
}

// keysPart is the list of keys among somebody’s factors.
func keysPart(c *web.Context, list []factors.Factor) me.KeysPart {
	part := me.KeysPart{Reader: c.Reader(), KeyURL: newKey, PasskeyURL: newPasskey}
	for _, f := range list {
		if f.Kind == factors.CodeApp {
			continue
		}
		part.Keys = append(part.Keys, me.KeyRow{
			Name: f.Name, Passkey: f.Kind == factors.Passkey, Synced: f.Synced, Suspect: f.Suspect,
			Added: f.AddedAt, Used: f.LastUsedAt, RemoveURL: keysPath + "/" + f.ID.String() + "/remove",
			RenameURL: renamePath(f.ID),
		})
	}
	return part
}

type newKeyForm struct {
	Name string `form:"name" max:"500"`
	Key  string `form:"key" max:"20000" raw:"1"`
}

// newKeyForm asks for a fresh proof before the browser asks to touch a key (S16), and says what stands against one.
func (a *area) newKeyForm(c *web.Context, passkey bool) error {
	may := a.People.MayAddKey(c.Ctx(), c.Who)
	blocked, known := fault.As(may)
	if may != nil && (!known || blocked.Kind != fault.KindConflict) {
		return may
	}
	p, err := a.newKeyPage(c, passkey)
	if err != nil {
		return err
	}
	if may == nil {
		return c.Page(me.KeyNew(p))
	}
	p.Blocked, p.WayOut = blocked.Message, ui.Link{Text: "Back to my security", URL: web.SecurityPath}
	if a.Access.Unkeyed(c.Who) {
		p.WayOut = ui.Link{Text: "I have a start link", URL: web.StartPath}
	}
	return c.Render(http.StatusConflict, me.KeyNew(p))
}

func (a *area) newKeyPage(c *web.Context, passkey bool) (me.KeyNewPage, error) {
	second, err := a.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return me.KeyNewPage{}, err
	}
	path, title := keyPath(passkey), "Add a security key"
	if passkey {
		title = "Add a passkey"
	}
	return me.KeyNewPage{
		Shell: c.Shell(title), Passkey: passkey, First: !second, Action: path, Ask: path + "/ask",
		BackURL: web.SecurityPath,
	}, nil
}

// askForKey tells the script what the browser is to make.
func (a *area) askForKey(c *web.Context, passkey bool) error {
	var f newKeyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	return c.Ask(a.People.AskForKey(c.Ctx(), c.Who, factors.NewKey{Name: f.Name, Passkey: passkey}))
}

// newKey takes what the browser made, and leads to its first use.
func (a *area) newKey(c *web.Context, passkey bool) error {
	var f newKeyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	factor, err := a.People.AddKey(c.Ctx(), c.Who, factors.NewKey{Name: f.Name, Passkey: passkey}, f.Key)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.newKeyPage(c, passkey)
		if err != nil {
			return err
		}
		p.Name, p.Errors = f.Name, errs
		return c.Invalid(me.KeyNew(p))
	}
	if err != nil {
		return err
	}
	return c.Redirect(keysPath + "/" + factor.String())
}

func (a *area) firstUsePage(c *web.Context) (p me.KeyFirstPage, factor id.Factor, err error) {
	if factor, err = web.ParamID[id.FactorKind](c, "factor"); err != nil {
		return p, factor, err
	}
	adding, err := a.People.Adding(c.Ctx(), c.Who, factor)
	if err != nil {
		return p, factor, err
	}
	second, err := a.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return p, factor, err
	}
	path := keysPath + "/" + factor.String()
	return me.KeyFirstPage{
		Shell: c.Shell("Use it once"), Name: adding.Name, First: !second, Action: path, Ask: path + "/ask",
		BackURL: web.SecurityPath,
	}, factor, nil
}

func (a *area) firstUseForm(c *web.Context) error {
	p, _, err := a.firstUsePage(c)
	if err != nil {
		return err
	}
	return c.Page(me.KeyFirst(p))
}

type keyForm struct {
	Key string `form:"key" max:"20000" raw:"1"`
}

// askForFirstUse tells the script what the new key is to sign.
func (a *area) askForFirstUse(c *web.Context) error {
	var f keyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	factor, err := web.ParamID[id.FactorKind](c, "factor")
	if err != nil {
		return err
	}
	return c.Ask(a.People.AskForFirstUse(c.Ctx(), c.Who, factor))
}

// firstUse makes a key count.
func (a *area) firstUse(c *web.Context) error {
	var f keyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, factor, err := a.firstUsePage(c)
	if err != nil {
		return err
	}
	token, err := a.People.ConfirmKey(c.Ctx(), c.Who, factor, f.Key)
	if errs, ok := web.FieldErrors(err); ok {
		p.Error = errs.For("key")
		return c.Invalid(me.KeyFirst(p))
	}
	if err != nil {
		return err
	}
	c.StartSession(token)
	return a.afterFactor(c, p.Name+" is added. It counts from now on, and your other devices are signed out.")
}
