package config

import (
	"fmt"
	"log/slog"
)

const hidden = "[hidden]"

// Secret is a password, token or connection string. However it is printed,
// logged or marshalled, it shows nothing; Reveal is easy to search for.
type Secret struct {
	text string
}

// NewSecret wraps a text.
func NewSecret(text string) Secret { return Secret{text: text} }

// Reveal returns the text, for the call that needs it.
func (s Secret) Reveal() string { return s.text }

// IsEmpty reports whether there is no text.
func (s Secret) IsEmpty() bool { return s.text == "" }

// Format implements fmt.Formatter for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// String implements fmt.Stringer.
func (Secret) String() string { return hidden }

// MarshalText implements encoding.TextMarshaler, and with it JSON and YAML.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
