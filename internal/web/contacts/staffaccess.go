package contacts

import (
	"strings"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
)

// staffAccessRoutes are where an account sees who of the staff can look at it.
func (a *area) staffAccessRoutes() {
	a.web.Page(web.AccountPath+"/staff-access/who", verb.AccountView, a.whoOfStaff)
}

// ofYours says of a permission of staff what it lets them see or do here, to the people of an account.
func ofYours(d access.Decision) string {
	switch d.Verb { //nolint:exhaustive // the others say it themselves
	case verb.ClientsView:
		return "Your account, its contacts and invitations"
	case verb.ClientsManage:
		return "Change the details of your account"
	case verb.ClientsAssist:
		return "Act on behalf of one of you, where you let them"
	case verb.CasesView:
		if d.Billing {
			return "Your cases about billing"
		}
		return "Your cases with us"
	case verb.CasesReply:
		return "Answer you in your cases"
	case verb.AuditView:
		return "Your activity log"
	case verb.PrivacyHandle:
		return "Handle exports and deletion of your data"
	}
	text := d.Verb.Sentence()
	for _, see := range []string{"See clients’ ", "Read clients’ "} {
		if what, ok := strings.CutPrefix(text, see); ok {
			return "Your " + what
		}
	}
	return strings.ReplaceAll(text, "clients’", "your")
}

// whoOfStaff says who at the provider can see what of an account, by the very policies that are enforced.
func (a *area) whoOfStaff(c *web.Context) error {
	seats, err := a.Accounts.Seats(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := contacts.StaffWhoPage{
		Shell: c.Shell("Who at " + c.Provider() + " can see this account"), Provider: c.Provider(),
	}
	if log := a.Access.Check(c.Who, verb.ActivityView, c.Scope); log.Allowed && !log.Own {
		p.LogURL = c.Base() + "/activity?by=staff"
	}
	for _, d := range a.Access.Departments() {
		one := contacts.StaffDepartment{Name: d.Name, What: d.Sentence, People: seats[d.Key]}
		for _, line := range a.Access.Explain(access.Subject{
			Person: c.Who.Person, Seat: actor.Seat{Department: d.Key}, Level: actor.PhishingProof, Now: c.Now(),
		}, id.ProviderScope()) {
			switch {
			case !line.Decision.Allowed || !concernsAccounts(line.Verb):
			case line.Verb.Reads():
				one.Sees = append(one.Sees, ofYours(line.Decision))
			default:
				one.Does = append(one.Does, ofYours(line.Decision))
			}
		}
		p.Departments = append(p.Departments, one)
	}
	return c.Page(contacts.StaffWho(p))
}

// concernsAccounts says whether a permission of staff reaches anything that is an account's.
func concernsAccounts(v verb.Verb) bool {
	switch v { //nolint:exhaustive // all others do
	case verb.ServersManage, verb.IncidentsPublish, verb.StaffManage, verb.PoliciesManage, verb.MailPreview,
		verb.RecoveriesView, verb.RecoveriesApprove:
		return false
	}
	return true
}
