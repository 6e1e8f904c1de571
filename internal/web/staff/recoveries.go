package staff

import (
	"net/http"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/recovery"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const recoveriesPath = "/staff/recoveries"

func (a *area) recoveryRoutes() {
	if a.Recovery == nil {
		return
	}
	a.web.Page(recoveriesPath, verb.RecoveriesView, a.recoveries)
	a.web.Page(recoveriesPath+"/:recovery", verb.RecoveriesView, a.recovery)
	a.web.Action(recoveriesPath+"/:recovery", verb.RecoveriesApprove, a.decideRecovery)
}

func (a *area) recoveries(c *web.Context) error {
	list, err := a.Recovery.Queue(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := staff.RecoveriesPage{Shell: c.Shell("Lost second steps")}
	for _, v := range list {
		var names []string
		for _, place := range v.Places {
			names = append(names, place.Name)
		}
		approvals := 0
		for _, d := range v.Decisions {
			if d.Approved {
				approvals++
			}
		}
		p.Rows = append(p.Rows, ui.RecoveryRow{
			Name: v.Name, URL: recoveriesPath + "/" + v.ID.String(), State: web.RecoveryProps(v).State, Lines: []string{
				v.Email + " · " + strings.Join(names, ", "),
				"Asked " + c.Reader().Then(v.AskedAt) + " · " + ui.Count(approvals, "approval", "approvals") + " of staff",
			},
		})
	}
	return c.Page(staff.Recoveries(p))
}

func (a *area) recoveryPage(c *web.Context) (staff.RecoveryPage, recovery.View, error) {
	which, err := web.ParamID[id.RecoveryKind](c, "recovery")
	if err != nil {
		return staff.RecoveryPage{}, recovery.View{}, err
	}
	v, err := a.Recovery.ForStaff(c.Ctx(), c.Who, which)
	return staff.RecoveryPage{
		Shell: c.Shell(v.Name), Recovery: web.RecoveryProps(v), Action: recoveriesPath + "/" + which.String(),
		BackURL: recoveriesPath, Decide: v.MayDecide && (v.Open() || v.Holds()), Held: v.State == recovery.Done,
		Own: err == nil && !v.MayDecide,
	}, v, err
}

func (a *area) recovery(c *web.Context) error {
	p, _, err := a.recoveryPage(c)
	if err != nil {
		return err
	}
	return c.Page(staff.Recovery(p))
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
	err = a.Recovery.Decide(c.Ctx(), c.Who, v.ID, approve)
	if found, ok := fault.As(err); ok && found.Kind == fault.KindConflict {
		p.Note = &ui.Flash{Tone: ui.Warn, Text: found.Message}
		return c.Render(http.StatusConflict, staff.Recovery(p))
	}
	if err != nil {
		return err
	}
	if approve {
		c.Done("You approved for " + v.Name + ".")
	} else {
		c.Done("You declined for " + v.Name + ". Nothing was changed.")
	}
	return c.Redirect(p.Action)
}
