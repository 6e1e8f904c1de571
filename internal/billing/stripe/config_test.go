package stripe_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/stripe"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	fake "gatehouse/internal/testkit/stripe"
)

// P3, C2: an empty or short webhook secret, a key of the other mode, and a stand-in elsewhere are refused at the start.
func TestWhatIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*stripe.Config)
		want   error
	}{
		"no secret":          {func(c *stripe.Config) { c.Webhook = "" }, stripe.ErrSecret},
		"a short secret":     {func(c *stripe.Config) { c.Webhook = "whsec_short" }, stripe.ErrSecret},
		"no key":             {func(c *stripe.Config) { c.Key = "" }, stripe.ErrKey},
		"a publishable key":  {func(c *stripe.Config) { c.Key = "pk_test_51abc" }, stripe.ErrKey},
		"test for real":      {func(c *stripe.Config) { c.Live = true }, stripe.ErrMode},
		"real for a test":    {func(c *stripe.Config) { c.Key = "sk_live_51abc" }, stripe.ErrMode},
		"no account":         {func(c *stripe.Config) { c.Account = "" }, stripe.ErrAccount},
		"another machine":    {func(c *stripe.Config) { c.API = "https://stripe.example" }, nil},
		"another address":    {func(c *stripe.Config) { c.API = "http://192.0.2.1:80" }, nil},
		"not even a address": {func(c *stripe.Config) { c.API = "http://[" }, nil},
	} {
		cfg := config("")
		c.change(&cfg)
		if _, err := stripe.New(cfg); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := stripe.New(config("")); err != nil {
		t.Error(err)
	}
}

// I5: a page that would be elsewhere is never led to.
func TestOnlyStripesOwnPage(t *testing.T) {
	t.Parallel()
	s := fake.New(t, fake.Options{
		Key: key, Secret: secret, Version: stripe.Version, Now: time.Now, Page: "https://evil.example/",
	})
	g, err := stripe.New(config(s.URL))
	if err != nil {
		t.Fatal(err)
	}
	to, err := g.Start(t.Context(), checkout(500, money.GBP))
	if err == nil {
		t.Errorf("led to %s", to)
	}
}

func checkout(minor int64, cur money.Currency) billing.Checkout {
	return billing.Checkout{
		ID: id.New[id.CheckoutKind](), Number: "2026-0431", Amount: money.New(minor, cur),
		Expires: time.Now().Add(time.Hour), Back: "/pay/x",
	}
}

// P2: amounts go out in Stripe's unit for each currency and come back the same.
func TestAmountsOfCurrencies(t *testing.T) {
	t.Parallel()
	s := fake.New(t, fake.Options{Key: key, Secret: secret, Version: stripe.Version, Now: time.Now})
	g, err := stripe.New(config(s.URL))
	if err != nil {
		t.Fatal(err)
	}
	for cur, want := range map[money.Currency][2]int64{
		money.GBP: {14880, 14880}, money.JPY: {14880, 14880}, "ISK": {5000, 500000}, "KWD": {12340, 12340},
	} {
		c := checkout(want[0], cur)
		if _, err := g.Start(t.Context(), c); err != nil {
			t.Fatal(cur, err)
		}
		page := s.Sessions(c.ID.String())[0]
		if page.Amount != want[1] || !strings.EqualFold(page.Currency, string(cur)) {
			t.Errorf("%s: %+v", c.Amount, page)
		}
		s.Pay(page.ID)
		all := s.Notices()
		event, err := g.Verify(all[len(all)-1].Header, all[len(all)-1].Body, time.Now())
		if err != nil || event.Amount != c.Amount || event.Outcome != billing.OutcomePaid || event.Checkout != c.ID {
			t.Errorf("%s came back as %+v, %v", c.Amount, event, err)
		}
	}
	if _, err := g.Start(t.Context(), checkout(12345, "KWD")); err == nil {
		t.Error("a third decimal was rounded away")
	}
}

// What others do with the same account at Stripe concerns us not; what cannot be read is refused.
func TestNoticesAboutOthersThings(t *testing.T) {
	t.Parallel()
	g, err := stripe.New(config(""))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	verify := func(body string) (billing.Event, error) {
		return g.Verify(fake.Sign(secret, []byte(body), now), []byte(body), now)
	}
	frame := `{"id":"evt_1","object":"event","api_version":"` + stripe.Version + `","type":"`
	for _, body := range []string{
		frame + `customer.created","data":{"object":{"id":"cus_1"}}}`,
		frame + `checkout.session.completed","data":{"object":{"id":"cs_1","payment_status":"paid","metadata":{}}}}`,
		frame + `payment_intent.payment_failed","data":{"object":{"id":"pi_1"}}}`,
	} {
		if event, err := verify(body); err != nil || event.Outcome != "" {
			t.Errorf("%s: %+v, %v", body, event, err)
		}
	}
	for _, body := range []string{"", "[]", "{", frame + `checkout.session.completed","data":{"object":[]}}`} {
		if event, err := verify(body); err == nil && event.Outcome != "" {
			t.Errorf("%q: %+v", body, event)
		}
	}
	var refused *billing.NoticeError
	if _, err := g.Verify(http.Header{}, []byte("{}"), now); !errors.As(err, &refused) {
		t.Errorf("no signature: %v", err)
	}
}
