package contacts

import (
	"strings"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

const staffAccessPath = web.AccountPath + "/staff-access"

// staffAccessRoutes are where an account sees when staff looked at it, and who of them can.
func (a *area) staffAccessRoutes() {
	a.web.Page(staffAccessPath, verb.ActivityView, a.staffAccess)
	a.web.Page(staffAccessPath+"/who", verb.AccountView, a.whoOfStaff)
}

// wholeLog says whether somebody sees all of the account's log, and not only their own doings.
func (a *area) wholeLog(c *web.Context) bool {
	log := a.Access.Check(c.Who, verb.ActivityView, c.Scope)
	return log.Allowed && !log.Own
}

// staffAccessTabs are none for whoever sees but one of the two.
func (a *area) staffAccessTabs(c *web.Context) []ui.Segment {
	if !a.wholeLog(c) {
		return nil
	}
	base, at := c.Base()+"/staff-access", c.Request().URL.Path
	return []ui.Segment{
		{Text: "Who can look", URL: base + "/who", Current: at == base+"/who"},
		{Text: "When and why", URL: base, Current: at == base},
	}
}

func (a *area) staffAccess(c *web.Context) error {
	if !a.wholeLog(c) { // whoever sees their own doings is not told of others'
		return c.Refuse(access.ReasonRoleLacks, activity.Target{})
	}
	before := web.QueryID[id.LookKind](c, "before")
	list, next, err := a.Assist.Looks(c.Ctx(), c.Who, c.Account(), before)
	if err != nil {
		return err
	}
	p := contacts.StaffAccessPage{
		Shell: c.Shell("When staff looked at this account"), Provider: c.Provider(), Tabs: a.staffAccessTabs(c),
		LogURL: c.Base() + "/activity?by=staff", WhoURL: c.Base() + "/staff-access/who",
	}
	for _, l := range list {
		p.Looks = append(p.Looks, a.staffLook(l))
	}
	if !before.IsZero() {
		p.Pages.Newer, p.Pages.NewerText = c.Base()+"/staff-access", "Newest"
	}
	if !next.IsZero() {
		p.Pages.Older = "?before=" + next.String()
	}
	p.Pages.Shown = ui.Count(len(p.Looks), "time", "times") + " shown, newest first"
	return c.Page(contacts.StaffAccess(p))
}

func (a *area) staffLook(l assist.Looked) contacts.StaffLook {
	department, _ := a.Access.Department(l.Department)
	out := contacts.StaffLook{
		Who: ui.Person{Name: l.Staff, Kind: ui.Ours, Detail: department.Name}, Why: given(l.Code, l.Why),
		Started: l.Started, Ends: l.Ends, Running: l.Running,
	}
	if l.Opened != "" {
		opened, _ := a.Access.Department(l.Opened)
		out.Emergency = "Opened what " + opened.Name + " may see."
	}
	for _, v := range l.Saw {
		out.Saw = append(out.Saw, ofYours(v, false))
	}
	return out
}

// ofYours says of a permission of staff what it lets them see or do here, to the people of an account; billing: only
// where that is about billing.
func ofYours(v verb.Verb, billing bool) string {
	switch v { //nolint:exhaustive // the others say it themselves
	case verb.ClientsView:
		return "Your account, its contacts and invitations"
	case verb.ClientsManage:
		return "Change the details of your account"
	case verb.ClientsAssist:
		return "Act on behalf of one of you, where you let them"
	case verb.CasesView:
		if billing {
			return "Your cases about billing"
		}
		return "Your cases with us"
	case verb.NotesWrite:
		return "Keep notes about you for their colleagues"
	case verb.CasesReply:
		return "Answer you in your cases"
	case verb.ImportsView:
		return "What was brought over of you from another system"
	case verb.DuesSend:
		return "Send you an unpaid invoice again"
	case verb.AuditView:
		return "Your activity log"
	case verb.PrivacyHandle:
		return "Handle exports and deletion of your data"
	}
	text := v.Sentence()
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
		Tabs: a.staffAccessTabs(c), Never: yours(a.Access.NeverOpened()),
	}
	if a.wholeLog(c) {
		p.LogURL = c.Base() + "/activity?by=staff"
	}
	for _, d := range a.Access.Departments() {
		one := contacts.StaffDepartment{
			Name: d.Name, What: d.Sentence, People: seats[d.Key], Opens: yours(a.Access.OpenableBy(d.Key)),
		}
		for _, line := range a.Access.Explain(access.Subject{
			Person: c.Who.Person, Seat: actor.Seat{Department: d.Key}, Level: actor.PhishingProof, Now: c.Now(),
		}, id.ProviderScope()) {
			switch {
			case !line.Decision.Allowed || !concernsAccounts(line.Verb):
			case line.Verb.Reads():
				one.Sees = append(one.Sees, ofYours(line.Verb, line.Decision.Billing))
			default:
				one.Does = append(one.Does, ofYours(line.Verb, line.Decision.Billing))
			}
		}
		p.Departments = append(p.Departments, one)
	}
	return c.Page(contacts.StaffWho(p))
}

// yours says of permissions of staff what they let see of an account, where they do.
func yours(list []verb.Verb) []string {
	var out []string
	for _, v := range list {
		if concernsAccounts(v) {
			out = append(out, ofYours(v, false))
		}
	}
	return out
}

// concernsAccounts says whether a permission of staff reaches anything that is an account's.
func concernsAccounts(v verb.Verb) bool {
	switch v { //nolint:exhaustive // all others do
	case verb.ServersManage, verb.IncidentsPublish, verb.StaffView, verb.StaffManage, verb.PoliciesManage,
		verb.MailPreview, verb.RecoveriesView, verb.RecoveriesApprove, verb.EmergenciesOpen, verb.EmergenciesView,
		verb.EmergenciesReview:
		return false
	}
	return true
}
