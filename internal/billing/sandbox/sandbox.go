// Package sandbox is a payment gateway that moves no money. It behaves as a hosted checkout does: it has a page of its
// own, which the demo serves, and tells of what happened there by signed notices, which take the way that those of
// a real gateway take. Nothing of billing's rules may enter.
package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

const (
	// Name is how the gateway is called.
	Name = "sandbox"
	// SignatureHeader carries the signature: "t=1764150000,v1=<hex of the HMAC-SHA256 over t.body>".
	SignatureHeader = "Sandbox-Signature"
	// shortestSecret is the least length of the secret in bytes (C2: 128 bits).
	shortestSecret = 16
	// oldest is how old a notice may be, and how far ahead its clock (P3).
	oldest = 300 * time.Second
	// Path is where the demo serves the checkout's page; the checkout's id follows.
	Path = "/demo/checkout/"
)

// The mistakes of a notice.
var (
	ErrSecret    = errors.New("sandbox: the webhook secret must have at least 16 bytes")
	ErrSignature = errors.New("sandbox: the signature is not right")
	ErrStale     = errors.New("sandbox: the notice is too old, or from the future")
)

// Deliver posts a notice to the provider's webhook.
type Deliver func(ctx context.Context, header http.Header, body []byte) error

// Config says how the sandbox is set up.
type Config struct {
	Secret   []byte // of the notices; at least 16 random bytes
	Merchant string // the provider's account at the sandbox
	BaseURL  string // where the demo is reached: "http://localhost:8080"
	Deliver  Deliver
	Now      func(ctx context.Context) (time.Time, error) // by which bank days pass
}

// Gateway is the sandbox. How a checkout stands is kept where billing keeps it: the sandbox has no memory to lose.
type Gateway struct{ cfg Config }

// New makes the gateway. It refuses a missing or short secret (P3).
func New(cfg Config) (*Gateway, error) {
	if len(cfg.Secret) < shortestSecret {
		return nil, ErrSecret
	}
	if cfg.Merchant == "" || cfg.Deliver == nil {
		return nil, errors.New("sandbox: a merchant and a way to deliver notices are needed")
	}
	cfg.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	return &Gateway{cfg: cfg}, nil
}

// Name is how rows and the log call the gateway.
func (*Gateway) Name() string { return Name }

// Merchant is the provider's account at the sandbox.
func (g *Gateway) Merchant() string { return g.cfg.Merchant }

// Start returns the address of the checkout's page, which is one of the demo's own.
func (g *Gateway) Start(_ context.Context, c billing.Checkout) (string, error) {
	return g.cfg.BaseURL + Path + c.ID.String(), nil
}

// notice is what the body of a webhook says.
type notice struct {
	ID        string          `json:"id"`
	Outcome   billing.Outcome `json:"outcome"`
	Merchant  string          `json:"merchant"`
	Checkout  id.Checkout     `json:"checkout,omitzero"`
	Setup     id.CardSetup    `json:"setup,omitzero"`
	Reference string          `json:"reference,omitempty"`
	Debit     bool            `json:"debit,omitempty"`
	Amount    money.Amount    `json:"amount"`
}

// Decide is what somebody did on the checkout's page: it sends the notice of it, signed at now. Doing the same again
// sends the same event.
func (g *Gateway) Decide(ctx context.Context, c billing.Checkout, outcome billing.Outcome, now time.Time) error {
	n := notice{
		ID: "evt_" + string(outcome) + "_" + c.ID.String(), Outcome: outcome, Merchant: c.Merchant, Checkout: c.ID,
		Amount: c.Amount,
	}
	if outcome == billing.OutcomePaid {
		n.Reference = "pay_" + c.ID.String()
	}
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set(SignatureHeader, Sign(g.cfg.Secret, body, now))
	return g.cfg.Deliver(ctx, header, body)
}

// Sign makes the header's value for a body sent at a time.
func Sign(secret, body []byte, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(sum(secret, t, body))
}

func sum(secret []byte, t string, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(t))
	mac.Write([]byte("."))
	mac.Write(body)
	return mac.Sum(nil)
}

// Verify checks the signature over the raw body, in constant time, before anything in it is read.
func (g *Gateway) Verify(header http.Header, body []byte, now time.Time) (billing.Event, error) {
	if err := g.check(header.Values(SignatureHeader), body, now); err != nil {
		return billing.Event{}, err
	}
	var n notice
	if err := json.Unmarshal(body, &n); err != nil {
		return billing.Event{}, fmt.Errorf("sandbox: read the notice: %w", err)
	}
	return billing.Event{
		ID: n.ID, Outcome: n.Outcome, Merchant: n.Merchant, Checkout: n.Checkout, Reference: n.Reference, Amount: n.Amount,
		Setup: n.Setup, Debit: n.Debit,
	}, nil
}

func (g *Gateway) check(values []string, body []byte, now time.Time) error {
	if len(values) != 1 {
		return ErrSignature
	}
	stamped, v1, ok := strings.Cut(values[0], ",v1=")
	t, dated := strings.CutPrefix(stamped, "t=")
	claimed, err := hex.DecodeString(v1)
	if !ok || !dated || err != nil || !hmac.Equal(claimed, sum(g.cfg.Secret, t, body)) {
		return ErrSignature
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		return ErrSignature
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > oldest || age < -oldest {
		return ErrStale
	}
	return nil
}
