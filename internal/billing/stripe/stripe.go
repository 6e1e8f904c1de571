// Package stripe takes payments on the hosted Checkout of Stripe: the adapter of that gateway. Amount, currency and
// metadata come from our own checkout alone, and a card's number never comes near us. It keeps nothing and decides
// nothing about invoices: what a notice means for the books is billing's matter.
package stripe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/platform/httpclient"
)

const (
	// Name is how the gateway is called.
	Name = "stripe"
	// Version is the version of the API that requests are made in and notices have to come in.
	Version = stripe.APIVersion
	// CheckoutOrigin is where the page of a checkout is: the answer to our form leads there.
	CheckoutOrigin = "https://checkout.stripe.com"

	callTime       = 5 * time.Second
	mostAnswer     = 1 << 20
	shortestSecret = 16 // bytes of the notices' key (C2: 128 bits)
)

// Config says how the account at Stripe is reached.
type Config struct {
	Key       string // secret or restricted: sk_live_…, rk_test_…
	Webhook   string // signs the notices: whsec_…
	Account   string // the provider's own: acct_…
	Live      bool   // real money; otherwise the test mode
	PublicURL string // where the portal is reached, to lead back to
	// API is where Stripe is reached instead, for a stand-in on this very machine; empty: Stripe itself.
	API string
}

// The mistakes of a configuration.
var (
	ErrSecret  = errors.New("stripe: the webhook secret must have at least 16 bytes")
	ErrKey     = errors.New("stripe: the key is not a secret or restricted one")
	ErrMode    = errors.New("stripe: a key of the test mode and one for real money are not exchanged")
	ErrAccount = errors.New("stripe: the account must be named: acct_…")
)

// Gateway is the adapter. It is safe for concurrent use.
type Gateway struct {
	cfg    Config
	client *stripe.Client
}

// New makes the gateway. It refuses a missing or short webhook secret (P3), and a key of the other mode.
func New(cfg Config) (*Gateway, error) {
	switch live, ok := KeyMode(cfg.Key); {
	case len(cfg.Webhook) < shortestSecret:
		return nil, ErrSecret
	case !ok:
		return nil, ErrKey
	case live != cfg.Live:
		return nil, ErrMode
	case !strings.HasPrefix(cfg.Account, "acct_"):
		return nil, ErrAccount
	}
	cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	options := httpclient.Options{Hosts: []string{"api.stripe.com"}, Timeout: callTime, MaxBody: mostAnswer}
	none := int64(0) // whoever asked tries again, with the same idempotency key
	quiet := false
	backend := &stripe.BackendConfig{
		MaxNetworkRetries: &none, EnableTelemetry: &quiet, LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
	}
	if cfg.API != "" {
		if err := standIn(cfg.API, &options); err != nil {
			return nil, err
		}
		backend.URL = &cfg.API
	}
	backend.HTTPClient = httpclient.New(options)
	client := stripe.NewClient(cfg.Key, stripe.WithBackends(stripe.NewBackendsWithConfig(backend)))
	return &Gateway{cfg: cfg, client: client}, nil
}

// standIn lets the client speak with a stand-in on this machine, and with nothing else.
func standIn(api string, o *httpclient.Options) error {
	at, err := url.Parse(api)
	if err != nil {
		return fmt.Errorf("stripe: the stand-in’s address: %w", err)
	}
	address, err := netip.ParseAddr(at.Hostname())
	if err != nil || !address.IsLoopback() {
		return fmt.Errorf("stripe: a stand-in must be on this machine, not on %s", at.Hostname())
	}
	o.Hosts, o.PlainHTTP = []string{at.Hostname()}, true
	o.Networks = []netip.Prefix{netip.PrefixFrom(address, address.BitLen())}
	return nil
}

// KeyMode says whether a key is for real money; false where it is no key of a server.
func KeyMode(key string) (live, ok bool) {
	for _, kind := range []string{"sk_", "rk_"} {
		if rest, is := strings.CutPrefix(key, kind); is {
			live = strings.HasPrefix(rest, "live_")
			return live, live || strings.HasPrefix(rest, "test_")
		}
	}
	return false, false
}

// Name is how rows, addresses and the log call the gateway.
func (*Gateway) Name() string { return Name }

// Merchant is the provider's account at Stripe.
func (g *Gateway) Merchant() string { return g.cfg.Merchant() }

// Merchant names the account and the mode: what was begun in the one is never settled in the other.
func (c Config) Merchant() string {
	if c.Live {
		return c.Account
	}
	return c.Account + " (test mode)"
}

// call gives a request its time.
func call(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, callTime)
}

// trouble says what went wrong without repeating what was sent: Stripe's own sentences quote parameters, and one of
// them may be the address of a payment link.
func trouble(op string, err error) error {
	var said *stripe.Error
	if !errors.As(err, &said) {
		if refused, ok := errors.AsType[*httpclient.RefusedError](err); ok {
			return fmt.Errorf("stripe: %s: %w", op, refused)
		}
		if errors.Is(err, context.DeadlineExceeded) || timedOut(err) {
			return fmt.Errorf("stripe: %s: there was no answer in time", op)
		}
		return fmt.Errorf("stripe: %s: it was not reached", op)
	}
	switch said.Code { //nolint:exhaustive // the others are for the operator
	case stripe.ErrorCodeAmountTooSmall:
		return fault.InvalidField("amount", "The payment provider takes no amount as small as this.")
	case stripe.ErrorCodeAmountTooLarge:
		return fault.InvalidField("amount", "The payment provider takes no amount as large as this at once.")
	}
	return fmt.Errorf("stripe: %s: status %d, %s %s %s, request %s", op, said.HTTPStatusCode, said.Type, said.Code,
		said.Param, said.RequestID)
}

func timedOut(err error) bool {
	var late net.Error
	return errors.As(err, &late) && late.Timeout()
}

var _ billing.Gateway = (*Gateway)(nil)

// header is where the signature of a notice is.
const header = "Stripe-Signature"

func signature(h http.Header) (string, bool) {
	values := h.Values(header)
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}
