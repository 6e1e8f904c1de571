// Package mailer hands mails to an SMTP server, or keeps them for the demo's
// mailbox. It knows nothing of what the mails say: words and templates are made
// elsewhere, and the outbox decides when and how often to try.
package mailer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mail is one mail to one person.
type Mail struct {
	To      string // a bare address
	ToName  string // may be empty
	ReplyTo string // a bare address; empty: the sender
	Subject string
	Text    string
	HTML    string // may be empty; the text is sent beside it
	// Unsubscribe is an address of ours at which a POST ends mails like this (RFC 8058); empty: there is none.
	Unsubscribe string
	// Key names the mail. Two tries of one mail have one key, and with it one
	// Message-ID, by which a mailbox can tell that they are the same.
	Key string
}

// Sender sends mails. It may be called concurrently.
type Sender interface {
	Send(ctx context.Context, m Mail) error
}

// permanentError marks a mail that no further try will deliver.
type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

// IsPermanent reports whether trying again is in vain: the mail itself is at
// fault, or the server refused it for good.
func IsPermanent(err error) bool {
	var permanent permanentError
	return errors.As(err, &permanent)
}

// check refuses whatever could add a header or a recipient. I7: the mail library
// encodes line breaks away, but a mail that carries them is somebody's attack,
// not somebody's mail.
func (m Mail) check() error {
	for _, field := range []struct{ name, text string }{
		{"recipient", m.To},
		{"recipient's name", m.ToName},
		{"reply address", m.ReplyTo},
		{"subject", m.Subject},
		{"key", m.Key},
		{"address to unsubscribe", m.Unsubscribe},
	} {
		if !utf8.ValidString(field.text) || strings.ContainsFunc(field.text, breaks) {
			return permanentError{fmt.Errorf("send mail: the %s holds a line break or control character", field.name)}
		}
	}
	if !isAddress(m.To) || m.ReplyTo != "" && !isAddress(m.ReplyTo) {
		return permanentError{errors.New("send mail: the recipient or reply address is not a mail address")}
	}
	if strings.ContainsAny(m.Unsubscribe, "<> ,") {
		return permanentError{errors.New("send mail: the address to unsubscribe is none")}
	}
	if m.Subject == "" || m.Text == "" {
		return permanentError{errors.New("send mail: the subject or the text is empty")}
	}
	return nil
}

// breaks holds for what ends a line somewhere, and for marks that turn text round.
func breaks(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

func isAddress(text string) bool {
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Address == text && parsed.Name == ""
}

// messageID makes the Message-ID of a mail's key. The key itself stays inside.
func messageID(key, host string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + host
}
