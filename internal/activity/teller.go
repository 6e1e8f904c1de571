package activity

import (
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/hostname"
)

// teller puts one sentence together.
type teller struct {
	words  *Words
	entry  *Entry
	reader id.Person
	parts  []Part
}

func (t *teller) say(p Part) {
	switch {
	case p.Text == "":
		return
	case len(t.parts) == 0:
		p.Text = upperFirst(p.Text)
	}
	t.parts = append(t.parts, p)
}

func (t *teller) fill(token string) {
	switch token {
	case "who":
		t.who()
	case "target":
		t.target()
	case "verb":
		t.say(Part{Text: t.verb()})
	case "seen":
		t.say(Part{Text: t.seen()})
	case "was":
		t.say(Part{Text: t.was()})
	case "about":
		t.about()
	}
}

// about names what somebody was refused, but not to them: they may not know how it is called.
func (t *teller) about() {
	if t.entry.TargetID == "" || t.readerActs() {
		return
	}
	t.say(Part{Text: " ("})
	t.target()
	t.say(Part{Text: ")"})
}

func (t *teller) was() string {
	if t.readerActs() {
		return "were"
	}
	return "was"
}

const (
	erasedPerson = "somebody whose details were erased"
	erasedThing  = "something whose details were erased"
)

func (t *teller) who() {
	e := t.entry
	p := Part{Text: e.Who.Name, Strong: true}
	if !e.ActorID.IsZero() {
		p.Kind, p.ID = "person", e.ActorID.String()
	}
	if t.readerActs() {
		p.Text = "you"
		t.say(p)
		t.onBehalf()
		return
	}
	switch e.ActorKind {
	case actor.System:
		p.Text = "Gatehouse"
	case actor.Anonymous:
		p.Text, p.Strong = "somebody", false
	case actor.Webhook:
		if e.Who.OnBehalf != "" {
			p.Text = e.Who.OnBehalf
			t.say(p)
			return
		}
	case actor.Shell, actor.Person, actor.Staff, actor.Token:
	}
	if p.Text == "" {
		p = Part{Text: erasedPerson}
	}
	t.say(p)
	if e.ActorKind == actor.Staff && t.words.provider != "" {
		t.say(Part{Text: " of " + t.words.provider})
	}
	t.onBehalf()
}

func (t *teller) onBehalf() {
	e := t.entry
	if e.OnBehalfOf.IsZero() || e.ActorKind == actor.Webhook {
		return
	}
	p := Part{Text: e.Who.OnBehalf, Strong: true, Kind: "person", ID: e.OnBehalfOf.String()}
	if e.OnBehalfOf == t.reader {
		p.Text = "you"
	} else if p.Text == "" {
		p = Part{Text: erasedPerson}
	}
	t.say(Part{Text: " on behalf of "})
	t.say(p)
}

// called is what people call the target. Names of domains are kept in their A-label form.
func (e *Entry) called() string {
	switch e.TargetKind {
	case "service", "domain", "request":
		return hostname.In(e.What.Label)
	default:
		return e.What.Label
	}
}

func (t *teller) target() {
	e := t.entry
	person := e.TargetKind == "person" || e.TargetKind == "contact"
	p := Part{Text: e.called(), Strong: person && e.TargetID != "", Kind: e.TargetKind, ID: e.TargetID}
	switch {
	case t.isReader() && t.readerActs():
		p.Text = "yourself"
	case t.isReader():
		p.Text = "you"
	case t.isActor():
		p.Text, p.Strong = "themselves", false
	case p.Text == "" && !e.Erased:
		p = Part{Text: "something"}
	case p.Text == "" && person:
		p = Part{Text: erasedPerson}
	case p.Text == "":
		p = Part{Text: erasedThing}
	}
	t.say(p)
}

// possessive turns "the password of {target}" into "your password" where the target is the reader, and into "their own
// password" where it is the one who acts.
func (t *teller) possessive(template string) string {
	before, after, ok := strings.Cut(template, " of {target}")
	mine, own := t.isReader(), t.isActor()
	if !ok || !mine && !own {
		return template
	}
	whose, hers := "their own", "their own"
	if mine {
		whose, hers = "your", "yours"
	}
	if i := strings.LastIndex(before, "the "); i >= 0 && i > strings.LastIndex(before, " a ") {
		return before[:i] + whose + before[i+len("the"):] + after
	}
	return before + " of " + hers + after
}

func (t *teller) readerActs() bool {
	e := t.entry
	return !t.reader.IsZero() && (e.ActorID == t.reader || e.ActorKind == actor.Webhook && e.OnBehalfOf == t.reader)
}

// isReader says whether the target is the reader. A session carries the name of the one who ended it.
func (t *teller) isReader() bool {
	return !t.reader.IsZero() && (t.entry.TargetID == t.reader.String() || t.isActor() && t.readerActs())
}

func (t *teller) isActor() bool {
	e := t.entry
	return !e.ActorID.IsZero() && (e.TargetID == e.ActorID.String() ||
		e.TargetKind == "session" && e.What.Label != "" && e.What.Label == e.Who.Name)
}

func (t *teller) verb() string {
	text, ok := t.words.verbs[t.entry.Verb]
	if !ok {
		text = string(t.entry.Verb)
	}
	if t.entry.Verb.IsSelf() && !t.readerActs() {
		text = strings.ReplaceAll(text, "your own", "their own")
	}
	return text
}

// seen is what somebody looked at. In the log of an account that is this account's, whomever else staff may look at.
func (t *teller) seen() string {
	what := seen(t.verb())
	if _, ok := t.entry.Chain.Account(); !ok {
		return what
	}
	if own, ok := strings.CutPrefix(what, "clients’ "); ok {
		return "this account’s " + own
	}
	if strings.HasPrefix(what, "clients") {
		return "this account"
	}
	return what
}

// seen is what a permission to look lets somebody look at.
func seen(sentence string) string {
	for _, look := range []string{"see ", "read "} {
		if what, ok := strings.CutPrefix(sentence, look); ok {
			return what
		}
	}
	return "“" + upperFirst(sentence) + "”"
}
