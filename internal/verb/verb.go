// Package verb is the vocabulary of permissions: each a noun and a verb, with a sentence that an account holder
// understands. Who holds which is a matter of policies, not of this package.
package verb

import (
	"strings"
	"sync"
)

// Verb names a permission: "invoices:pay".
type Verb string

// Portal returns the permissions over accounts, in the order in which they are shown.
func Portal() []Verb { return verbs(portal()) }

// Staff returns the permissions over the provider.
func Staff() []Verb { return verbs(staff()) }

// Self returns the permissions that everybody holds over themselves.
func Self() []Verb { return verbs(self()) }

// All returns the whole vocabulary.
func All() []Verb { return append(append(append(Portal(), Staff()...), Self()...), verbs(open())...) }

func verbs(list []entry) []Verb {
	out := make([]Verb, len(list))
	for i, e := range list {
		out[i] = e.verb
	}
	return out
}

// Known says whether the verb is in the vocabulary.
func (v Verb) Known() bool { _, ok := v.entry(); return ok }

// IsPortal says whether the verb is held over an account.
func (v Verb) IsPortal() bool { return v.part() == partPortal }

// IsStaff says whether the verb is held over the provider.
func (v Verb) IsStaff() bool { return v.part() == partStaff }

// IsSelf says whether the verb is held over oneself.
func (v Verb) IsSelf() bool { return v.part() == partSelf }

// IsOpen says whether the verb needs no permission.
func (v Verb) IsOpen() bool { return v.part() == partOpen }

// Sentence says what the permission allows, as in "Pay invoices".
func (v Verb) Sentence() string {
	e, ok := v.entry()
	if !ok {
		return string(v)
	}
	return e.sentence
}

// Area is the part of the portal that the permission belongs to.
func (v Verb) Area() string { e, _ := v.entry(); return e.area }

// Reads says whether the permission only lets somebody look.
func (v Verb) Reads() bool {
	return strings.HasSuffix(string(v), ":view") || v.IsOpen()
}

// Logged says whether looking by this permission is itself recorded: the log, exports, and all that staff look at.
func (v Verb) Logged() bool {
	return v == ActivityView || v == ActivityExport || v == PrivacyExport || v.IsStaff() && v.Reads()
}

// part is the part of the vocabulary that a verb belongs to.
type part int

const (
	partPortal part = iota + 1
	partStaff
	partSelf
	partOpen
)

type placed struct {
	entry
	part part
}

// vocabulary is all of it by verb. It is looked at many times a request, made once and never changed.
var vocabulary = sync.OnceValue(func() map[Verb]placed { //nolint:gochecknoglobals // see above
	all := map[Verb]placed{}
	for i, list := range [][]entry{portal(), staff(), self(), open()} {
		for _, e := range list {
			all[e.verb] = placed{e, partPortal + part(i)}
		}
	}
	return all
})

func (v Verb) entry() (entry, bool) {
	found, ok := vocabulary()[v]
	return found.entry, ok
}

func (v Verb) part() part { return vocabulary()[v].part }
