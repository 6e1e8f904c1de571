package public_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

// secret is that of the site's sandbox.
const secret = "a secret of the test, long enough"

// notice is the body of a notice that Northwind's checkout was paid.
func notice(t *testing.T, checkout string, change map[string]any) []byte {
	t.Helper()
	says := map[string]any{
		"id": "evt_1", "outcome": "paid", "merchant": "harbour-hosting", "checkout": checkout, "reference": "pay_1",
		"amount": map[string]any{"minor": 14880, "currency": "GBP"},
	}
	maps.Copy(says, change)
	body, err := json.Marshal(says)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// post sends a notice as the gateway's machine does, with the given signatures.
func post(t *testing.T, s *site.Site, gateway string, body []byte, signatures ...string) *site.Page {
	t.Helper()
	at := site.Origin + "/webhooks/" + gateway
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, signature := range signatures {
		r.Header.Add(sandbox.SignatureHeader, signature)
	}
	return s.Visit(t).Send(r)
}

// P3 to P5: a notice counts once, if it is signed, fresh, of a bearable size, and says what was begun.
func TestNotices(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		checkout := strings.TrimPrefix(begin(t, c, s.Visit(t).SignIn(site.Ben)), sandbox.Path)
		body := notice(t, checkout, nil)
		sign := func(body []byte, age time.Duration) string {
			return sandbox.Sign([]byte(secret), body, s.Now(t).Add(-age))
		}
		good, forged := sign(body, 0), sandbox.Sign([]byte("not the secret"), body, s.Now(t))
		dear := notice(t, checkout, map[string]any{"amount": map[string]any{"minor": 1, "currency": "GBP"}})
		nobodys := notice(t, id.New[id.CheckoutKind]().String(), nil)
		large := bytes.Repeat([]byte(" "), 64<<10+1)
		for name, of := range map[string]struct {
			page   *site.Page
			status int
		}{
			"no signature":       {post(t, s, sandbox.Name, body), http.StatusBadRequest},
			"two signatures":     {post(t, s, sandbox.Name, body, good, good), http.StatusBadRequest},
			"of another body":    {post(t, s, sandbox.Name, dear, good), http.StatusBadRequest},
			"under another key":  {post(t, s, sandbox.Name, body, forged), http.StatusBadRequest},
			"older than 300 s":   {post(t, s, sandbox.Name, body, sign(body, 301*time.Second)), http.StatusBadRequest},
			"from the future":    {post(t, s, sandbox.Name, body, sign(body, -330*time.Second)), http.StatusBadRequest},
			"not JSON":           {post(t, s, sandbox.Name, []byte("{"), sign([]byte("{"), 0)), http.StatusBadRequest},
			"too large":          {post(t, s, sandbox.Name, large, sign(large, 0)), http.StatusRequestEntityTooLarge},
			"an unknown gateway": {post(t, s, "nobody", body, good), http.StatusNotFound},
			"nobody's checkout":  {post(t, s, sandbox.Name, nobodys, sign(nobodys, 0)), http.StatusNotFound},
		} {
			if of.page.Status != of.status {
				t.Errorf("%s: %d, not %d: %s", name, of.page.Status, of.status, of.page.Text)
			}
			of.page.Silent(t, secret, "Northwind")
		}
		if n := s.Count(t, "payments", "1 = 1") + s.Count(t, "gateway_events", "1 = 1"); n != 0 {
			t.Fatalf("%d rows came of notices that were refused", n)
		}
		for range 2 { // P5: the second is taken without effect
			if page := post(t, s, sandbox.Name, body, sign(body, 0)).Is(t, http.StatusOK); page.Text != "" {
				t.Errorf("the answer says %q", page.Text)
			}
		}
		if n := s.Count(t, "payments", "1 = 1"); n != 1 {
			t.Errorf("%d payments", n)
		}
	})
}

// P4: a notice that is signed rightly and does not fit is refused and written down; the invoice stays to be paid.
func TestANoticeOfAnotherAmountIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		checkout := strings.TrimPrefix(begin(t, c, s.Visit(t).SignIn(site.Ben)), sandbox.Path)
		body := notice(t, checkout, map[string]any{"amount": map[string]any{"minor": 1, "currency": "GBP"}})
		post(t, s, sandbox.Name, body, sandbox.Sign([]byte(secret), body, s.Now(t))).Is(t, http.StatusConflict)
		if n := s.Count(t, "payments", "1 = 1"); n != 0 {
			t.Errorf("%d payments", n)
		}
		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(c.Base()+"/activity?outcome=refused").Says(t, "£0.01 came")
	})
}
