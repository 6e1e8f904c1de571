package contacts

import (
	"gatehouse/internal/id"
	"gatehouse/internal/recovery"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

const (
	recoveriesPath = web.AccountPath + "/recoveries"
	recoveryPath   = recoveriesPath + "/:recovery"
)

func (a *area) recoveryRoutes() {
	if a.Recovery == nil {
		return
	}
	a.web.Page(recoveriesPath, verb.ContactsManage, a.recoveries)
	a.web.Page(recoveryPath, verb.ContactsManage, a.recovery)
	a.web.Action(recoveryPath, verb.ContactsManage, a.decideRecovery)
}

// recoveries lists who of the account asks to get back in, and whose access waits for an owner.
func (a *area) recoveries(c *web.Context) error {
	list, err := a.Recovery.OfAccount(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := contacts.RecoveriesPage{Shell: c.Shell("Lost second steps"), BackURL: c.Base() + "/contacts"}
	for _, v := range list {
		decided := "an owner decides"
		for _, place := range v.Places { // this account’s alone
			if d := place.Decision; d != nil {
				decided = d.By + " declined"
				if d.Approved {
					decided = d.By + " approved"
				}
			}
		}
		p.Rows = append(p.Rows, ui.RecoveryRow{
			Name: v.Name, URL: c.Base() + "/recoveries/" + v.ID.String(), State: web.RecoveryProps(v).State,
			Lines: []string{v.Email + " · asked " + c.Reader().Then(v.AskedAt) + " · " + decided},
		})
	}
	return c.Page(contacts.Recoveries(p))
}

func (a *area) recoveryPage(c *web.Context) (contacts.RecoveryPage, recovery.View, error) {
	which, err := web.ParamID[id.RecoveryKind](c, "recovery")
	if err != nil {
		return contacts.RecoveryPage{}, recovery.View{}, err
	}
	v, err := a.Recovery.ForAccount(c.Ctx(), c.Who, c.Account(), which)
	open := v.Open() || v.Holds()
	return contacts.RecoveryPage{
		Shell: c.Shell(v.Name), Account: c.AccountName(), Recovery: web.RecoveryProps(v),
		Action: c.Base() + "/recoveries/" + which.String(), BackURL: c.Base() + "/recoveries", Decide: v.MayDecide && open,
		Held: v.State == recovery.Done, Lacks: open && !v.MayDecide,
	}, v, err
}

func (a *area) recovery(c *web.Context) error {
	p, _, err := a.recoveryPage(c)
	if err != nil {
		return err
	}
	return c.Page(contacts.Recovery(p))
}

func (a *area) decideRecovery(c *web.Context) error {
	approve, err := web.Approves(c)
	if err != nil {
		return err
	}
	p, v, err := a.recoveryPage(c)
	if err != nil {
		return err
	}
	if err := a.Recovery.DecideForAccount(c.Ctx(), c.Who, c.Account(), v.ID, approve); err != nil {
		return err
	}
	if approve {
		c.Done("You approved " + v.Name + " for " + p.Account + ".")
	} else {
		c.Done("You declined. If " + v.Name + " gets back in, " + p.Account + " stays shut for them.")
	}
	return c.Redirect(p.Action)
}
