package sandbox_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

const secret = "a secret of the test, long enough"

func noon() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

func discard(context.Context, http.Header, []byte) error { return nil }

func gateway(tb testing.TB, deliver sandbox.Deliver) *sandbox.Gateway {
	tb.Helper()
	g, err := sandbox.New(sandbox.Config{
		Secret: []byte(secret), Merchant: "harbour", BaseURL: "http://localhost:8080", Deliver: deliver,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestAWeakSecretDoesNotStart(t *testing.T) { // P3, C2
	t.Parallel()
	for _, s := range []string{"", "short", "fifteen bytes !"} {
		_, err := sandbox.New(sandbox.Config{Secret: []byte(s), Merchant: "m", Deliver: discard})
		if !errors.Is(err, sandbox.ErrSecret) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestANoticeIsSignedAndRead(t *testing.T) { // P3
	t.Parallel()
	c := billing.Checkout{
		ID: id.New[id.CheckoutKind](), Merchant: "harbour", Amount: money.New(12000, money.GBP),
	}
	var header http.Header
	var body []byte
	g := gateway(t, func(_ context.Context, h http.Header, b []byte) error { header, body = h, b; return nil })
	if err := g.Decide(t.Context(), c, billing.OutcomePaid, noon()); err != nil {
		t.Fatal(err)
	}
	got, err := g.Verify(header, body, noon().Add(299*time.Second))
	if err != nil || got.Checkout != c.ID || got.Amount != c.Amount || got.Merchant != "harbour" || got.ID == "" ||
		got.Reference == "" || got.Outcome != billing.OutcomePaid {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, at := range []time.Time{noon().Add(301 * time.Second), noon().Add(-301 * time.Second), {}} {
		if _, err := g.Verify(header, body, at); !errors.Is(err, sandbox.ErrStale) {
			t.Errorf("at %s: %v", at, err)
		}
	}
	for i := range body {
		flipped := append([]byte{}, body...)
		flipped[i] ^= 1
		if _, err := g.Verify(header, flipped, noon()); !errors.Is(err, sandbox.ErrSignature) {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	signature := header.Get(sandbox.SignatureHeader)
	for _, bad := range []http.Header{
		nil,
		{},
		{sandbox.SignatureHeader: {signature, signature}},
		{sandbox.SignatureHeader: {signature[:len(signature)-2]}},
		{sandbox.SignatureHeader: {strings.Replace(signature, "t=", "t=1", 1)}},
		{sandbox.SignatureHeader: {signature[2:]}},
	} {
		if _, err := g.Verify(bad, body, noon()); !errors.Is(err, sandbox.ErrSignature) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

// FuzzWebhook: whatever is sent, nothing panics, and nothing is taken without the right signature for it.
func FuzzWebhook(f *testing.F) { // P3
	g := gateway(f, discard)
	body := []byte(`{"id":"evt_1","outcome":"paid","merchant":"harbour","reference":"pay_1",` +
		`"amount":{"minor":1,"currency":"GBP"}}`)
	right := sandbox.Sign([]byte(secret), body, noon())
	f.Add(right, body)
	f.Add(right, []byte(`{}`))
	f.Add(sandbox.Sign(nil, body, noon()), body)
	f.Add(sandbox.Sign([]byte(secret), []byte(`{"checkout":7}`), noon()), []byte(`{"checkout":7}`))
	f.Add("t=,v1=", []byte{})
	f.Add("t=99999999999999999999,v1=00", body)
	f.Add(strings.ToUpper(right), body)
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		_, err := g.Verify(http.Header{sandbox.SignatureHeader: {header}}, body, noon())
		if err != nil {
			return
		}
		stamp, claimed, _ := strings.Cut(strings.TrimPrefix(header, "t="), ",v1=")
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(stamp + "." + string(body)))
		if !strings.EqualFold(claimed, hex.EncodeToString(mac.Sum(nil))) {
			t.Fatalf("taken without a right signature: %q over %q", header, body)
		}
	})
}
