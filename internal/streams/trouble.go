package streams

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"gatehouse/internal/platform/httpclient"
)

// Trouble is in a word why something could not be delivered. It is kept, so the words never change; of what the other
// side said it holds no more than a number.
type Trouble string

// The troubles. An answer of a webhook is "answered-" and its status.
const (
	NoTrouble      Trouble = ""
	Refused        Trouble = "refused"     // by our own rules about addresses
	NoName         Trouble = "no-name"     // the host has no address
	NotReached     Trouble = "not-reached" // nobody takes the call
	BadCertificate Trouble = "certificate"
	TooSlow        Trouble = "too-slow"
	CutShort       Trouble = "cut-short" // the connection ended before everything was taken
	Inside         Trouble = "inside"    // something on our side
	answered               = "answered-"
)

// Sentence says it in words.
func (t Trouble) Sentence() string {
	switch t {
	case NoTrouble:
		return ""
	case Refused:
		return "The address is in a network that may not be sent to. Ask your provider if it should be."
	case NoName:
		return "Nobody knows this host’s name."
	case NotReached:
		return "Nobody answers at this address."
	case BadCertificate:
		return "The certificate there is not valid for this address."
	case TooSlow:
		return "It took too long to answer."
	case CutShort:
		return "The connection ended before everything was taken."
	case Inside:
		return "Something on our side went wrong. We keep trying."
	}
	if status, ok := strings.CutPrefix(string(t), answered); ok {
		return "It answered " + status + " instead of 200."
	}
	return string(t)
}

// statusError is an answer that takes nothing.
type statusError int

// Error says which.
func (e statusError) Error() string { return fmt.Sprintf("the receiver answers %d", int(e)) }

// troubleOf finds the word for an error of sending.
func troubleOf(err error) Trouble {
	var status statusError
	var refused *httpclient.RefusedError
	var name *net.DNSError
	var untrusted *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var timeout net.Error
	switch {
	case err == nil:
		return NoTrouble
	case errors.As(err, &status):
		return Trouble(answered + strconv.Itoa(int(status)))
	case errors.As(err, &refused):
		return Refused
	case errors.As(err, &untrusted), errors.As(err, &unknown), errors.As(err, &record):
		return BadCertificate
	case errors.As(err, &name):
		return NoName
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return TooSlow
	case errors.Is(err, httpclient.ErrUnread):
		return CutShort
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return NotReached
	}
	return CutShort
}
