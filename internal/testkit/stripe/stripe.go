// Package stripe is a stand-in for Stripe that remembers: it has the part of the API that the adapter uses, is as
// strict about requests as Stripe is (unknown parameters, idempotency keys, versions, keys), and makes signed notices,
// which a test delivers, repeats, shuffles, holds back or forges. It answers on this machine only.
package stripe

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Options say which account is stood in for.
type Options struct {
	Key     string // of the API
	Secret  string // of the notices
	Account string
	Live    bool
	Version string           // of the API
	Now     func() time.Time // the clock of the stand-in
	Page    string           // where its pages claim to be; empty: Stripe's own
}

// Server is the stand-in.
type Server struct {
	Options
	URL string

	mu       sync.Mutex
	made     int
	objects  map[string]object // by id, as the API shows them
	pages    []string          // ids of checkout sessions, in the order in which they were made
	answered map[string]answer // by idempotency key
	notices  []Notice          // in the order in which they were made
	asked    []Request
	failing  []Failure
	refunds  Refunds
	after    func() // called once, after the next charge or refund is made and before it is answered
}

type object map[string]any

type answer struct {
	form   string
	status int
	body   []byte
}

// Request is one that came.
type Request struct {
	Method, Path, Key string // Key: of idempotency
	Form              url.Values
	Replayed          bool
}

// Failure is how a request fails.
type Failure string

// The failures.
const (
	Down Failure = "down" // 503, and nothing was done
	Lost Failure = "lost" // it was done, and the answer was lost
	Late Failure = "late" // nothing comes back until the caller has given up
)

// Notice is a webhook's request.
type Notice struct {
	Header http.Header
	Body   []byte
}

// New starts a stand-in for the time of a test.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{Options: o, objects: map[string]object{}, answered: map[string]answer{}}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Fail lets the next requests fail.
func (s *Server) Fail(how ...Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = append(s.failing, how...)
}

// Fixed lets no request fail any more.
func (s *Server) Fixed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = nil
}

// After has something happen once the next charge or refund is made: its answer never arrives.
func (s *Server) After(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after = do
}

// Asked are the requests that came, those that failed too.
func (s *Server) Asked() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.asked...)
}

// Notices are all that were made, in order. Delivering them is the test's matter.
func (s *Server) Notices() []Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Notice(nil), s.notices...)
}

// Count is how many objects of a kind there are: "checkout.session", "payment_intent".
func (s *Server) Count(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, o := range s.objects {
		if o["object"] == kind {
			n++
		}
	}
	return n
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "bad form", http.StatusBadRequest)
		return
	}
	failure := s.record(r)
	switch failure {
	case Down:
		s.write(w, http.StatusServiceUnavailable, refusal("api_error", "", "We are down."))
		return
	case Late:
		<-r.Context().Done()
		return
	case Lost:
	}
	status, body := s.answer(r)
	if r.Method == http.MethodPost && (r.URL.Path == "/v1/payment_intents" || r.URL.Path == "/v1/refunds") {
		s.mu.Lock()
		then := s.after
		s.after = nil
		s.mu.Unlock()
		if then != nil {
			then()
			<-r.Context().Done() // whoever asked is gone
			return
		}
	}
	if failure == Lost {
		panic(http.ErrAbortHandler)
	}
	s.write(w, status, body)
}

func (s *Server) record(r *http.Request) Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.Header.Get("Idempotency-Key")
	_, replayed := s.answered[key]
	s.asked = append(s.asked, Request{
		Method: r.Method, Path: r.URL.Path, Key: key, Form: r.Form, Replayed: key != "" && replayed,
	})
	if len(s.failing) == 0 {
		return ""
	}
	f := s.failing[0]
	s.failing = s.failing[1:]
	return f
}

// answer answers once for each idempotency key, and with the same from then on.
func (s *Server) answer(r *http.Request) (int, []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if status, body := s.admit(r); status != 0 {
		return status, body
	}
	key := r.Header.Get("Idempotency-Key")
	if before, ok := s.answered[key]; ok && key != "" {
		if before.form != r.URL.Path+"?"+r.Form.Encode() {
			return http.StatusBadRequest, refusal("idempotency_error", "", "Keys are used with the same parameters only.")
		}
		return before.status, before.body
	}
	status, body := s.route(r)
	if key != "" && status < http.StatusInternalServerError {
		s.answered[key] = answer{form: r.URL.Path + "?" + r.Form.Encode(), status: status, body: body}
	}
	return status, body
}

// admit refuses what Stripe refuses at its door.
func (s *Server) admit(r *http.Request) (int, []byte) {
	switch {
	case r.Header.Get("Authorization") != "Bearer "+s.Key:
		return http.StatusUnauthorized, refusal("invalid_request_error", "", "No such key.")
	case r.Header.Get("Stripe-Version") != s.Version:
		return http.StatusBadRequest, refusal("invalid_request_error", "", "Another version of the API.")
	case r.Method == http.MethodPost && r.Header.Get("Idempotency-Key") == "":
		return http.StatusBadRequest, refusal("invalid_request_error", "", "The stand-in wants an idempotency key.")
	}
	return 0, nil
}

func (s *Server) route(r *http.Request) (int, []byte) {
	if r.Method == http.MethodPost && r.URL.Path == "/v1/checkout/sessions" {
		return s.newSession(r.Form)
	}
	if r.Method == http.MethodGet && r.URL.Path == "/v1/checkout/sessions" {
		return s.listSessions(r.Form)
	}
	if status, body := s.routeCards(r); status != 0 {
		return status, body
	}
	if status, body := s.routeRefunds(r); status != 0 {
		return status, body
	}
	return http.StatusNotFound, refusal("invalid_request_error", "", "Unrecognised address.")
}

func (s *Server) write(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", "req_standin")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func refusal(kind, code, message string) []byte {
	text, _ := json.Marshal(object{"error": object{"type": kind, "code": code, "message": message}})
	return text
}

func (s *Server) newID(kind string) string {
	s.made++
	return kind + "_" + strconv.Itoa(s.made) + "abcdefghijklmnop"
}

// notify makes the notice of an event about an object. The lock is held.
func (s *Server) notify(kind string, about object) {
	body, _ := json.Marshal(object{
		"id": s.newID("evt"), "object": "event", "type": kind, "api_version": s.Version, "livemode": s.Live,
		"created": s.Now().Unix(), "data": object{"object": about},
	})
	s.notices = append(s.notices, Notice{Header: s.Sign(body, s.Now()), Body: body})
}

// Sign makes the header of a notice that is sent at a time.
func (s *Server) Sign(body []byte, at time.Time) http.Header {
	return Sign(s.Secret, body, at)
}

// Sign makes the header with any secret.
func Sign(secret string, body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("Stripe-Signature", "t="+stamp+",v1="+hex.EncodeToString(mac.Sum(nil)))
	return h
}

// Altered is a notice with something in it replaced, and signed rightly: what only somebody with the key can send.
func (s *Server) Altered(n Notice, from, to string) Notice {
	body := []byte(strings.Replace(string(n.Body), from, to, 1))
	if string(body) == string(n.Body) {
		panic(fmt.Sprintf("there is no %q in %s", from, n.Body))
	}
	return Notice{Header: s.Sign(body, s.Now()), Body: body}
}
