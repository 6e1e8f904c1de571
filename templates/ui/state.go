package ui

import "time"

// Tone is the colour of a state. It never stands alone: an icon and a word say the same.
type Tone string

// The tones: done, look soon, failed or overdue, waiting, the provider's own people.
const (
	Neutral Tone = ""
	OK      Tone = "ok"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Info    Tone = "info"
	Staff   Tone = "staff"
)

// State is how a thing stands.
type State struct {
	Tone Tone
	Icon string
	Word string
}

func toneClass(prefix string, t Tone) string {
	if t == Neutral {
		return ""
	}
	return prefix + string(t)
}

// InvoiceState is how an invoice stands, in the words of the ledger.
type InvoiceState string

// The states of an invoice.
const (
	InvoiceDraft      InvoiceState = "draft"
	InvoiceDue        InvoiceState = "due"
	InvoicePartPaid   InvoiceState = "part-paid"
	InvoicePaid       InvoiceState = "paid"
	InvoiceOverdue    InvoiceState = "overdue"
	InvoiceWrittenOff InvoiceState = "written-off"
	InvoiceCredited   InvoiceState = "credited"
)

// Invoice says how an invoice stands for this reader today.
func (r Reader) Invoice(s InvoiceState, due time.Time) State {
	switch s {
	case InvoiceDraft:
		return State{Neutral, "circle-dashed", "Draft"}
	case InvoiceDue:
		return State{Info, "clock", "Due " + r.Relative(due)}
	case InvoicePartPaid:
		return State{Warn, "circle-half-2", "Part-paid"}
	case InvoicePaid:
		return State{OK, "check", "Paid"}
	case InvoiceOverdue:
		return State{Bad, "alert-circle", "Overdue by " + Count(max(1, -r.days(due)), "day", "days")}
	case InvoiceWrittenOff:
		return State{Neutral, "minus", "Written off"}
	case InvoiceCredited:
		return State{Neutral, "receipt-2", "Credited"}
	default:
		return State{Neutral, "minus", string(s)}
	}
}

// ServiceState is how a service stands.
type ServiceState string

// The states of a service.
const (
	ServicePending   ServiceState = "pending"
	ServiceRunning   ServiceState = "active"
	ServiceSuspended ServiceState = "suspended"
	ServiceEnded     ServiceState = "cancelled"
)

// State is the service's state for people.
func (s ServiceState) State() State {
	switch s {
	case ServicePending:
		return State{Info, "hourglass", "Being set up"}
	case ServiceRunning:
		return State{OK, "check", "Running"}
	case ServiceSuspended:
		return State{Bad, "player-pause", "Suspended"}
	case ServiceEnded:
		return State{Neutral, "minus", "Ended"}
	default:
		return State{Neutral, "minus", string(s)}
	}
}

// Factor is the strongest way in which somebody signs in.
type Factor string

// The factors, weakest first.
const (
	FactorPassword Factor = "password"
	FactorCode     Factor = "totp"
	FactorKey      Factor = "webauthn"
)

// State is the factor for people.
func (f Factor) State() State {
	switch f {
	case FactorPassword:
		return State{Warn, "password", "Password only"}
	case FactorCode:
		return State{OK, "device-mobile", "Code app"}
	case FactorKey:
		return State{OK, "shield-check", "Security key"}
	default:
		return State{Neutral, "minus", "Not set up"}
	}
}

// Short is the factor in a narrow list.
func (f Factor) Short() State {
	s := f.State()
	switch f {
	case FactorCode:
		s.Word = "Code"
	case FactorKey:
		s.Word = "Key"
	case FactorPassword:
	}
	return s
}

// Outcome is how an action ended.
type Outcome string

// The outcomes of the log.
const (
	Success Outcome = "success"
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

// State is the outcome for people.
func (o Outcome) State() State {
	switch o {
	case Success:
		return State{OK, "check", "Done"}
	case Refused:
		return State{Bad, "ban", "Refused"}
	case Failed:
		return State{Bad, "x", "Failed"}
	default:
		return State{Neutral, "minus", string(o)}
	}
}
