package activity

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Part is a piece of a sentence. Kind and ID say what it names, so that whoever shows it can link it.
type Part struct {
	Text     string
	Strong   bool
	Kind, ID string
}

// Words tells entries in words. It looks things up in tables that it makes once.
type Words struct {
	provider string
	meanings map[Action]Meaning
	verbs    map[verb.Verb]string
}

// NewWords makes the words of a provider, whose name stands behind those of its staff.
func NewWords(provider string) *Words {
	w := &Words{provider: provider, meanings: map[Action]Meaning{}, verbs: map[verb.Verb]string{}}
	for _, m := range Catalogue() {
		w.meanings[m.Action] = m
	}
	for _, v := range verb.All() {
		w.verbs[v] = lowerFirst(v.Sentence())
	}
	return w
}

// Sentence says what an entry records, as its reader understands it: "You paid invoice 2026-0412".
func (w *Words) Sentence(e Entry, reader id.Person) []Part {
	t := teller{words: w, entry: &e, reader: reader}
	for rest := t.possessive(w.template(&e)); rest != ""; {
		text, marked, _ := strings.Cut(rest, "{")
		t.say(Part{Text: text})
		token, after, _ := strings.Cut(marked, "}")
		t.fill(token)
		rest = after
	}
	if amount := e.amount(); amount != "" {
		t.say(Part{Text: ", " + amount})
	}
	if e.Count > 1 {
		t.say(Part{Text: fmt.Sprintf(", %d times", e.Count)})
	}
	return t.parts
}

// Plain is a sentence without its marks.
func Plain(parts []Part) string {
	var text strings.Builder
	for _, p := range parts {
		text.WriteString(p.Text)
	}
	return text.String()
}

// Detail is what stands under the sentence: role, place, device and what the actor proved themselves with.
func (w *Words) Detail(e Entry) []string {
	return there(e.standing(), e.place(), e.Who.Device, e.Factor)
}

// Brief is what stands under the sentence in a short list: place and device, or else in what capacity.
func (w *Words) Brief(e Entry) []string {
	if where := there(e.place(), e.Who.Device); len(where) > 0 {
		return where
	}
	return there(e.standing())
}

func (e *Entry) place() string {
	if e.Who.Country != "" {
		return e.Who.Country
	}
	return e.Who.Address
}

// there are the texts that are not empty.
func there(texts ...string) []string {
	out := make([]string, 0, len(texts))
	for _, text := range texts {
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

// template picks the sentence of the action by how it went. An action that this version does not know is named as it
// is.
func (w *Words) template(e *Entry) string {
	m, ok := w.meanings[e.Action]
	switch {
	case !ok:
		return "{who}: " + strings.NewReplacer("{", "(", "}", ")").Replace(string(e.Action))
	case e.Outcome == Success:
		return m.Did
	default:
		return m.Tried
	}
}

// amount is the money that an entry is about, where its action records any.
func (e *Entry) amount() string {
	for _, c := range e.What.Changes {
		if c.Field == "amount" && c.Old == "" {
			return c.New
		}
	}
	return ""
}

// standing is in what capacity the actor acted.
func (e *Entry) standing() string {
	switch e.ActorKind {
	case actor.System:
		return "by itself"
	case actor.Shell:
		return "at the command line"
	case actor.Webhook:
		if e.Who.OnBehalf != "" {
			return "reported by " + e.Who.Name
		}
		return ""
	case actor.Staff:
		if e.ActorRole == "" || e.ActorRole == "administrator" {
			return upperFirst(e.ActorRole)
		}
		return upperFirst(e.ActorRole) + " department"
	case actor.Person, actor.Token, actor.Anonymous:
	}
	if e.Who.Role != "" {
		return e.Who.Role
	}
	return e.ActorRole
}

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

func (t *teller) target() {
	e := t.entry
	person := e.TargetKind == "person" || e.TargetKind == "contact"
	p := Part{Text: e.What.Label, Strong: person && e.TargetID != "", Kind: e.TargetKind, ID: e.TargetID}
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

// Field says in words which field a change is of.
func Field(field string) string {
	switch field {
	case "email":
		return "E-mail address"
	case "line1", "line2":
		return "Address"
	case "city":
		return "Town"
	case "postcode":
		return "Postcode"
	case "tax_id":
		return "VAT number"
	case "ends_at":
		return "Ends"
	case "due_at":
		return "Due"
	}
	return upperFirst(strings.ReplaceAll(field, "_", " "))
}

func upperFirst(text string) string { return mapFirst(text, unicode.ToUpper) }
func lowerFirst(text string) string { return mapFirst(text, unicode.ToLower) }

func mapFirst(text string, change func(rune) rune) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 || first == utf8.RuneError {
		return text
	}
	return string(change(first)) + text[size:]
}
