package mailer

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"gatehouse/internal/platform/clock"
)

// Mode is how the connection to the server is encrypted.
type Mode string

// The modes. StartTLS is insisted on: a server that does not offer it gets no
// mail, or else whoever sits in between could simply take the offer away.
const (
	StartTLS Mode = "starttls"
	TLS      Mode = "tls"
	Plain    Mode = "none"
)

// SMTPOptions says which server takes the mails.
type SMTPOptions struct {
	Host           string
	Port           int
	Mode           Mode
	User, Password string // both empty: no sign-in
	From           mail.Address
	FromNow        func() mail.Address // the sender by now; nil: always From
	Timeout        time.Duration       // for a whole mail; 0: 20 s
	Roots          *x509.CertPool      // nil: the machine's
	Clock          clock.Clock         // nil: the machine's
}

// SMTP sends mails through a server, one connection each: mails are few, and a
// connection that waits is one that breaks.
type SMTP struct {
	options SMTPOptions
	domain  string
}

// NewSMTP checks the options without connecting.
func NewSMTP(options SMTPOptions) (*SMTP, error) {
	options.Timeout = cmp.Or(options.Timeout, 20*time.Second)
	if options.Clock == nil {
		options.Clock = clock.System()
	}
	at := strings.LastIndexByte(options.From.Address, '@')
	if !isAddress(options.From.Address) || strings.ContainsFunc(options.From.Name, breaks) {
		return nil, errors.New("mail server: the sender is not a mail address")
	}
	s := &SMTP{options: options, domain: options.From.Address[at+1:]}
	if _, err := s.client(); err != nil {
		return nil, err
	}
	return s, nil
}

// Send implements Sender. Its errors name neither recipient nor content, so that
// they can be logged.
func (s *SMTP) Send(ctx context.Context, m Mail) error {
	message, err := s.compose(m)
	if err != nil {
		return err
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	return outcome(client.DialAndSendWithContext(ctx, message))
}

// Check connects and signs in without sending anything.
func (s *SMTP) Check(ctx context.Context) error {
	client, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	if err := client.DialWithContext(ctx); err != nil {
		return outcome(err)
	}
	return outcome(client.Close())
}

func (s *SMTP) compose(m Mail) (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from := s.options.From
	if s.options.FromNow != nil {
		from = s.options.FromNow()
	}
	message.FromMailAddress(&from)
	message.ToMailAddress(&mail.Address{Name: m.ToName, Address: m.To})
	if m.ReplyTo != "" {
		message.ReplyToMailAddress(&mail.Address{Address: m.ReplyTo})
	}
	message.Subject(m.Subject)
	message.SetDateWithValue(s.options.Clock.Now())
	if m.Key != "" {
		message.SetMessageIDWithValue(messageID(m.Key, s.domain))
	} else {
		message.SetMessageID()
	}
	// Holiday notices in answer to a sign-in code help nobody.
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetGenHeader("X-Auto-Response-Suppress", "All")
	if m.Unsubscribe != "" {
		message.SetGenHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
		message.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		message.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return message, nil
}

func (s *SMTP) client() (*gomail.Client, error) {
	o := s.options
	options := []gomail.Option{
		gomail.WithPort(o.Port), gomail.WithTimeout(o.Timeout), gomail.WithHELO(s.domain),
		gomail.WithTLSConfig(&tls.Config{ServerName: o.Host, RootCAs: o.Roots, MinVersion: tls.VersionTLS12}), // H1
	}
	switch o.Mode {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLS:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("mail server: %q is no way to encrypt the connection", o.Mode)
	}
	if o.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(o.User), gomail.WithPassword(o.Password))
	}
	client, err := gomail.NewClient(o.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return client, nil
}

// outcome keeps of an error what is safe to log: servers like to repeat the
// recipient's address in what they answer.
func outcome(err error) error {
	if err == nil {
		return nil
	}
	var refused *gomail.SendError
	if !errors.As(err, &refused) {
		return fmt.Errorf("send mail: %w", err)
	}
	said := fmt.Errorf("send mail: %s (SMTP code %d)", refused.Reason, refused.ErrorCode())
	if refused.ErrorCode() >= 500 {
		return permanentError{said}
	}
	return said
}
