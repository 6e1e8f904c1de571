package access_test

import (
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

// What is explained is what is enforced: for every built-in role and dozens that accounts could make, for every
// permission, kind of limit, state, rule of the account and best factor, over the account and over each service.
func TestExplainIsEnforcement(t *testing.T) {
	t.Parallel()
	a := open(t)
	shop, other := id.New[id.ServiceKind](), id.New[id.ServiceKind]()
	limits := map[string]func(m *actor.Membership){
		"all": func(*actor.Membership) {}, "suspended": func(m *actor.Membership) { m.Suspended = true },
		"one service": func(m *actor.Membership) { m.Limited, m.Services = true, []id.Service{shop} },
		"ends now":    func(m *actor.Membership) { m.EndsAt = noon() },
		"ends later":  func(m *actor.Membership) { m.EndsAt = noon().Add(time.Second) },
		"key asked":   func(m *actor.Membership) { m.Rule = actor.Rule{Level: actor.PhishingProof, From: noon()} },
	}
	sessions := map[actor.Level]string{
		actor.PasswordOnly: actor.ByPassword, actor.SecondFactor: byCode, actor.PhishingProof: byKey,
	}
	for _, role := range allRoles(a, 40) {
		for name, limit := range limits {
			for level, factor := range sessions {
				d := proved(role.Key, factor)
				d.ProvedAt = noon()
				if level > actor.PasswordOnly {
					d.FactorAt = noon()
				}
				d.Membership = placeOf(d.Membership.Account, role)
				limit(&d.Membership)
				scope := id.AccountScope(d.Membership.Account)
				s := access.Subject{Person: d.Person, Membership: d.Membership, Level: level, Now: noon()}
				for _, line := range a.Explain(s, scope) {
					if enforced := a.Check(actor.Enter(d), line.Verb, scope); line.Decision.Allowed != enforced.Allowed ||
						line.Decision.Reason != enforced.Reason || line.Sentence() != enforced.Sentence() {
						t.Errorf("%s, %s, %s, %s: explained %s, enforced %s", role.Key, name, factor, line.Verb,
							line.Decision.Reason, enforced.Reason)
					}
					for _, service := range []id.Service{shop, other} {
						explained := a.ExplainService(s, line.Verb, scope, service)
						enforced := a.CheckService(actor.Enter(d), line.Verb, scope, service)
						if explained.Allowed != enforced.Allowed || explained.Reason != enforced.Reason {
							t.Errorf("%s, %s, %s, %s over a service: explained %s, enforced %s", role.Key, name, factor, line.Verb,
								explained.Reason, enforced.Reason)
						}
					}
				}
			}
		}
	}
}
