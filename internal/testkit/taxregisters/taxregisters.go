// Package taxregisters stands in for the registers of tax authorities in tests: VIES and HMRC, by what they publish of
// their APIs. Each remembers what it was asked, knows the numbers that it was given, and has the moods that the real
// ones have.
package taxregisters

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Mood is how a register is today.
type Mood string

// The moods.
const (
	Well      Mood = ""
	Down      Mood = "down"    // the member state's register, or the whole service, is away
	Busy      Mood = "busy"    // too many ask
	Garbage   Mood = "garbage" // a page of HTML in the place of an answer
	Endless   Mood = "endless" // an answer that does not end
	Slow      Mood = "slow"    // no answer until the asker has gone
	Elsewhere Mood = "elsewhere"
	Other     Mood = "other" // an answer about another number
)

// Server is one of them.
type Server struct {
	*httptest.Server

	mu    sync.Mutex
	names map[string]string
	asked []string
	mood  Mood
	gone  chan struct{}
}

// VIES starts the European one.
func VIES(t testing.TB) *Server {
	t.Helper()
	return start(t, (*Server).vies)
}

// HMRC starts the British one, which takes the credentials "client" and "secret".
func HMRC(t testing.TB) *Server {
	t.Helper()
	return start(t, (*Server).hmrc)
}

func start(t testing.TB, answer func(*Server, http.ResponseWriter, *http.Request)) *Server {
	t.Helper()
	s := &Server{names: map[string]string{}, gone: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(s, w, r) }))
	t.Cleanup(func() { close(s.gone); s.Close() })
	return s
}

// Knows enters a number with its country, and whom it belongs to.
func (s *Server) Knows(number, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[number] = name
}

// Forgets takes a number out of the register.
func (s *Server) Forgets(number string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.names, number)
}

// Is sets the mood.
func (s *Server) Is(m Mood) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood = m
}

// Asked are the numbers that were asked for, in their order.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

// moody answers as the mood has it, and says whether it did.
func (s *Server) moody(w http.ResponseWriter, r *http.Request, m Mood) bool {
	switch m {
	case Garbage:
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, "<!doctype html><title>Maintenance</title>")
	case Endless:
		_, _ = fmt.Fprint(w, `{"name":"`+strings.Repeat("x", 1<<20)+`"}`)
	case Slow:
		select {
		case <-s.gone:
		case <-r.Context().Done():
		}
	case Elsewhere:
		w.Header().Set("Location", "http://169.254.169.254/latest/meta-data/")
		w.WriteHeader(http.StatusFound)
	case Well, Down, Busy, Other:
		return false
	}
	return true
}

func say(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what)
}

// take notes what is asked for, and returns whom it belongs to, which enquiry this is, and the mood.
func (s *Server) take(number string) (name string, known bool, nth int, m Mood) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, number)
	name, known = s.names[number]
	return name, known, len(s.asked), s.mood
}

func wrong(word string) map[string]any {
	return map[string]any{"actionSucceed": false, "errorWrappers": []any{map[string]any{"error": word}}}
}

func (s *Server) vies(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Country      string `json:"countryCode"`
		Number       string `json:"vatNumber"`
		AskerCountry string `json:"requesterMemberStateCode"`
		AskerNumber  string `json:"requesterNumber"`
	}
	if r.Method != http.MethodPost || r.URL.Path != "/check-vat-number" ||
		r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(r.Body).Decode(&q) != nil {
		http.NotFound(w, r)
		return
	}
	name, known, nth, m := s.take(q.Country + q.Number)
	if s.moody(w, r, m) {
		return
	}
	switch {
	case !regexp.MustCompile(`^[A-Z]{2}$`).MatchString(q.Country) || !regexp.MustCompile(`^[0-9A-Z+*.]{2,12}$`).
		MatchString(q.Number):
		say(w, http.StatusBadRequest, wrong("INVALID_INPUT"))
		return
	case m == Down:
		say(w, http.StatusOK, wrong("MS_UNAVAILABLE"))
		return
	case m == Busy:
		say(w, http.StatusInternalServerError, wrong("MS_MAX_CONCURRENT_REQ"))
		return
	case m == Other:
		q.Number = "000000000"
	}
	reference := ""
	if q.AskerNumber != "" {
		s.mu.Lock()
		_, registered := s.names[q.AskerCountry+q.AskerNumber]
		s.mu.Unlock()
		if !registered {
			say(w, http.StatusOK, wrong("INVALID_REQUESTER_INFO"))
			return
		}
		reference = fmt.Sprintf("WAPIAAAAY%07d", nth)
	}
	if name == "" {
		name = "---"
	}
	say(w, http.StatusOK, map[string]any{
		"countryCode": q.Country, "vatNumber": q.Number, "requestDate": "2027-01-10T09:00:00.000Z", "valid": known,
		"requestIdentifier": reference, "name": name, "address": "---", "traderName": "---",
	})
}

func (s *Server) hmrc(w http.ResponseWriter, r *http.Request) {
	const token = "bb7fed3fe10dd235a2ccda3d50fb"
	if r.URL.Path == "/oauth/token" && r.Method == http.MethodPost {
		if r.PostFormValue("grant_type") != "client_credentials" || r.PostFormValue("client_id") != "client" ||
			r.PostFormValue("client_secret") != "secret" || r.PostFormValue("scope") != "read:vat" {
			say(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
			return
		}
		say(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "bearer", "expires_in": 14400})
		return
	}
	m := regexp.MustCompile(`^/organisations/vat/check-vat-number/lookup/(\d{9}|\d{12})(?:/(\d{9}|\d{12}))?$`).
		FindStringSubmatch(r.URL.Path)
	refuse := func(status int, code string) { say(w, status, map[string]string{"code": code, "message": code}) }
	switch {
	case m == nil || r.Method != http.MethodGet:
		refuse(http.StatusBadRequest, "INVALID_REQUEST")
		return
	case r.Header.Get("Accept") != "application/vnd.hmrc.2.0+json":
		refuse(http.StatusNotAcceptable, "ACCEPT_HEADER_INVALID")
		return
	case r.Header.Get("Authorization") != "Bearer "+token:
		refuse(http.StatusUnauthorized, "INVALID_CREDENTIALS")
		return
	}
	name, known, nth, mood := s.take("GB" + m[1])
	if s.moody(w, r, mood) {
		return
	}
	s.mu.Lock()
	_, registered := s.names["GB"+m[2]]
	s.mu.Unlock()
	switch {
	case mood == Down:
		refuse(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
	case mood == Busy:
		refuse(http.StatusTooManyRequests, "MESSAGE_THROTTLED_OUT")
	case m[2] != "" && !registered:
		refuse(http.StatusForbidden, "INVALID_REQUEST")
	case !known:
		refuse(http.StatusNotFound, "NOT_FOUND")
	default:
		s.found(w, m[1], m[2], name, nth, mood)
	}
}

func (s *Server) found(w http.ResponseWriter, number, asker, name string, nth int, mood Mood) {
	if mood == Other {
		number = "000000000"
	}
	answer := map[string]any{
		"target": map[string]any{
			"name": name, "vatNumber": number,
			"address": map[string]string{"line1": "131B Barton Hamlet", "postcode": "SW97 5CK", "countryCode": "GB"},
		},
		"processingDate": time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC).Format(time.RFC3339),
	}
	if asker != "" {
		answer["requester"], answer["consultationNumber"] = asker, fmt.Sprintf("ypAeK%04d", nth)
	}
	say(w, http.StatusOK, answer)
}
