package contacts

import (
	"strconv"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

func (a *area) ruleRoutes() {
	a.web.Page(web.AccountPath+"/settings/security", verb.SecurityManage, a.signInRule)
	a.web.Action(web.AccountPath+"/settings/security", verb.SecurityManage, a.setSignInRule)
}

type signInRuleForm struct {
	Version  string `form:"version" max:"20"`
	Level    string `form:"level" max:"10"`
	Grace    string `form:"grace" max:"10"`
	Remember string `form:"remember" max:"10"`
}

// The values of the form's levels.
const (
	levelAny    = "any"
	levelFactor = "factor"
	levelKey    = "key"
)

// graceKept leaves the day as it is.
const graceKept = "keep"

func levelValue(l actor.Level) string {
	switch l {
	case actor.SecondFactor:
		return levelFactor
	case actor.PhishingProof:
		return levelKey
	case actor.PasswordOnly:
	}
	return levelAny
}

func (a *area) signInRule(c *web.Context) error {
	rule, err := a.Accounts.Rule(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	f := signInRuleForm{Version: strconv.FormatInt(rule.Version, 10), Level: levelValue(rule.Level), Remember: "yes"}
	if rule.NoRemember {
		f.Remember = ""
	}
	if c.Now().Before(rule.From) {
		f.Grace = graceKept
	}
	return c.Page(contacts.SignInRule(a.signInRulePage(c, rule, f)))
}

func (a *area) signInRulePage(c *web.Context, rule accounts.Rule, f signInRuleForm) contacts.SignInRulePage {
	p := contacts.SignInRulePage{
		Shell: c.Shell("How people sign in"), Tabs: c.SettingsTabs(), Action: c.Request().URL.Path, Version: f.Version,
		Levels: levels(c, f.Level), Graces: graces(c, rule, f.Grace), From: rule.From, Remember: f.Remember != "",
		Asked: asked(rule.Level),
	}
	for _, contact := range rule.Behind {
		p.Behind = append(p.Behind, contacts.BehindRow{
			Person: ui.Person{Name: contact.Name, Detail: contact.Email}, Role: contact.RoleName,
			Factor: factor(contact.Level),
		})
	}
	return p
}

func asked(l actor.Level) string {
	switch l {
	case actor.SecondFactor:
		return "a second step at sign-in"
	case actor.PhishingProof:
		return "a security key or a passkey"
	case actor.PasswordOnly:
	}
	return ""
}

// levels are the ways to sign in; what the owner does not use themselves they cannot ask of others.
func levels(c *web.Context, chosen string) []ui.Choice {
	list := []ui.Choice{
		{Value: levelAny, Label: "A password, and more if they like", Help: "Each decides for themselves."},
		{Value: levelFactor, Label: "A password and a second step", Help: "A code app, a security key or a passkey."},
		{
			Value: levelKey, Label: "A security key or a passkey",
			Help: "The strongest: it cannot be given away on a false page.",
		},
	}
	for i, level := range []actor.Level{0, actor.SecondFactor, actor.PhishingProof} {
		list[i].Chosen = list[i].Value == chosen
		if c.Who.Level() < level {
			list[i].Disabled = true
			list[i].Help = "Add one under “My security” and sign in with it yourself first."
		}
	}
	return list
}

// graces are the times to get ready, each with the day on which it ends.
func graces(c *web.Context, rule accounts.Rule, chosen string) []ui.Choice {
	if chosen == "" {
		chosen = "14"
	}
	var list []ui.Choice
	if c.Now().Before(rule.From) {
		list = append(list, ui.Choice{
			Value: graceKept, Label: "As it is, until " + c.Reader().Date(rule.From), Chosen: chosen == graceKept,
		})
	}
	for _, days := range []int{0, 3, 7, 14, 30, 60} {
		text := "None: it counts at once"
		if days > 0 {
			text = ui.Count(days, "day", "days") + ", until " + c.Reader().Date(c.Now().AddDate(0, 0, days))
		}
		value := strconv.Itoa(days)
		list = append(list, ui.Choice{Value: value, Label: text, Chosen: value == chosen})
	}
	return list
}

func (f signInRuleForm) change() (accounts.RuleChange, error) {
	shown, err := web.Version(f.Version)
	if err != nil {
		return accounts.RuleChange{}, err
	}
	change := accounts.RuleChange{NoRemember: f.Remember == "", Version: shown}
	switch f.Level {
	case levelAny:
	case levelFactor:
		change.Level = actor.SecondFactor
	case levelKey:
		change.Level = actor.PhishingProof
	default:
		return change, fault.InvalidField("level", "Choose how everybody is to sign in.")
	}
	if f.Grace == graceKept {
		change.Keep = true
		return change, nil
	}
	if change.Grace, err = strconv.Atoi(f.Grace); err != nil {
		return change, fault.InvalidField("grace", "Choose how long people have to get ready.")
	}
	return change, nil
}

func (a *area) setSignInRule(c *web.Context) error {
	var f signInRuleForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	change, err := f.change()
	if err == nil {
		err = a.Accounts.SetRule(c.Ctx(), c.Who, c.Account(), change)
	}
	if errs, ok := web.FieldErrors(err); ok {
		rule, err := a.Accounts.Rule(c.Ctx(), c.Who, c.Account())
		if err != nil {
			return err
		}
		p := a.signInRulePage(c, rule, f)
		p.Errors = errs
		return c.Invalid(contacts.SignInRule(p))
	}
	if err != nil {
		return err
	}
	c.Done("The rule is saved. Whoever has to do something is told by mail.")
	return c.Redirect(c.Request().URL.Path)
}
