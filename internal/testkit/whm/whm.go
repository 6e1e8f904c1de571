// Package whm is a WHM server for tests, written from what its maker publishes of WHM API 1 and of the Team functions:
// it checks tokens, keeps accounts, teams and sessions, refuses in the shapes of the real one, and can be told to be
// slow, to lie, to break off, or to answer something else altogether.
package whm

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Key is what staff enter to let the portal in, and Token the secret in it.
const (
	Token = "CANARYWHMTOKEN0123456789ABCDEFGH"
	Key   = "root:" + Token
)

// Way is how the server behaves.
type Way int

// The ways. All but Working are faults of real servers.
const (
	Working      Way = iota
	Slow             // answers after everybody has gone
	Garbage          // answers a page
	Partial          // breaks off in the middle of its answer
	Huge             // answers without an end
	Broken           // answers with an error of its own
	Redirecting      // sends callers elsewhere
	Elsewhere        // gives links to another host
	WholeAccount     // gives sessions of the whole account to Team users
	Generous         // gives Team users every role
	Forgetful        // makes an account, and breaks off before it says so
)

// Account is a cPanel account.
type Account struct {
	User, Domain, Plan, Reason string
	Suspended                  bool
	DiskMiB, Transfer, Boxes   int64
	Team                       map[string]*Member
}

// Member is a Team user.
type Member struct {
	Roles   []string
	Expires int64
}

// Arrival is a browser that came with a link.
type Arrival struct {
	User    string // who it came in as; "" where the link was worth nothing
	Referer string // the page that it told of
}

// Server is the server. It is safe for concurrent use.
type Server struct {
	host string
	http *httptest.Server
	ca   *x509.CertPool
	pem  []byte // of what vouches for it

	mu       sync.Mutex
	way      Way
	accounts map[string]*Account
	sessions map[string]string // users, by what the link carries
	visits   []Arrival         // of browsers
	calls    []string
	made     int
	cut      string // the function after which cutting is called instead of an answer
	cutting  func()
}

// Start makes a server that answers at a host, with a certificate for certified, which is the same unless a test wants
// it otherwise.
func Start(t testing.TB, host, certified string) *Server {
	t.Helper()
	s := &Server{host: host, accounts: map[string]*Account{}, sessions: map[string]string{}}
	pair, ca := certificate(t, certified)
	s.ca, s.pem = ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.http.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	s.http.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // handshakes fail on purpose
	s.http.StartTLS()
	t.Cleanup(s.Stop)
	return s
}

// Stop takes the server off the network.
func (s *Server) Stop() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Behave makes the server behave in a way from now on.
func (s *Server) Behave(w Way) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.way = w
}

// Put adds an account that the portal knows nothing of.
func (s *Server) Put(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.Team == nil {
		a.Team = map[string]*Member{}
	}
	s.accounts[a.User] = &a
}

// Account is a copy of one of the server's, with no team.
func (s *Server) Account(user string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, found := s.accounts[user]
	if !found {
		return Account{}, false
	}
	one := *a
	one.Team = nil
	return one, true
}

// Team is who is in the team of an account, with their roles.
func (s *Server) Team(user string) map[string][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	team := map[string][]string{}
	if a := s.accounts[user]; a != nil {
		for name, m := range a.Team {
			team[name] = append([]string{}, m.Roles...)
		}
	}
	return team
}

// Made is how many accounts were ever made.
func (s *Server) Made() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made
}

// Calls are the functions that were called, in order.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.calls...)
}

// Visit follows a link as a browser does, and says as whom it came in. A link works once.
func (s *Server) Visit(link string) (user string, in bool) {
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(link, "https://"+net.JoinHostPort(s.host, strconv.Itoa(s.Port()))+"/cpsess") {
		return "", false
	}
	return s.enter(u.Query().Get("session"))
}

// enter uses up what a link carries.
func (s *Server) enter(session string) (user string, in bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, in = s.sessions[session]
	delete(s.sessions, session)
	return user, in
}

// Visits are the browsers that came, in order.
func (s *Server) Visits() []Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Arrival{}, s.visits...)
}

// Host is the name that the server answers at.
func (s *Server) Host() string { return s.host }

// Port is where it listens, for WHM and cPanel alike.
func (s *Server) Port() int {
	_, port, _ := net.SplitHostPort(s.http.Listener.Addr().String())
	n, _ := strconv.Atoi(port)
	return n
}

// Roots vouch for the server.
func (s *Server) Roots() *x509.CertPool { return s.ca }

// Networks are those that the server is in.
func (*Server) Networks() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

// LookupNetIP finds every host at the address of the server.
func (*Server) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

// certificate makes one for a host, and the authority that vouches for it.
func certificate(t testing.TB, host string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), // TLS has its own clock
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	raw, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(made)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, pool
}

// Cut has the server do something instead of answering, once, after it has done what a function says: whoever called
// hears nothing of it.
func (s *Server) Cut(function string, do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut, s.cutting = function, do
}

// cuts says what is done instead of answering a function.
func (s *Server) cuts(function string) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	do := s.cutting
	if function != s.cut {
		return nil
	}
	s.cut, s.cutting = "", nil
	return do
}

// Of is a copy of the account that has a domain.
func (s *Server) Of(domain string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.accounts {
		if a.Domain == domain {
			one := *a
			one.Team = nil
			return one, true
		}
	}
	return Account{}, false
}

// PEM is what vouches for the server, for another process.
func (s *Server) PEM() []byte { return s.pem }

// Forget removes an account behind the portal's back.
func (s *Server) Forget(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.accounts, user)
}
