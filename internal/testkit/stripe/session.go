package stripe

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// What a checkout's page takes at least, in minor units, and for how long it may stand.
const (
	leastAmount = 30
	shortest    = 30 * time.Minute
	longest     = 24 * time.Hour
)

// sessionParams are the parameters of a checkout's page that the stand-in knows; others are refused, as by Stripe.
func sessionParams() *regexp.Regexp {
	return regexp.MustCompile(`^(mode|client_reference_id|success_url|cancel_url|expires_at|` +
		`payment_method_types\[0\]|customer_creation|adaptive_pricing\[enabled\]|` +
		`(payment_intent_data\[|setup_intent_data\[)?metadata\]?\[\w+\]|payment_intent_data\[description\]|` +
		`line_items\[\d+\]\[(quantity|price_data\]\[(currency|unit_amount|product_data\]\[name))\])$`)
}

// newSession makes the page of a checkout. The lock is held.
func (s *Server) newSession(f url.Values) (int, []byte) {
	known := sessionParams()
	for name := range f {
		if !known.MatchString(name) {
			return http.StatusBadRequest, refusal("invalid_request_error", "parameter_unknown", "Unknown: "+name)
		}
	}
	ends, err := strconv.ParseInt(f.Get("expires_at"), 10, 64)
	life := time.Unix(ends, 0).Sub(s.Now())
	if err != nil || life < shortest-time.Minute || life > longest {
		return http.StatusBadRequest, refusal("invalid_request_error", "", "expires_at is out of range.")
	}
	switch f.Get("mode") {
	case "setup":
		return s.newSetup(f, ends)
	case "payment":
	default:
		return http.StatusBadRequest, refusal("invalid_request_error", "", "Unknown mode.")
	}
	amount, err := total(f)
	if err != nil {
		return http.StatusBadRequest, refusal("invalid_request_error", "", "The amount cannot be read.")
	}
	if amount < leastAmount {
		return http.StatusBadRequest, refusal("invalid_request_error", "amount_too_small", "Too small.")
	}
	one := object{
		"id": s.newID("cs_test"), "object": "checkout.session", "mode": "payment", "status": "open",
		"payment_status": "unpaid", "amount_total": amount, "currency": f.Get("line_items[0][price_data][currency]"),
		"client_reference_id": f.Get("client_reference_id"), "livemode": s.Live, "metadata": meta(f, ""),
		"success_url": f.Get("success_url"), "cancel_url": f.Get("cancel_url"), "expires_at": ends,
		"payment_intent": nil, "intent_metadata": meta(f, "payment_intent_data"), "created": s.Now().Unix(),
	}
	one["url"] = cmp.Or(s.Page, "https://checkout.stripe.com/c/pay/") + text(one, "id")
	s.objects[text(one, "id")] = one
	s.pages = append(s.pages, text(one, "id"))
	body, _ := json.Marshal(shown(one))
	return http.StatusOK, body
}

// total adds the items of a page up: each once, all in one currency.
func total(f url.Values) (sum int64, err error) {
	for i := 0; ; i++ {
		item := "line_items[" + strconv.Itoa(i) + "]"
		if !f.Has(item + "[quantity]") {
			break
		}
		amount, err := strconv.ParseInt(f.Get(item+"[price_data][unit_amount]"), 10, 64)
		if err != nil {
			return 0, err
		}
		if amount < 1 || f.Get(item+"[quantity]") != "1" ||
			f.Get(item+"[price_data][currency]") != f.Get("line_items[0][price_data][currency]") {
			return 0, strconv.ErrRange
		}
		sum += amount
	}
	if sum == 0 {
		return 0, strconv.ErrRange
	}
	return sum, nil
}

// listSessions shows the pages that were made since a time, the newest first, as many as were asked for at once. The
// lock is held.
func (s *Server) listSessions(f url.Values) (int, []byte) {
	since, err := strconv.ParseInt(f.Get("created[gte]"), 10, 64)
	most, sizeErr := strconv.Atoi(f.Get("limit"))
	if err != nil || sizeErr != nil || most < 1 || most > 100 {
		return http.StatusBadRequest, refusal("invalid_request_error", "", "The list cannot be read.")
	}
	list, more, on := []object{}, false, f.Get("starting_after") == ""
	for _, one := range slices.Backward(s.pages) {
		o := s.objects[one]
		made, _ := o["created"].(int64)
		switch {
		case !on:
			on = one == f.Get("starting_after")
		case made < since:
		case len(list) == most:
			more = true
		default:
			list = append(list, shown(o))
		}
	}
	body, _ := json.Marshal(object{"object": "list", "has_more": more, "url": "/v1/checkout/sessions", "data": list})
	return http.StatusOK, body
}

func meta(f url.Values, below string) object {
	out := object{}
	form := regexp.MustCompile(`^metadata\[(\w+)\]$`)
	if below != "" {
		form = regexp.MustCompile(`^` + below + `\[metadata\]\[(\w+)\]$`)
	}
	for name := range f {
		if m := form.FindStringSubmatch(name); m != nil {
			out[m[1]] = f.Get(name)
		}
	}
	return out
}

func text(o object, name string) string {
	v, _ := o[name].(string)
	return v
}

// shown is the object without what the stand-in keeps for itself.
func shown(o object) object {
	out := object{}
	for name, value := range o {
		if name != "intent_metadata" && name != "since" && name != "bacs" {
			out[name] = value
		}
	}
	return out
}

// Session is the page of a checkout as the one who pays finds it.
type Session struct {
	ID, URL, SuccessURL, CancelURL string
	Amount                         int64
	Currency, Status               string
}

// Sessions are the pages of a checkout that were made.
func (s *Server) Sessions(checkout string) []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Session
	for _, o := range s.objects {
		if o["object"] == "checkout.session" && o["client_reference_id"] == checkout {
			amount, _ := o["amount_total"].(int64)
			out = append(out, Session{
				ID: text(o, "id"), URL: text(o, "url"), SuccessURL: text(o, "success_url"),
				CancelURL: text(o, "cancel_url"), Amount: amount, Currency: text(o, "currency"), Status: text(o, "status"),
			})
		}
	}
	return out
}

// Pay is somebody who pays on the page. It makes the notices that Stripe makes, in its order.
func (s *Server) Pay(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.objects[session]
	if o["status"] != "open" {
		return
	}
	intent := object{
		"id": s.newID("pi"), "object": "payment_intent", "status": "succeeded", "amount": o["amount_total"],
		"amount_received": o["amount_total"], "currency": o["currency"], "livemode": s.Live,
		"metadata": o["intent_metadata"],
	}
	s.objects[text(intent, "id")] = intent
	o["status"], o["payment_status"], o["payment_intent"] = "complete", "paid", intent["id"]
	s.notify("payment_intent.succeeded", intent)
	s.notify("checkout.session.completed", shown(o))
}

// Alter changes what the stand-in says of a thing from now on.
func (s *Server) Alter(one, field string, value any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[one][field] = value
}

// Decline is somebody whose card is declined on the page, where they may try another.
func (s *Server) Decline(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.objects[session]
	s.notify("payment_intent.payment_failed", object{
		"id": s.newID("pi"), "object": "payment_intent", "status": "requires_payment_method", "amount": o["amount_total"],
		"currency": o["currency"], "livemode": s.Live, "metadata": o["intent_metadata"],
	})
}

// Leave is somebody who leaves the page until it ends.
func (s *Server) Leave(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.objects[session]
	if o["status"] == "open" {
		o["status"] = "expired"
		s.notify("checkout.session.expired", shown(o))
	}
}
