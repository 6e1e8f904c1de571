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

// Of are the same words for a provider that is called otherwise by now.
func (w *Words) Of(provider string) *Words {
	named := *w
	named.provider = provider
	return &named
}

// Sentence says what an entry records, as its reader understands it: "You paid invoice 2026-0412".
func (w *Words) Sentence(e Entry, reader id.Person) []Part {
	return w.SentenceIn(nil, &e, reader)
}

// SentenceIn is Sentence in room that there is already, for whoever tells many one after the other.
func (w *Words) SentenceIn(room []Part, e *Entry, reader id.Person) []Part {
	t := teller{words: w, entry: e, reader: reader, parts: room[:0]}
	for rest := t.possessive(w.template(e)); rest != ""; {
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
func (w *Words) Detail(e *Entry) []string {
	return there(e.standing(), e.place(), e.Who.Device, e.Factor)
}

// Brief is what stands under the sentence in a short list: place and device, or else in what capacity.
func (w *Words) Brief(e *Entry) []string {
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

// asThemselves is the role in which people act for themselves, as decisions name it.
const asThemselves = "Yourself"

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
		switch e.ActorRole {
		case "", "administrator":
			return upperFirst(e.ActorRole)
		case asThemselves:
			return "Staff"
		}
		return upperFirst(e.ActorRole) + " department"
	case actor.Person, actor.Token, actor.Anonymous:
	}
	if e.Who.Role != "" {
		return e.Who.Role
	}
	return e.ActorRole
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
