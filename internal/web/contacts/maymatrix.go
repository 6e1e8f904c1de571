package contacts

import (
	"strings"

	"gatehouse/internal/access"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// thing is one row of the matrix of what somebody may do: a permission for each column, or none.
type thing struct {
	name                       string
	see, use, change, startEnd verb.Verb
}

type thingGroup struct {
	name   string
	things []thing
}

// things are all permissions over an account, by what they are about. A test holds them against the vocabulary.
func things() []thingGroup {
	return []thingGroup{
		{"Hosting", []thing{
			{"Services", verb.ServicesView, verb.PanelOpen, verb.ServicesManage, verb.ServicesOrder},
			{"Ending services", "", "", "", verb.ServicesCancel},
			{"Domains", verb.DomainsView, "", verb.DomainsManage, ""},
		}},
		{"Help", []thing{
			{"Tickets", verb.TicketsView, verb.TicketsReply, "", verb.TicketsOpen},
			{"Messages we sent", verb.MessagesView, "", "", ""},
		}},
		{"Money", []thing{
			{"Invoices", verb.InvoicesView, verb.InvoicesPay, "", ""},
			{"Statements", verb.StatementsView, "", "", ""},
			{"Cards and mandates", verb.PaymentMethodsView, "", verb.PaymentMethodsManage, ""},
			{"VAT and billing details", "", "", verb.TaxDetailsManage, ""},
		}},
		{"People", []thing{
			{"Contacts", verb.ContactsView, "", verb.ContactsManage, verb.ContactsInvite},
			{"Roles", "", "", verb.RolesManage, ""},
			{"Access reviews", verb.ReviewsView, verb.ReviewsRun, "", ""},
			{"Teams for clients", verb.TeamsView, "", verb.TeamsManage, ""},
			{"How people sign in", "", "", verb.SecurityManage, ""},
		}},
		{"Record and account", []thing{
			{"Activity log", verb.ActivityView, verb.ActivityExport, "", verb.ActivityStream},
			{"Account", verb.AccountView, "", verb.AccountEdit, verb.AccountClose},
			{"Handing it over", "", "", "", verb.AccountTransfer},
			{"Personal data", "", verb.PrivacyExport, "", verb.PrivacyErase},
			{"Keys for programs", "", "", verb.APITokensManage, ""},
		}},
	}
}

// does is what a cell calls its permission: its last word, in a verb's form.
func does(v verb.Verb) string {
	_, act, _ := strings.Cut(string(v), ":")
	switch act {
	case "view":
		return "See"
	case "manage", "edit":
		return "Change"
	case "run":
		return "Run"
	case "stream":
		return "Send elsewhere"
	case "open":
		if v == verb.PanelOpen {
			return "Open the panel"
		}
	}
	return ui.Capital(act)
}

// mayOf is what a contact may do, by the answers of access.Explain and with their reasons.
func mayOf(c *web.Context, name string, lines []access.Line) (props ui.MayProps, held int) {
	by := map[verb.Verb]access.Decision{}
	for _, line := range lines {
		by[line.Verb] = line.Decision
		if line.Decision.Allowed {
			held++
		}
	}
	cell := func(v verb.Verb) ui.MayCell {
		if v == "" {
			return ui.MayCell{}
		}
		return ui.MayCell{Answer: answerOf(by[v]), Does: does(v), Why: by[v].Brief()}
	}
	props = ui.MayProps{Who: name, Where: c.AccountName(), At: c.Now()}
	for _, g := range things() {
		group := ui.MayGroup{Name: g.name}
		for _, t := range g.things {
			group.Rows = append(group.Rows, ui.MayRow{
				Thing: t.name, See: cell(t.see), Use: cell(t.use), Change: cell(t.change), StartEnd: cell(t.startEnd),
			})
		}
		props.Groups = append(props.Groups, group)
	}
	return props, held
}

// answerOf is a decision as one of the four answers. A use of a factor that is asked for again says more than that the
// permission reaches only a part.
func answerOf(d access.Decision) ui.Answer {
	switch {
	case !d.Allowed:
		return ui.No
	case d.Own, d.Billing, d.NotOwners, d.Limited:
		return ui.InPart
	case d.Assurance == access.Recent:
		return ui.AfterFactor
	}
	return ui.Yes
}
