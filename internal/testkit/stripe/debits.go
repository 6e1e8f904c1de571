package stripe

import (
	"net/http"
	"slices"
	"time"

	"gatehouse/internal/billing/workdays"
)

// The banks of accounts that Direct Debit collects from. Pays is one of them, too.
const (
	Empty  Bank = "insufficient_funds"
	Closed Bank = "account_closed"
)

// How many working days the banks take: for a mandate, and for a collection.
const (
	confirming = 2
	clearing   = 4
)

// GiveMandate is somebody who gives a mandate on its page. It makes the notice that Stripe makes; the bank has yet to
// confirm.
func (s *Server) GiveMandate(session string, bank Bank) (mandate string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.objects[session]
	if o["status"] != "open" || o["bacs"] != true {
		return ""
	}
	method := object{
		"id": s.newID("pm"), "object": "payment_method", "type": "bacs_debit", "customer": s.newID("cus"),
		"bank": string(bank), "account_number": Canary, "bacs_debit": object{
			"sort_code": "108800", "last4": "2345", "fingerprint": "f" + Canary,
		},
	}
	held := object{
		"id": s.newID("mandate"), "object": "mandate", "status": "pending", "livemode": s.Live, "type": "multi_use",
		"payment_method": method["id"], "since": s.Now(), "payment_method_details": object{
			"type": "bacs_debit", "bacs_debit": object{"network_status": "pending", "reference": "HARBOUR-0001"},
		},
	}
	intent := object{
		"id": s.newID("seti"), "object": "setup_intent", "status": "succeeded", "customer": method["customer"],
		"payment_method": method, "mandate": held, "metadata": o["intent_metadata"],
	}
	for _, one := range []object{method, held, intent} {
		s.objects[text(one, "id")] = one
	}
	method["mandate"] = held["id"]
	o["status"], o["setup_intent"] = "complete", intent["id"]
	s.notify("checkout.session.completed", shown(o))
	return text(held, "id")
}

// debit begins to collect: nothing is known of it for days. The lock is held.
func (s *Server) debit(intent object, method object) (int, []byte) {
	held := s.objects[text(method, "mandate")]
	if intent["mandate"] != held["id"] || held["status"] == "inactive" {
		delete(s.objects, text(intent, "id"))
		return http.StatusBadRequest, refusal("invalid_request_error", "payment_intent_mandate_invalid", "No such mandate.")
	}
	if intent["currency"] != "gbp" {
		return http.StatusBadRequest, refusal("invalid_request_error", "", "Bacs is in pounds.")
	}
	intent["status"], intent["amount_received"] = "processing", int64(0)
	intent["since"], intent["bank"] = s.Now(), method["bank"]
	s.notify("payment_intent.processing", shown(intent))
	return s.show(text(intent, "id"))
}

// Banks has the banks do what they would have done by now: confirm mandates, and pay or refuse collections.
func (s *Server) Banks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	passed := func(o object, days int) bool {
		since, ok := o["since"].(time.Time)
		return ok && !workdays.Day(s.Now()).Before(workdays.After(since, days))
	}
	for _, o := range s.objects {
		switch {
		case o["object"] == "mandate" && o["status"] == "pending" && passed(o, confirming):
			s.turn(o, "active", "accepted")
		case o["object"] == "payment_intent" && o["status"] == "processing" && passed(o, clearing):
			s.clear(o)
		}
	}
}

func (s *Server) clear(o object) {
	if o["bank"] == string(Pays) {
		o["status"], o["amount_received"] = "succeeded", o["amount"]
		s.notify("payment_intent.succeeded", shown(o))
		return
	}
	s.refuse(o, o["bank"])
}

// refuse has a bank refuse a collection. The lock is held.
func (s *Server) refuse(o object, why any) {
	o["status"], o["amount_received"] = "requires_payment_method", int64(0)
	o["last_payment_error"] = object{
		"type": "card_error", "code": "payment_method_bank_debit_declined", "decline_code": why,
	}
	s.notify("payment_intent.payment_failed", shown(o))
}

func (s *Server) turn(o object, status, network string) {
	o["status"] = status
	details, _ := o["payment_method_details"].(object)
	if debit, ok := details["bacs_debit"].(object); ok {
		debit["network_status"] = network
	}
	s.notify("mandate.updated", shown(o))
}

// CancelMandate is a payer who cancels a mandate at their bank.
func (s *Server) CancelMandate(mandate string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(s.objects[mandate], "inactive", "revoked")
}

// FailLate has the bank say of a collection that had succeeded that it did not.
func (s *Server) FailLate(intent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse(s.objects[intent], string(Closed))
}

// Claim is a payer who claims a collection back at their bank: the money is gone at once, and for good.
func (s *Server) Claim(intent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.objects[intent]
	claim := object{
		"id": s.newID("du"), "object": "dispute", "amount": o["amount"], "currency": o["currency"], "livemode": s.Live,
		"payment_intent": intent, "charge": "ch_1", "reason": "debit_not_authorized", "status": "lost", "metadata": object{},
	}
	s.objects[text(claim, "id")] = claim
	s.notify("charge.dispute.created", claim)
	s.notify("charge.dispute.funds_withdrawn", claim)
}

// Decide ends the claims about a payment: "won", "lost" or "warning_closed".
func (s *Server) Decide(intent, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.objects {
		if o["object"] == "dispute" && o["payment_intent"] == intent {
			o["status"] = status
			s.notify("charge.dispute.closed", o)
		}
	}
}

// Intents are the ids of all payments, those of a checkout alone where one is named.
func (s *Server) Intents(checkout string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for name, o := range s.objects {
		of, _ := o["metadata"].(object)
		if o["object"] == "payment_intent" && (checkout == "" || of["gatehouse_checkout"] == checkout) {
			out = append(out, name)
		}
	}
	return out
}

// Collected are the Direct Debits that a bank has paid and that were not claimed back, in the order of their names.
func (s *Server) Collected() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, o := range s.objects {
		if o["object"] == "payment_intent" && o["mandate"] != nil && o["status"] == "succeeded" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// ClaimedBack is the money that payers claimed back at their banks, in minor units.
func (s *Server) ClaimedBack() (sum int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.objects {
		if amount, ok := o["amount"].(int64); ok && o["object"] == "dispute" {
			sum += amount
		}
	}
	return sum
}
