// Package smtpsink is a real mail server for tests: it listens on a loopback port and keeps what it is given.
package smtpsink

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Sink is a mail server on a loopback port that keeps what it is given. Its certificate is for 127.0.0.1.
type Sink struct {
	Port  int
	Roots *x509.CertPool // vouches for its certificate

	user, password string
	mu             sync.Mutex
	refusal        *smtp.SMTPError
	mails          []Mail
	sessions       int
}

// Mail is a mail as it came over the wire.
type Mail struct {
	From string
	To   []string
	Data string
}

// Options says how the sink wants to be spoken to.
type Options struct {
	TLS            bool // from the first byte
	StartTLS       bool // offered
	User, Password string
}

// New starts a sink that lives as long as the test.
func New(t testing.TB, o Options) *Sink {
	t.Helper()
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS() // for the certificate that comes with it
	certificates := &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}
	sink := &Sink{user: o.User, password: o.Password, Roots: x509.NewCertPool()}
	sink.Roots.AddCert(certified.Certificate())
	certified.Close()

	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if address, ok := listener.Addr().(*net.TCPAddr); ok {
		sink.Port = address.Port
	}
	server := smtp.NewServer(smtp.BackendFunc(sink.newSession))
	server.Domain = "sink.example"
	server.ReadTimeout, server.WriteTimeout = 10*time.Second, 10*time.Second
	server.AllowInsecureAuth = !o.TLS && !o.StartTLS
	if o.TLS {
		listener = tls.NewListener(listener, certificates)
	} else if o.StartTLS {
		server.TLSConfig = certificates
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close below
	}()
	t.Cleanup(func() {
		_ = listener.Close() // Close alone would miss a listener that Serve has not taken yet
		_ = server.Close()
		<-done
	})
	return sink
}

// Mails returns what arrived so far, oldest first.
func (s *Sink) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Sessions returns how many connections were made.
func (s *Sink) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Refuse answers every recipient with the code from now on; 0 accepts again.
func (s *Sink) Refuse(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusal = nil
	if code != 0 {
		s.refusal = &smtp.SMTPError{Code: code, Message: "no mail for this recipient"}
	}
}

func (s *Sink) newSession(*smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	return &sinkSession{sink: s}, nil
}

type sinkSession struct {
	sink     *Sink
	signedIn bool
	mail     Mail
}

// AuthMechanisms implements smtp.AuthSession.
func (s *sinkSession) AuthMechanisms() []string {
	if s.sink.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (s *sinkSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.sink.user || password != s.sink.password {
			return errors.New("wrong user or password")
		}
		s.signedIn = true
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	if s.sink.user != "" && !s.signedIn {
		return smtp.ErrAuthRequired
	}
	s.mail = Mail{From: from}
	return nil
}

// Rcpt implements smtp.Session. As real servers do, a refusal repeats the address.
func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if refusal := s.sink.refusal; refusal != nil {
		return &smtp.SMTPError{Code: refusal.Code, Message: refusal.Message + ": " + to}
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

// Data implements smtp.Session.
func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.Data = string(raw)
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.mails = append(s.sink.mails, s.mail)
	return nil
}

// Reset implements smtp.Session.
func (s *sinkSession) Reset() { s.mail = Mail{} }

// Logout implements smtp.Session.
func (*sinkSession) Logout() error { return nil }
