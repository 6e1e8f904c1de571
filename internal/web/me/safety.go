package me

import (
	"slices"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
	"gatehouse/templates/ui"
)

const (
	devicesPath = web.SecurityPath + "/devices"
	factorName  = web.SecurityPath + "/factors/:factor/name"
	startPath   = web.SecurityPath + "/start"
	// knownFor is how far back the page about security looks for new devices.
	knownFor = 90 * 24 * time.Hour
)

func (a *area) safetyRoutes() {
	a.web.Page(web.SecurityPath, verb.SelfView, a.security)
	a.web.Page(factorName, verb.SelfManage, a.factorNameForm)
	a.web.Action(factorName, verb.SelfManage, a.renameFactor)
	a.web.Action(devicesPath+"/:device/forget", verb.SelfManage, a.forgetDevice)
	a.web.Action(devicesPath+"/forget-all", verb.SelfManage, a.forgetDevices)
}

func (a *area) security(c *web.Context) error {
	p, err := a.securityPage(c)
	if err != nil {
		return err
	}
	return c.Page(me.Security(p))
}

func (a *area) securityPage(c *web.Context) (me.SecurityPage, error) {
	s, err := a.People.Standing(c.Ctx(), c.Who)
	if err != nil {
		return me.SecurityPage{}, err
	}
	p := me.SecurityPage{
		Shell: c.Shell("My security"), Tabs: web.MyPages("Security"),
		FirstName: web.FirstName(c.Who.Name), EnrolURL: codesPath,
		Password: passwordPath, Email: emailPath, Changed: s.PasswordChanged, LastSeen: c.Who.SignedInAt,
		Safety: safety(c, s), Keys: keysPart(c, s.Factors), Recovery: recoveryPart(c, s),
		Devices: me.DevicesPart{ForgetURL: devicesPath + "/forget-all"},
	}
	p.Known = ui.KnownPasskeys{
		Script: p.Shell.Assets.Passkeys, Party: s.Known.Party, Owner: s.Known.Owner, Keys: s.Known.Keys,
		Email: s.Known.Email, Name: s.Known.Name,
	}
	for _, f := range s.Factors {
		if f.Kind != factors.CodeApp {
			continue
		}
		p.Apps = append(p.Apps, me.FactorRow{
			Name: f.Name, Added: f.AddedAt, Used: f.LastUsedAt, RenameURL: renamePath(f.ID),
			RemoveURL: codesPath + "/" + f.ID.String() + "/remove",
		})
	}
	for _, d := range s.Devices.Remembered {
		p.Devices.Rows = append(p.Devices.Rows, me.DeviceRow{
			Device: ui.Device{Name: d.Name, This: d.This}, Until: d.Until, LastSeen: d.LastSeen,
			ForgetURL: devicesPath + "/" + d.ID.String() + "/forget",
		})
	}
	return p, nil
}

func renamePath(factor id.Factor) string {
	return web.SecurityPath + "/factors/" + factor.String() + "/name"
}

func recoveryPart(c *web.Context, s identity.Standing) me.RecoveryPart {
	r := s.Recovery
	p := me.RecoveryPart{URL: keptCodesPath, Text: "For the day you have neither key nor phone."}
	switch {
	case len(s.Factors) == 0:
		p.URL, p.Text = "", "They stand in for a second step on the day you have neither key nor phone. Add one first."
	case r.Made.IsZero():
		p.State = ui.State{Tone: ui.Warn, Icon: "alert-triangle", Word: "None yet"}
	case !r.Confirmed:
		p.State = ui.State{Tone: ui.Warn, Icon: "alert-triangle", Word: "Not kept yet"}
		p.Text += " You never told us that you kept those of " + c.Reader().Date(r.Made) + "."
	default:
		p.State = ui.State{Tone: ui.OK, Icon: "check", Word: ui.Number(r.Left) + " of " + ui.Number(r.Total) + " left"}
		if r.Few() {
			p.State.Tone, p.State.Icon = ui.Warn, "alert-triangle"
		}
		p.Text += " Made on " + c.Reader().Date(r.Made) + "."
	}
	return p
}

// safety says in plain words how safe somebody's sign-in is: what holds, what is weak, and the step that helps most.
func safety(c *web.Context, s identity.Standing) me.Safety {
	points := append(factorPoints(s), recoveryPoint(s), passwordPoint(s), devicePoint(c, s))
	points = slices.DeleteFunc(points, func(p me.SafetyPoint) bool { return p.Lead+p.Text == "" })
	weak := 0
	for _, p := range points {
		if p.Weak {
			weak++
		}
	}
	out := me.Safety{Tone: ui.OK, Title: "Safe", Text: standingText(s), Next: bestStep(s), Points: points}
	switch {
	case len(s.Factors) == 0:
		out.Tone, out.Title = ui.Bad, "Open to anybody with your password"
	case weak == 1:
		out.Tone, out.Title = ui.Warn, "Safe, with one weak spot"
	case weak > 1:
		out.Tone, out.Title = ui.Warn, "Safe, with "+ui.Number(weak)+" weak spots"
	}
	return out
}

// kinds counts what can be used: code apps, and keys that a false page can steal nothing from.
func kinds(s identity.Standing) (apps, keys, suspect int) {
	for _, f := range s.Factors {
		switch {
		case f.Suspect:
			suspect++
		case f.Kind == factors.CodeApp:
			apps++
		default:
			keys++
		}
	}
	return apps, keys, suspect
}

func standingText(s identity.Standing) string {
	apps, keys, _ := kinds(s)
	switch {
	case keys > 1:
		return "You sign in with a key or passkey, which a false page can’t steal, and have another one."
	case keys == 1 && apps > 0:
		return "You sign in with a key or passkey, which a false page can’t steal. Without it you depend on a phone."
	case keys == 1:
		return "You sign in with a key or passkey, which a false page can’t steal. It is the only one."
	case apps > 0:
		return "You sign in with a password and a code from your phone."
	}
	return "A second step takes two minutes to set up and stops nearly every attack."
}

// bestStep is what helps most now.
func bestStep(s identity.Standing) ui.Link {
	apps, keys, suspect := kinds(s)
	switch {
	case len(s.Factors) == 0:
		return ui.Link{Text: "Add a second step", URL: startPath, Icon: "plus"}
	case suspect > 0 && apps+keys == 0:
		return ui.Link{Text: "Add another key", URL: newKey, Icon: "plus"}
	case !s.Recovery.Confirmed, s.Recovery.Few():
		return ui.Link{Text: "Make recovery codes", URL: keptCodesPath, Icon: "plus"}
	case keys == 0:
		return ui.Link{Text: "Add a passkey", URL: newPasskey, Icon: "plus"}
	case keys == 1 && apps == 0:
		return ui.Link{Text: "Add a second key", URL: newKey, Icon: "plus"}
	}
	return ui.Link{}
}

func factorPoints(s identity.Standing) []me.SafetyPoint {
	apps, keys, suspect := kinds(s)
	var out []me.SafetyPoint
	switch {
	case keys > 0:
		out = append(out, me.SafetyPoint{Text: "Signs in with a security key or passkey"})
	case apps > 0:
		out = append(out, me.SafetyPoint{Weak: true, Lead: "Only codes.", Text: "A false page can still ask for one"})
	default:
		out = append(out, me.SafetyPoint{
			Weak: true, Lead: "No second step.", Text: "The password alone opens everything",
		})
	}
	if keys == 1 && apps == 0 {
		out = append(out, me.SafetyPoint{Weak: true, Lead: "Only one key.", Text: "Keep a second one in a drawer"})
	}
	if suspect > 0 {
		out = append(out, me.SafetyPoint{Weak: true, Lead: "A key may have been copied.", Text: "Remove it below"})
	}
	return out
}

func recoveryPoint(s identity.Standing) me.SafetyPoint {
	r := s.Recovery
	left := ui.Number(r.Left) + " of " + ui.Number(r.Total) + " recovery codes left"
	switch {
	case len(s.Factors) == 0:
		return me.SafetyPoint{}
	case r.Made.IsZero():
		return me.SafetyPoint{Weak: true, Lead: "No recovery codes.", Text: "A lost phone keeps you out for days"}
	case !r.Confirmed:
		return me.SafetyPoint{Weak: true, Lead: "Recovery codes not kept.", Text: "You never typed one back"}
	case r.Few():
		return me.SafetyPoint{Weak: true, Lead: left + ".", Text: "Make new ones soon"}
	}
	return me.SafetyPoint{Text: left}
}

func passwordPoint(s identity.Standing) me.SafetyPoint {
	if s.PasswordAlone {
		return me.SafetyPoint{Text: "A long password, on no list of common ones"}
	}
	return me.SafetyPoint{Text: "A password on no list of common ones, enough beside a second step"}
}

func devicePoint(c *web.Context, s identity.Standing) me.SafetyPoint {
	at := s.Devices.NewestSeen
	if at.IsZero() || c.Now().Sub(at) > knownFor {
		return me.SafetyPoint{Text: "No sign-in from an unknown device in 90 days"}
	}
	return me.SafetyPoint{Text: "Last new device: " + c.Reader().Then(at) + ". You were told by mail"}
}

type nameForm struct {
	Name string `form:"name" max:"500"`
}

func (a *area) factorNamePage(c *web.Context) (me.FactorNamePage, factors.Factor, error) {
	f, _, err := a.factor(c)
	if err != nil {
		return me.FactorNamePage{}, f, err
	}
	return me.FactorNamePage{
		Shell: c.Shell("Rename " + f.Name), Present: f.Name, Name: f.Name, Action: renamePath(f.ID),
		BackURL: web.SecurityPath,
	}, f, nil
}

func (a *area) factorNameForm(c *web.Context) error {
	p, _, err := a.factorNamePage(c)
	if err != nil {
		return err
	}
	return c.Page(me.FactorName(p))
}

func (a *area) renameFactor(c *web.Context) error {
	var f nameForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, factor, err := a.factorNamePage(c)
	if err != nil {
		return err
	}
	err = a.People.RenameFactor(c.Ctx(), c.Who, factor.ID, f.Name)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors, p.Name = errs, f.Name
		return c.Invalid(me.FactorName(p))
	}
	if err != nil {
		return err
	}
	c.Done("It is called " + f.Name + " now.")
	return c.Redirect(web.SecurityPath)
}

func (a *area) forgetDevice(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	device, err := web.ParamID[id.DeviceKind](c, "device")
	if err != nil {
		return err
	}
	if err := a.People.ForgetDevice(c.Ctx(), c.Who, device); err != nil {
		return err
	}
	c.Done("That device is asked for the second step again.")
	return c.Redirect(web.SecurityPath)
}

func (a *area) forgetDevices(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	if err := a.People.ForgetDevices(c.Ctx(), c.Who); err != nil {
		return err
	}
	c.Done("All your devices are asked for the second step again.")
	return c.Redirect(web.SecurityPath)
}
