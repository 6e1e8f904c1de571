package stripe

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Canary is the number of the cards that people give on the stand-in's pages. It is in the stand-in's answers too,
// which Stripe's never hold, so that whoever kept more than they name is found.
const Canary = "4000056655665556"

// Bank is how the bank of a card answers when it is charged with nobody there.
type Bank string

// The banks.
const (
	Pays     Bank = "pays"
	Declines Bank = "card_declined"
	Asks     Bank = "authentication_required"
)

// newSetup makes the page on which a card is given. The lock is held.
func (s *Server) newSetup(f url.Values, ends int64) (int, []byte) {
	if f.Get("customer_creation") != "always" || f.Has("line_items[0][quantity]") {
		return http.StatusBadRequest, refusal("invalid_request_error", "", "A setup has a customer and no lines.")
	}
	one := object{
		"id": s.newID("cs_test"), "object": "checkout.session", "mode": "setup", "status": "open",
		"payment_status": "no_payment_required", "client_reference_id": f.Get("client_reference_id"), "livemode": s.Live,
		"metadata": meta(f, ""), "success_url": f.Get("success_url"), "cancel_url": f.Get("cancel_url"),
		"expires_at": ends, "setup_intent": nil, "intent_metadata": meta(f, "setup_intent_data"),
		"bacs": f.Get("payment_method_types[0]") == "bacs_debit",
	}
	one["url"] = "https://checkout.stripe.com/c/pay/" + text(one, "id")
	s.objects[text(one, "id")] = one
	body, _ := json.Marshal(shown(one))
	return http.StatusOK, body
}

// Give is somebody who gives a card on its page. It makes the notice that Stripe makes.
func (s *Server) Give(session string, bank Bank) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.objects[session]
	if o["status"] != "open" || o["bacs"] == true {
		return
	}
	card := object{
		"id": s.newID("pm"), "object": "payment_method", "type": "card", "customer": s.newID("cus"),
		"number": Canary, "bank": string(bank), "card": object{
			"brand": "visa", "last4": Canary[len(Canary)-4:], "exp_month": 8, "exp_year": 2031, "number": Canary,
		},
	}
	intent := object{
		"id": s.newID("seti"), "object": "setup_intent", "status": "succeeded", "customer": card["customer"],
		"payment_method": card, "metadata": o["intent_metadata"],
	}
	s.objects[text(card, "id")], s.objects[text(intent, "id")] = card, intent
	o["status"], o["setup_intent"] = "complete", intent["id"]
	s.notify("checkout.session.completed", shown(o))
}

// routeCards answers what concerns cards on file. The lock is held.
func (s *Server) routeCards(r *http.Request) (int, []byte) {
	path := r.URL.Path
	switch {
	case r.Method == http.MethodGet && strings.HasPrefix(path, "/v1/setup_intents/"):
		return s.show(strings.TrimPrefix(path, "/v1/setup_intents/"))
	case r.Method == http.MethodGet && strings.HasPrefix(path, "/v1/mandates/"):
		return s.show(strings.TrimPrefix(path, "/v1/mandates/"))
	case r.Method == http.MethodGet && strings.HasPrefix(path, "/v1/payment_intents/"):
		one := strings.TrimPrefix(path, "/v1/payment_intents/")
		if paid, ok := s.objects[one]; ok && r.Form.Get("expand[0]") == "latest_charge" {
			body, _ := json.Marshal(origin(paid))
			return http.StatusOK, body
		}
		return s.show(one)
	case r.Method == http.MethodPost && path == "/v1/payment_intents":
		return s.charge(r.Form)
	case r.Method == http.MethodGet && path == "/v1/payment_intents":
		return s.list(r.Form.Get("customer"))
	case r.Method == http.MethodPost && strings.HasSuffix(path, "/detach"):
		card := strings.TrimSuffix(strings.TrimPrefix(path, "/v1/payment_methods/"), "/detach")
		if o, ok := s.objects[card]; ok {
			o["customer"] = nil
		}
		return s.show(card)
	}
	return 0, nil
}

func (s *Server) show(one string) (int, []byte) {
	o, ok := s.objects[one]
	if !ok {
		return http.StatusNotFound, refusal("invalid_request_error", "resource_missing", "No such thing.")
	}
	body, _ := json.Marshal(shown(o))
	return http.StatusOK, body
}

func (s *Server) list(customer string) (int, []byte) {
	found := []object{}
	for _, o := range s.objects {
		if o["object"] == "payment_intent" && o["customer"] == customer {
			found = append(found, o)
		}
	}
	body, _ := json.Marshal(object{"object": "list", "has_more": false, "data": found})
	return http.StatusOK, body
}

// charge asks the bank of a card. The lock is held.
func (s *Server) charge(f url.Values) (int, []byte) {
	known := regexp.MustCompile(`^(amount|currency|customer|payment_method|payment_method_types\[0\]|confirm|mandate|` +
		`off_session|description|metadata\[\w+\])$`)
	for name := range f {
		if !known.MatchString(name) {
			return http.StatusBadRequest, refusal("invalid_request_error", "parameter_unknown", "Unknown: "+name)
		}
	}
	amount, err := strconv.ParseInt(f.Get("amount"), 10, 64)
	card, ok := s.objects[f.Get("payment_method")]
	switch {
	case err != nil || f.Get("confirm") != "true" || f.Get("off_session") != "true":
		return http.StatusBadRequest, refusal("invalid_request_error", "", "The charge cannot be read.")
	case amount < leastAmount:
		return http.StatusBadRequest, refusal("invalid_request_error", "amount_too_small", "Too small.")
	case !ok || card["customer"] != f.Get("customer"):
		return http.StatusBadRequest, refusal("invalid_request_error", "resource_missing", "No such card of this customer.")
	}
	intent := object{
		"id": s.newID("pi"), "object": "payment_intent", "status": "succeeded", "amount": amount, "livemode": s.Live,
		"amount_received": amount, "currency": f.Get("currency"), "customer": f.Get("customer"), "metadata": meta(f, ""),
	}
	s.objects[text(intent, "id")] = intent
	if f.Get("payment_method_types[0]") == "bacs_debit" {
		intent["mandate"] = f.Get("mandate")
		return s.debit(intent, card)
	}
	bank := text(card, "bank")
	if bank == string(Pays) {
		s.notify("payment_intent.succeeded", intent)
		body, _ := json.Marshal(intent)
		return http.StatusOK, body
	}
	intent["status"], intent["amount_received"] = "requires_payment_method", 0
	intent["last_payment_error"] = object{"type": "card_error", "code": bank}
	s.notify("payment_intent.payment_failed", intent)
	body, _ := json.Marshal(object{"error": object{
		"type": "card_error", "code": bank, "message": "The card was declined: " + Canary, "payment_intent": intent,
	}})
	return http.StatusPaymentRequired, body
}

// Answer sets how the bank of every card answers from now on.
func (s *Server) Answer(bank Bank) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.objects {
		if o["object"] == "payment_method" {
			o["bank"] = string(bank)
		}
	}
}

// ForgetKeys is a day later: Stripe no longer knows which idempotency keys were used.
func (s *Server) ForgetKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered = map[string]answer{}
}

// Kept is how many cards belong to a customer, and can be charged.
func (s *Server) Kept() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, o := range s.objects {
		if o["object"] == "payment_method" && o["customer"] != nil {
			n++
		}
	}
	return n
}

// Taken is the money that was taken, in minor units.
func (s *Server) Taken() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := int64(0)
	for _, o := range s.objects {
		if amount, ok := o["amount_received"].(int64); ok && o["object"] == "payment_intent" {
			sum += amount
		}
	}
	return sum
}
