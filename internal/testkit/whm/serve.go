package whm

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"
)

// reply is what a function answers; a reason without data is a refusal.
type reply struct {
	data   any
	reason string
	failed bool
}

func refuse(reason string) reply { return reply{reason: reason, failed: true} }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/cpsess") {
		s.welcome(w, r)
		return
	}
	function := strings.TrimPrefix(r.URL.Path, "/json-api/")
	_ = r.ParseForm()
	s.mu.Lock()
	way := s.way
	s.calls = append(s.calls, function)
	s.mu.Unlock()
	if s.misbehaves(w, r, way) {
		return
	}
	if r.Header.Get("Authorization") != "whm root:"+Token {
		w.WriteHeader(http.StatusForbidden)
		write(w, map[string]any{"cpanelresult": map[string]any{
			"apiversion": "2", "error": "Access denied", "type": "text",
			"data": map[string]any{"reason": "Access denied", "result": "0"},
		}})
		return
	}
	s.mu.Lock()
	got := s.run(function, r)
	s.mu.Unlock()
	if do := s.cuts(function); do != nil {
		do()
		panic(http.ErrAbortHandler)
	}
	if way == Forgetful && function == "createacct" && !got.failed {
		panic(http.ErrAbortHandler) // the connection ends, and nobody is told
	}
	metadata := map[string]any{"command": function, "version": 1, "result": 1, "reason": "OK"}
	if got.failed {
		metadata["result"], metadata["reason"] = 0, got.reason
	}
	answer := map[string]any{"metadata": metadata}
	if got.data != nil {
		answer["data"] = got.data
	}
	write(w, answer)
}

// welcome answers a browser: with the panel, or with the page that asks for a password.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request) {
	user, in := s.enter(r.URL.Query().Get("session"))
	s.mu.Lock()
	s.visits = append(s.visits, Arrival{User: user, Referer: r.Referer()})
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if !in {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>cPanel Login</title><h1>Log in</h1>`))
		return
	}
	_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>cPanel</title>`+
		`<h1>Tools of %s</h1>`, html.EscapeString(user))
}

func write(w http.ResponseWriter, answer any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer)
}

// misbehaves answers as a server does that is not well.
func (s *Server) misbehaves(w http.ResponseWriter, r *http.Request, way Way) bool {
	switch way {
	case Slow:
		<-r.Context().Done()
	case Garbage:
		_, _ = w.Write([]byte("<html><title>WHM Login</title><form>user, password"))
	case Partial:
		w.Header().Set("Content-Length", "500")
		_, _ = w.Write([]byte(`{"metadata":{"result":1,"reason":"OK","command":"x"},"data":{"acct":[{"user":`))
	case Huge:
		s.flood(w, r)
	case Broken:
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	case Redirecting:
		http.Redirect(w, r, "https://169.254.169.254/latest/meta-data", http.StatusFound)
	case Working, Elsewhere, WholeAccount, Generous, Forgetful:
		return false
	}
	return true
}

// flood writes more than anybody may read, until the caller goes.
func (*Server) flood(w http.ResponseWriter, r *http.Request) {
	const most = 64 << 20
	_, _ = w.Write([]byte(`{"metadata":{"result":1,"reason":"`))
	chunk := []byte(strings.Repeat("a", 1<<16))
	for n := 0; n < most && r.Context().Err() == nil; n += len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}
