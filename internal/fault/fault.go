// Package fault holds the only errors that the web layer knows. A fault says what kind of trouble it is and, in words
// for people, what it means for them. Nothing about how it is shown may enter.
package fault

import (
	"errors"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Kind is the kind of trouble; each has one status and one page.
type Kind string

// The kinds.
const (
	KindUnknown     Kind = ""
	KindNotFound    Kind = "not-found"
	KindDenied      Kind = "denied"
	KindInvalid     Kind = "invalid"
	KindConflict    Kind = "conflict"
	KindStepUp      Kind = "step-up"
	KindLimited     Kind = "limited"
	KindUnavailable Kind = "unavailable"
	KindSignIn      Kind = "sign-in"
	KindTooLarge    Kind = "too-large"
	KindUnsaid      Kind = "unsaid"
)

// Field is what is wrong with one field of a form: its name in the form and a sentence for the person.
type Field struct {
	Name    string
	Message string
}

// Denial says why a permission was refused.
type Denial struct {
	Verb    verb.Verb
	Role    string // the role's name for people, empty where there is none
	Reason  string // a sentence for the person
	Missing Proof  // what the sign-in lacks; empty where that is not the reason
}

// Proof is what a sign-in lacks for what was refused.
type Proof string

// What can be lacking.
const (
	SecondFactor Proof = "second factor" // of any kind
	SecurityKey  Proof = "security key"  // or a passkey
	SecondStep   Proof = "second step"   // with the factor that they have, which was left out on this device
	Policies     Proof = "policies"      // staff have to read and accept what holds
	Review       Proof = "review"        // a look at their factors, after they locked their sign-in
)

// Error is a fault. Message is a sentence for the person; the cause, where there is one, is for the log only.
type Error struct {
	Kind       Kind
	Message    string
	Fields     []Field
	Denial     Denial
	RetryAfter time.Duration
	Client     id.Account // of whom staff have to say why they look at them
	op         string
	cause      error
}

// Error is the text for logs. What the person is told is not in it: it may name what the database keeps sealed.
func (e *Error) Error() string {
	text := string(e.Kind)
	if e.op != "" {
		text = e.op + ": " + text
	}
	for _, f := range e.Fields {
		text += "; " + f.Name
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// NotFound says that there is nothing under that address, or nothing that the asker may know of.
func NotFound(op string) error { return &Error{Kind: KindNotFound, op: op} }

// Denied says that the asker may not do this.
func Denied(op string, d Denial) error {
	return &Error{Kind: KindDenied, op: op, Denial: d, Message: d.Reason}
}

// Invalid says what is wrong with each field. At least one is needed.
func Invalid(fields ...Field) error { return &Error{Kind: KindInvalid, Fields: fields} }

// InvalidField is Invalid for the usual case of one field.
func InvalidField(name, message string) error { return Invalid(Field{Name: name, Message: message}) }

// Conflict says that what was asked no longer fits how things are now, and what to do.
func Conflict(message string) error { return &Error{Kind: KindConflict, Message: message} }

// StepUp says that the person must use a factor again before doing this.
func StepUp(v verb.Verb) error { return &Error{Kind: KindStepUp, Denial: Denial{Verb: v}} }

// Unsaid says that staff must say why before they look at a client, or do something there.
func Unsaid(v verb.Verb, client id.Account) error {
	return &Error{Kind: KindUnsaid, Denial: Denial{Verb: v}, Client: client}
}

// Limited says that there were too many tries and how long to wait.
func Limited(wait time.Duration, message string) error {
	return &Error{Kind: KindLimited, RetryAfter: wait, Message: message}
}

// Unavailable says that something Gatehouse needs does not answer. Nothing was changed.
func Unavailable(op string, cause error) error {
	return &Error{Kind: KindUnavailable, op: op, cause: cause}
}

// SignIn says that nobody is signed in, and somebody must be.
func SignIn() error { return &Error{Kind: KindSignIn} }

// TooLarge says that what was sent is larger than what is taken.
func TooLarge(message string) error { return &Error{Kind: KindTooLarge, Message: message} }

// As returns the fault in an error's chain.
func As(err error) (*Error, bool) {
	var f *Error
	ok := errors.As(err, &f)
	return f, ok
}

// KindOf returns the kind of fault of an error; KindUnknown where it is none.
func KindOf(err error) Kind {
	if f, ok := As(err); ok {
		return f.Kind
	}
	return KindUnknown
}
