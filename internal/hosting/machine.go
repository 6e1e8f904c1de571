package hosting

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// What a panel can answer besides what it was asked for.
var (
	// ErrPanelDown says that a panel did not answer at all.
	ErrPanelDown = errors.New("hosting: the panel does not answer")
	// ErrUntrusted says that the server's certificate is not good.
	ErrUntrusted = errors.New("hosting: the server's certificate is not good")
	// ErrForbidden says that the host leads into a network that must not be called (I5).
	ErrForbidden = errors.New("hosting: the host is in a network that must not be called")
	// ErrShut says that the panel does not take our credentials.
	ErrShut = errors.New("hosting: the panel does not take the credentials")
	// ErrOdd says that the panel answered something that cannot be understood.
	ErrOdd = errors.New("hosting: the panel's answer cannot be understood")
	// ErrNoHolding says that the panel has no such account.
	ErrNoHolding = errors.New("hosting: the panel has no such account")
	// ErrTaken says that the user or the domain is on the server already.
	ErrTaken = errors.New("hosting: the panel has such an account already")
	// ErrLasts says that the panel offers no way to end what somebody has open.
	ErrLasts = errors.New("hosting: the panel cannot end what is open")
)

// SaidError is a refusal in the panel's own words, for staff. They are bounded, printable, and hold no secret.
type SaidError struct{ Text string }

// Error says what the panel said.
func (e *SaidError) Error() string { return "the panel said: " + e.Text }

// Machine is a server as its adapter needs it. It carries secrets and is not printed.
type Machine struct {
	Server      Server
	Credentials string
}

// Format keeps a machine's credentials out of every text.
func (m Machine) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[server "+m.Server.Name+"]") }

// LogValue keeps a machine's credentials out of every log.
func (m Machine) LogValue() slog.Value { return slog.StringValue(m.Server.Name) }

// Health is how a server is.
type Health struct {
	Version string  // of the panel: "11.136.0.4"
	Load    float64 // over the last minute, as the system counts it
}

// Holding is one account on a server, as its panel keeps it.
type Holding struct {
	User      string // the name under which the panel knows it
	Domain    string
	Plan      string // the panel's name for what it may use
	Suspended bool
}

// NewHolding is an account that is about to be made.
type NewHolding struct {
	User, Domain, Plan string
}

// Measure is what an account uses, in bytes. A limit of 0 is none. Bandwidth is that of the calendar month so far, by
// the server's clock.
type Measure struct {
	Disk, DiskLimit           int64
	Bandwidth, BandwidthLimit int64
	Mailboxes, MailboxLimit   int
}
