// Package syslog writes entries of the log as messages of RFC 5424, framed for TCP by counting octets (RFC 6587, RFC
// 5425). It sends nothing.
package syslog

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
)

const (
	// element names the structured data of an entry. 32473 is the enterprise number for whoever has none of their own.
	element = "entry@32473"
	// facility is "log audit".
	facility = 13
	// timeForm has the milliseconds that entries are kept with.
	timeForm = "2006-01-02T15:04:05.000Z07:00"
	nothing  = "-"
	longest  = 255 // of a host name
	longID   = 32  // of a message's id
)

// Encoder writes entries as messages of one host.
type Encoder struct {
	host  string
	words *activity.Words
}

// New makes an encoder. The provider's name stands behind those of its staff in the message's sentence.
func New(host, provider string) *Encoder {
	return &Encoder{host: token(host, longest), words: activity.NewWords(provider)}
}

// Message is an entry as one message: the sentence as its text, everything else as structured data. Whatever could be
// taken for the end of a line, or cannot be seen, is written as a backslash sequence of Go (\n is \u000a, a byte
// that is no UTF-8 is \x and two digits, a backslash is two), so that no entry can forge another (L4). All of it
// comes out again as it went in.
func (enc *Encoder) Message(e activity.Entry) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<%d>1 %s %s gatehouse - %s ", facility*8+severity(e), e.Occurred.UTC().Format(timeForm), enc.host,
		token(string(e.Action), longID))
	b.WriteString("[" + element)
	for _, p := range params(&e) {
		if p.value != "" {
			b.WriteString(" " + p.name + `="` + quoted(Visible(p.value)) + `"`)
		}
	}
	b.WriteString("] \ufeff")
	b.WriteString(Visible(activity.Plain(enc.words.Sentence(e, id.Person{}))))
	return []byte(b.String())
}

// Frame adds a message to a stream of them.
func Frame(to, message []byte) []byte {
	to = strconv.AppendInt(to, int64(len(message)), 10)
	return append(append(to, ' '), message...)
}

// severity is that of the message: what was refused or failed is worth a look whatever it is.
func severity(e activity.Entry) int {
	const warning, notice, info = 4, 5, 6
	switch {
	case e.Severity == activity.Warning, e.Outcome != activity.Success:
		return warning
	case e.Severity == activity.Notice:
		return notice
	}
	return info
}

type param struct{ name, value string }

func params(e *activity.Entry) []param {
	return append(deed(e), param{"actor_kind", string(e.ActorKind)}, param{"actor", text(e.ActorID)},
		param{"actor_name", e.Who.Name}, param{"actor_role", either(e.Who.Role, e.ActorRole)},
		param{"on_behalf_of", text(e.OnBehalfOf)}, param{"on_behalf_of_name", e.Who.OnBehalf},
		param{"session", text(e.Session)}, param{"factor", e.Factor}, param{"address", e.Who.Address},
		param{"place", e.Who.Country}, param{"device", e.Who.Device}, param{"request", e.RequestID},
		param{"verb", string(e.Verb)}, param{"granted_by", e.GrantedBy}, param{"staff_reason", e.StaffReason},
	)
}

// deed is what was done, to what, and how it went.
func deed(e *activity.Entry) []param {
	list := []param{
		{"chain", e.Chain.String()},
		{"seq", strconv.FormatInt(e.Seq, 10)},
		{"hash", hex.EncodeToString(e.Hash[:])},
		{"recorded", e.Recorded.UTC().Format(timeForm)},
		{"action", string(e.Action)},
		{"category", string(e.Category)},
		{"writes", strconv.FormatBool(e.Writes)},
		{"outcome", string(e.Outcome)},
		{"reason", e.What.Reason},
		{"service", text(e.Service)},
		{"target_kind", e.TargetKind},
		{"target", e.TargetID},
		{"target_name", e.What.Label},
		{"count", strconv.Itoa(e.Count)},
		{"since", moment(e.Since)},
	}
	if len(e.What.Changes) > 0 {
		changes, _ := json.Marshal(e.What.Changes) // texts always marshal
		list = append(list, param{"changes", string(changes)})
	}
	if e.Erased {
		list = append(list, param{"erased", "true"})
	}
	return list
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeForm)
}

func text(v interface {
	IsZero() bool
	String() string
},
) string {
	if v.IsZero() {
		return ""
	}
	return v.String()
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// token is a field of the header: visible ASCII without spaces, and not longer than it may be.
func token(text string, most int) string {
	out := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
	if out == "" {
		return nothing
	}
	return out[:min(len(out), most)]
}

// quoted escapes what may not stand in a value as it is.
func quoted(value string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`).Replace(value)
}

// Visible writes a text so that all of it can be seen.
func Visible(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\\':
			b.WriteString(`\\`)
		case unicode.IsGraphic(r):
			b.WriteString(text[i : i+size])
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += size
	}
	return b.String()
}
