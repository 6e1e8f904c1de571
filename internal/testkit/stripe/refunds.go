package stripe

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Refunds is how refunds that are asked for fare from now on.
type Refunds string

// The ways. Unless a test says otherwise, they succeed at once.
const (
	RefundsSucceed Refunds = ""
	RefundsPending Refunds = "pending" // until the test has them succeed or fail
	RefundsRefused Refunds = "refused" // none is made
)

// Refund has refunds fare so from now on.
func (s *Server) Refund(how Refunds) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refunds = how
}

// routeRefunds answers what concerns refunds. The lock is held.
func (s *Server) routeRefunds(r *http.Request) (int, []byte) {
	one, named := strings.CutPrefix(r.URL.Path, "/v1/refunds/")
	switch {
	case named && r.Method == http.MethodGet:
		return s.show(one)
	case r.URL.Path != "/v1/refunds":
		return 0, nil
	case r.Method == http.MethodPost:
		return s.newRefund(r.Form)
	case r.Method == http.MethodGet && r.Form.Get("payment_intent") != "":
		found := []object{}
		for _, o := range s.objects {
			if o["object"] == "refund" && o["payment_intent"] == r.Form.Get("payment_intent") {
				found = append(found, o)
			}
		}
		body, _ := json.Marshal(object{"object": "list", "has_more": false, "url": "/v1/refunds", "data": found})
		return http.StatusOK, body
	}
	return 0, nil
}

// newRefund sends money back, never more than came. The lock is held.
func (s *Server) newRefund(f url.Values) (int, []byte) {
	known := regexp.MustCompile(`^(amount|payment_intent|metadata\[\w+\])$`)
	for name := range f {
		if !known.MatchString(name) {
			return http.StatusBadRequest, refusal("invalid_request_error", "parameter_unknown", "Unknown: "+name)
		}
	}
	amount, err := strconv.ParseInt(f.Get("amount"), 10, 64)
	paid, ok := s.objects[f.Get("payment_intent")]
	switch {
	case err != nil || amount < 1:
		return http.StatusBadRequest, refusal("invalid_request_error", "", "The refund cannot be read.")
	case !ok || paid["object"] != "payment_intent":
		return http.StatusNotFound, refusal("invalid_request_error", "resource_missing", "No such payment.")
	case s.disputed(text(paid, "id")):
		return http.StatusBadRequest, refusal("invalid_request_error", "charge_disputed", "It was claimed back.")
	case paid["status"] != "succeeded" || amount > s.unrefunded(paid):
		return http.StatusBadRequest, refusal("invalid_request_error", "charge_already_refunded", "More than is left.")
	case s.refunds == RefundsRefused:
		return http.StatusBadRequest, refusal("invalid_request_error", "balance_insufficient", "There is no money.")
	}
	made := object{
		"id": s.newID("re"), "object": "refund", "amount": amount, "currency": paid["currency"], "status": "succeeded",
		"payment_intent": paid["id"], "charge": "ch_" + text(paid, "id"), "metadata": meta(f, ""), "reason": nil,
	}
	if s.refunds == RefundsPending {
		made["status"] = "pending"
	}
	s.objects[text(made, "id")] = made
	s.notify("refund.created", made)
	if made["status"] == "succeeded" {
		s.notify("charge.refunded", object{
			"id": made["charge"], "object": "charge", "payment_intent": paid["id"], "amount_refunded": amount, "refunded": false,
			"currency": paid["currency"], "metadata": paid["metadata"],
		})
	}
	return s.show(text(made, "id"))
}

// RefundElsewhere sends money of a payment back as somebody does in Stripe's own console.
func (s *Server) RefundElsewhere(intent string, amount int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := object{
		"id": s.newID("re"), "object": "refund", "amount": amount, "currency": s.objects[intent]["currency"],
		"status": "succeeded", "payment_intent": intent, "charge": "ch_" + intent, "metadata": object{}, "reason": nil,
	}
	s.objects[text(made, "id")] = made
	s.notify("refund.created", made)
	s.notify("refund.updated", made)
}

// FailElsewhere has the banks take none of what was paid back outside of the portal after all.
func (s *Server) FailElsewhere(intent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.objects {
		ours, _ := o["metadata"].(object)
		if o["object"] == "refund" && o["payment_intent"] == intent && len(ours) == 0 {
			o["status"], o["failure_reason"] = "failed", "lost_or_stolen_card"
			s.notify("refund.failed", o)
		}
	}
}

func (s *Server) disputed(intent string) bool {
	for _, o := range s.objects {
		if o["object"] == "dispute" && o["payment_intent"] == intent {
			return true
		}
	}
	return false
}

// unrefunded is what of a payment did not go back, and is not on its way. The lock is held.
func (s *Server) unrefunded(paid object) int64 {
	left, _ := paid["amount_received"].(int64)
	for _, o := range s.objects {
		if amount, ok := o["amount"].(int64); ok && o["payment_intent"] == paid["id"] && stands(o) {
			left -= amount
		}
	}
	return left
}

// stands says of a refund that its money is gone, or on its way.
func stands(o object) bool { return o["object"] == "refund" && o["status"] != "failed" }

// SucceedRefund has the bank take a refund.
func (s *Server) SucceedRefund(refund string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.objects[refund]; o["status"] == "pending" {
		o["status"] = "succeeded"
		s.notify("refund.updated", o)
	}
}

// FailRefund has the bank send a refund back, one that had succeeded too.
func (s *Server) FailRefund(refund string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.objects[refund]; o["status"] != "failed" {
		o["status"], o["failure_reason"] = "failed", "expired_or_canceled_card"
		s.notify("refund.failed", o)
		s.notify("refund.updated", o)
	}
}

// Refunded are the refunds that did not fail, in the order of their names.
func (s *Server) Refunded() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, o := range s.objects {
		if stands(o) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// PaidBack is the money that went back, or is on its way, in minor units.
func (s *Server) PaidBack() (sum int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.objects {
		if amount, ok := o["amount"].(int64); ok && stands(o) {
			sum += amount
		}
	}
	return sum
}

// origin adds where a payment came from, for whoever asks for it.
func origin(o object) object {
	out := shown(o)
	by := object{"type": "card", "card": object{"brand": "visa", "last4": Canary[len(Canary)-4:], "number": Canary}}
	if o["mandate"] != nil {
		by = object{"type": "bacs_debit", "bacs_debit": object{"last4": "2345", "sort_code": "108800"}}
	}
	out["latest_charge"] = object{
		"id": "ch_" + text(o, "id"), "object": "charge", "payment_method_details": by,
	}
	return out
}
