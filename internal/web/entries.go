package web

import (
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/verb"
	"gatehouse/templates/ui"
)

// Entries tells entries of the log to whoever asks. logURL is the address of the log, under which each entry has its
// own page; empty where entries have none.
func (c *Context) Entries(list []activity.Entry, logURL string) []ui.Entry {
	t := teller{c: c, words: c.web.words.Of(c.Provider()), open: map[verb.Verb]bool{}}
	out := make([]ui.Entry, 0, len(list))
	for i := range list {
		e := &list[i]
		shown := t.entry(e)
		if shown.Details != nil {
			shown.Details.NotMeURL = c.notMe(e)
		}
		if logURL != "" {
			shown.URL = logURL + "/" + strconv.FormatInt(e.Seq, 10)
		}
		out = append(out, shown)
	}
	return out
}

// notMe is where the one who asks says of an entry that it was not them; empty where it is nothing of theirs. A
// preview offers it for nobody: it is for looking only, and what one did is denied as oneself.
func (c *Context) notMe(e *activity.Entry) string {
	at := "/activity/" + strconv.FormatInt(e.Seq, 10) + "/not-me"
	_, inAccount := e.Chain.Account()
	switch {
	case c.Who.Previewing():
		return ""
	case e.Chain == id.PersonScope(c.Who.Person) && reportable(e):
		return "/me" + at
	case inAccount && e.Chain == c.Scope && e.ActorKind == actor.Person && e.ActorID == c.Who.Person:
		return c.ownBase() + at
	}
	return ""
}

// reportable says whether somebody can say of an entry in their own log that it was not them. What Gatehouse and staff
// did is nothing that they could have done.
func reportable(e *activity.Entry) bool {
	return e.ActorKind == actor.Person || e.ActorKind == actor.Anonymous ||
		e.ActorKind == actor.Staff && id.PersonScope(e.ActorID) == e.Chain
}

// teller turns entries into what a page shows. It asks once for each kind of thing whether the reader may open it.
type teller struct {
	c     *Context
	words *activity.Words
	open  map[verb.Verb]bool
	parts []activity.Part // room for the sentence that is told
}

func (t *teller) entry(e *activity.Entry) ui.Entry {
	out := ui.Entry{
		At: e.Occurred, Icon: icon(e), Tone: tone(e), System: e.ActorKind == actor.System,
		Meta: t.words.Detail(e), Short: t.words.Brief(e), Details: t.details(e),
	}
	t.parts = t.words.SentenceIn(t.parts[:0], e, t.c.Who.Person)
	out.Sentence = make(ui.Sentence, 0, len(t.parts))
	for _, p := range t.parts {
		out.Sentence = append(out.Sentence, ui.Phrase{Text: p.Text, Strong: p.Strong, URL: t.link(p.Kind, p.ID)})
	}
	switch e.Outcome {
	case activity.RefusedResult:
		out.Badge = new(ui.Refused.State())
	case activity.Failed:
		out.Badge = new(ui.Failed.State())
	case activity.Success:
	}
	switch {
	case e.What.Reason != "" && out.Badge != nil:
		out.Why = &ui.Why{Tone: ui.Bad, Lead: "Why:", Text: ui.Sentence{ui.Plain(e.What.Reason)}}
	case e.StaffReason != "" && e.ActorKind == actor.Staff:
		given := activity.GivenInWords(e.StaffReason)
		if e.What.Reason != "" { // what they look for, in words
			given += ": " + e.What.Reason
		}
		out.Why = &ui.Why{Tone: ui.Staff, Lead: "Reason given:", Text: ui.Sentence{ui.Plain(given)}}
	}
	return out
}

// link leads to what a piece of a sentence names, where the reader may open it.
func (t *teller) link(kind, thing string) string {
	account := t.c.Who.Membership.Account
	if account.IsZero() || thing == "" {
		return ""
	}
	var path string
	var needs verb.Verb
	switch kind {
	case "invoice":
		path, needs = "/invoices/"+thing, verb.InvoicesView
	case "service":
		path, needs = "/services/"+thing, verb.ServicesView
	case "domain":
		path, needs = "/domains/"+thing, verb.DomainsView
	case "contact":
		path, needs = "/contacts", verb.ContactsView
	case "account":
		path, needs = "/settings", verb.AccountEdit
	default:
		return ""
	}
	may, asked := t.open[needs]
	if !asked {
		may = t.c.web.Access.Check(t.c.Who, needs, id.AccountScope(account)).Allowed
		t.open[needs] = may
	}
	if !may {
		return ""
	}
	return t.c.ownBase() + path
}

func (t *teller) details(e *activity.Entry) *ui.EntryDetails {
	const mostFacts = 7
	d := &ui.EntryDetails{
		Changes: make([]ui.Change, 0, len(e.What.Changes)), Facts: make([]ui.NamedValue, 0, mostFacts),
	}
	for _, change := range e.What.Changes {
		d.Changes = append(d.Changes, ui.Change{
			Field: activity.Field(change.Field), Old: hostname.In(change.Old), New: hostname.In(change.New),
			Redacted: change.Redacted,
		})
	}
	fact := func(name, value string, mono bool) {
		if value != "" {
			d.Facts = append(d.Facts, ui.NamedValue{Name: name, Value: value, Mono: mono})
		}
	}
	name := "Allowed by"
	if e.Outcome == activity.RefusedResult {
		name = "Needed"
	}
	fact(name, t.permission(e), false)
	fact("Confirmed with", e.Factor, false)
	fact("Device", e.Who.Device, false)
	fact("Address", e.Who.Address, true)
	fact("Request", e.RequestID, true)
	if !e.Since.IsZero() {
		fact("First time", t.c.Reader().When(e.Since), false)
	}
	fact("Sealed", "Entry "+ui.Number(int(e.Seq))+" of an unbroken chain", false)
	return d
}

func (t *teller) permission(e *activity.Entry) string {
	if e.Verb == "" {
		return ""
	}
	text := "“" + e.Verb.Sentence() + "”"
	role, ok := t.c.web.Access.Role(e.GrantedBy)
	if !ok {
		role, ok = t.c.web.Access.Department(e.GrantedBy)
	}
	if ok && e.Outcome != activity.RefusedResult {
		text += ", from " + role.Name
	}
	return text
}

func tone(e *activity.Entry) ui.Tone {
	switch {
	case e.Outcome != activity.Success:
		return ui.Bad
	case e.ActorKind == actor.Staff:
		return ui.Staff
	case e.Severity == activity.Warning:
		return ui.Warn
	case e.Writes && e.Category != activity.CategorySignIn:
		return ui.Info
	}
	return ui.Neutral
}

// icon is the drawing beside an entry: that of its action, or else of its category.
func icon(e *activity.Entry) string {
	if e.Outcome == activity.RefusedResult {
		return "ban"
	}
	if e.Outcome == activity.Failed {
		return "alert-triangle"
	}
	if own := actionIcon(e.Action); own != "" {
		return own
	}
	return categoryIcon(e.Category)
}

func actionIcon(a activity.Action) string {
	switch a { //nolint:exhaustive // the others have the icon of their category
	case activity.SignedOut, activity.SessionEnded, activity.SessionsEnded:
		return "logout"
	case activity.PasswordChanged:
		return "password"
	case activity.ContactInvited, activity.ContactJoined:
		return "user-plus"
	case activity.ContactRemoved:
		return "user-minus"
	case activity.AccountEdited:
		return "pencil"
	case activity.InvoiceIssued:
		return "file-invoice"
	case activity.PanelAsked, activity.PanelOpened:
		return "external-link"
	case activity.ServiceSuspended:
		return "player-pause"
	case activity.ServiceEnded:
		return "minus"
	}
	return ""
}

func categoryIcon(c activity.Category) string {
	switch c {
	case activity.CategorySignIn:
		return "login-2"
	case activity.CategoryFactor:
		return "shield-lock"
	case activity.CategoryAccess:
		return "user-edit"
	case activity.CategoryAccount:
		return "building-store"
	case activity.CategoryBilling:
		return "credit-card"
	case activity.CategoryHosting:
		return "server-2"
	case activity.CategoryRead:
		return "eye"
	case activity.CategorySupport:
		return "inbox"
	case activity.CategoryMail:
		return "mail-forward"
	case activity.CategorySystem:
	}
	return "settings"
}
