package mailer_test

import (
	"context"
	"io"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/testkit/smtpsink"
)

func sample() mailer.Mail {
	return mailer.Mail{
		To: "olivia@northwind.example", ToName: "Olivia Größe", ReplyTo: "help@harbour.example",
		Subject: "Your receipt for £1,234.50", Text: "Paid: £1,234.50", HTML: "<p>Paid: £1,234.50</p>", Key: "receipt/1",
	}
}

func options(sink *smtpsink.Sink, mode mailer.Mode) mailer.SMTPOptions {
	return mailer.SMTPOptions{
		Host: "127.0.0.1", Port: sink.Port, Mode: mode, Roots: sink.Roots, Timeout: 5 * time.Second,
		From:  mail.Address{Name: "Harbour Hosting", Address: "no-reply@harbour.example"},
		Clock: clock.NewFake(time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)),
	}
}

func newSMTP(t *testing.T, o mailer.SMTPOptions) *mailer.SMTP {
	t.Helper()
	sender, err := mailer.NewSMTP(o)
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func TestMailArrivesAsItWasWritten(t *testing.T) {
	for _, c := range []struct {
		mode mailer.Mode
		sink smtpsink.Options
	}{
		{mailer.Plain, smtpsink.Options{}},
		{mailer.StartTLS, smtpsink.Options{StartTLS: true}},
		{mailer.TLS, smtpsink.Options{TLS: true}},
		{mailer.StartTLS, smtpsink.Options{StartTLS: true, User: "u", Password: "pässword"}},
	} {
		sink := smtpsink.New(t, c.sink)
		o := options(sink, c.mode)
		o.User, o.Password = c.sink.User, c.sink.Password
		sender := newSMTP(t, o)
		if err := sender.Check(t.Context()); err != nil {
			t.Fatalf("%s: %v", c.mode, err)
		}
		if err := sender.Send(t.Context(), sample()); err != nil {
			t.Fatalf("%s: %v", c.mode, err)
		}
		mails := sink.Mails()
		if len(mails) != 1 || mails[0].From != "no-reply@harbour.example" ||
			strings.Join(mails[0].To, " ") != "olivia@northwind.example" {
			t.Fatalf("%s: delivered %+v", c.mode, mails)
		}
		inspect(t, mails[0].Data)
	}
}

func inspect(t *testing.T, data string) {
	t.Helper()
	message, err := mail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	to, err := message.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != "Olivia Größe" {
		t.Errorf("to %v, %v", to, err)
	}
	for header, want := range map[string]string{
		"From": `"Harbour Hosting" <no-reply@harbour.example>`, "Reply-To": "<help@harbour.example>",
		"Date": "Sat, 21 Nov 2026 09:30:00 +0000", "Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": "",
	} {
		if got := message.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	id := message.Header.Get("Message-ID")
	if !strings.HasSuffix(id, "@harbour.example>") || strings.Contains(id, "receipt") {
		t.Errorf("Message-ID is %q", id)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(message.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"text/plain", "text/html", "Paid: £1,234.50", "<p>Paid: £1,234.50</p>"} {
		if !strings.Contains(string(body), part) {
			t.Errorf("no %q in %s", part, body)
		}
	}
}

// R8: a mail that is tried again can be told to be the same.
func TestSecondTryHasTheSameMessageID(t *testing.T) {
	sink := smtpsink.New(t, smtpsink.Options{})
	sender := newSMTP(t, options(sink, mailer.Plain))
	other := sample()
	other.Key = "receipt/2"
	var ids []string
	for _, m := range []mailer.Mail{sample(), sample(), other} {
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		message, err := mail.ReadMessage(strings.NewReader(sink.Mails()[len(ids)].Data))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, message.Header.Get("Message-ID"))
	}
	if ids[0] != ids[1] || ids[0] == ids[2] {
		t.Errorf("Message-IDs are %q", ids)
	}
}

// I7: no field adds a header or a recipient.
func TestHeaderInjectionIsRefused(t *testing.T) {
	sink := smtpsink.New(t, smtpsink.Options{})
	senders := map[string]mailer.Sender{
		"SMTP":    newSMTP(t, options(sink, mailer.Plain)),
		"mailbox": mailer.NewMailbox(5, clock.System()),
	}
	attacks := []string{
		"x\r\nBcc: eve@evil.example", "x\nBcc: eve@evil.example", "x\rBcc: eve@evil.example", "x\x00", "x\u0085y",
		"x\u2028y", "x\u202ey", "\xff",
	}
	fields := map[string]func(*mailer.Mail, string){
		"to": func(m *mailer.Mail, s string) { m.To = s + m.To }, "to, after": func(m *mailer.Mail, s string) { m.To += s },
		"name": func(m *mailer.Mail, s string) { m.ToName = s }, "reply": func(m *mailer.Mail, s string) { m.ReplyTo += s },
		"subject": func(m *mailer.Mail, s string) { m.Subject = s }, "key": func(m *mailer.Mail, s string) { m.Key = s },
	}
	for kind, sender := range senders {
		for field, set := range fields {
			for _, attack := range attacks {
				m := sample()
				set(&m, attack)
				if err := sender.Send(t.Context(), m); !mailer.IsPermanent(err) {
					t.Errorf("%s: %q in %s: %v", kind, attack, field, err)
				}
			}
		}
		for _, to := range []string{
			"", "olivia", "a@x.example, b@x.example", "Olivia <a@x.example>", "a@x.example b@x.example", "<a@x.example>",
		} {
			m := sample()
			m.To = to
			if err := sender.Send(t.Context(), m); !mailer.IsPermanent(err) {
				t.Errorf("%s: to %q: %v", kind, to, err)
			}
		}
	}
	if sink.Sessions() != 0 {
		t.Errorf("%d connections were made for refused mails", sink.Sessions())
	}
}

func TestEncryptionIsInsistedOn(t *testing.T) {
	plain := smtpsink.New(t, smtpsink.Options{})
	if err := newSMTP(t, options(plain, mailer.StartTLS)).Send(t.Context(), sample()); err == nil {
		t.Error("a server without STARTTLS got a mail")
	}
	for mode, o := range map[mailer.Mode]smtpsink.Options{
		mailer.StartTLS: {StartTLS: true}, mailer.TLS: {TLS: true},
	} {
		sink := smtpsink.New(t, o)
		stranger := options(sink, mode)
		stranger.Roots = nil
		if err := newSMTP(t, stranger).Send(t.Context(), sample()); err == nil || len(sink.Mails()) != 0 {
			t.Errorf("%s: a server with an unknown certificate got a mail: %v", mode, err)
		}
	}
	if _, err := mailer.NewSMTP(options(plain, "ssl")); err == nil {
		t.Error("an unknown mode is accepted")
	}
}

// R8: the outbox learns whether to try again; G7: and the log learns no address.
func TestRefusalsSayWhetherToTryAgain(t *testing.T) {
	sink := smtpsink.New(t, smtpsink.Options{})
	sender := newSMTP(t, options(sink, mailer.Plain))
	for code, permanent := range map[int]bool{450: false, 421: false, 550: true} {
		sink.Refuse(code)
		err := sender.Send(t.Context(), sample())
		if err == nil || mailer.IsPermanent(err) != permanent || strings.Contains(err.Error(), "olivia") {
			t.Errorf("%d: permanent %t, %v", code, mailer.IsPermanent(err), err)
		}
	}
	sink.Refuse(0)
	if err := sender.Send(t.Context(), sample()); err != nil {
		t.Errorf("after the refusals: %v", err)
	}
}

func TestWrongPasswordIsAnError(t *testing.T) {
	sink := smtpsink.New(t, smtpsink.Options{StartTLS: true, User: "u", Password: "p"})
	o := options(sink, mailer.StartTLS)
	o.User, o.Password = "u", "wrong-pass"
	err := newSMTP(t, o).Check(t.Context())
	if err == nil || strings.Contains(err.Error(), "wrong-pass") {
		t.Errorf("signed in with a wrong password: %v", err)
	}
}

// R8: a server that takes the connection and says nothing holds nobody up.
func TestSilentServerTimesOut(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	o := options(&smtpsink.Sink{Port: listener.Addr().(*net.TCPAddr).Port}, mailer.Plain)
	o.Timeout = 200 * time.Millisecond
	started := time.Now()
	if err := newSMTP(t, o).Send(t.Context(), sample()); err == nil || mailer.IsPermanent(err) {
		t.Errorf("sent to a silent server: %v", err)
	}
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("gave up after %s", took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newSMTP(t, o).Send(ctx, sample()); err == nil {
		t.Error("sent after the request was given up")
	}
}

func TestMailboxKeepsTheLast(t *testing.T) {
	now := clock.NewFake(time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC))
	box := mailer.NewMailbox(2, now)
	for _, key := range []string{"a", "b", "b", "c", "c"} {
		m := sample()
		m.Key, m.Subject = key, "Mail "+key
		if err := box.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	list := box.List()
	if len(list) != 2 || list[0].Subject != "Mail c" || list[1].Subject != "Mail b" || !list[0].At.Equal(now.Now()) {
		t.Fatalf("kept %+v", list)
	}
	if got, ok := box.Get(list[1].ID); !ok || got.Subject != "Mail b" {
		t.Errorf("got %+v, %t", got, ok)
	}
	if _, ok := box.Get("1"); ok {
		t.Error("the oldest is still there")
	}
}

// RFC 8058: whoever gets mails of a list ends them with one click of the mailbox's own; an address that could add a
// header is refused (I7).
func TestAMailOfAListCanBeEndedWithOneClick(t *testing.T) {
	sink := smtpsink.New(t, smtpsink.Options{})
	sender := newSMTP(t, options(sink, mailer.Plain))
	m := sample()
	m.Unsubscribe = "https://harbour.example/status/mails/stop/abc"
	if err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(strings.NewReader(sink.Mails()[0].Data))
	if err != nil || got.Header.Get("List-Unsubscribe") != "<"+m.Unsubscribe+">" ||
		got.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{
		"https://a.example/\r\nBcc: x@a.example", "https://a.example/> <b", "https://a.example/,b",
	} {
		m.Unsubscribe = bad
		if err := sender.Send(t.Context(), m); !mailer.IsPermanent(err) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
