package streams_test

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/streams"
	"gatehouse/internal/testkit"
)

// A receiver that is away for an hour costs no row and loses nothing; the log says once that it was away, and once that
// it is back.
func TestReceiverAwayForAnHour(t *testing.T) { // R8
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		away := true
		hook.answer = func([]byte) (int, bool) {
			if away {
				return http.StatusServiceUnavailable, false
			}
			return http.StatusOK, true
		}
		stream, _ := h.add(t, hook.URL, true)
		h.deliver(t)
		rows := func() (n int64) {
			for _, table := range []string{"outbox", "log_streams", "stream_states", "stream_cursors"} {
				n += w.Count(t, table, "1 = 1")
			}
			return n
		}
		before := rows()
		for range 60 {
			h.fill(t, 10)
			h.deliver(t)
			h.Offset.Advance(time.Minute)
		}
		if after := rows(); after != before {
			t.Errorf("%d rows became %d while nobody took anything", before, after)
		}
		s := h.one(t, stream)
		if s.Trouble != "answered-503" || s.Behind < 600 || s.Failing.IsZero() || !s.NextTry.After(s.Failing) {
			t.Errorf("away, it is %+v", s)
		}
		if s.Trouble.Sentence() != "It answered 503 instead of 200." {
			t.Error(s.Trouble.Sentence())
		}
		away = false
		h.Offset.Advance(6 * time.Minute)
		h.deliver(t)
		h.deliver(t)
		hook.holds(t, h.scope(), 1, h.end(t, h.scope()))
		if s := h.one(t, stream); s.Behind != 0 || !s.Failing.IsZero() || hook.most() != 1 {
			t.Errorf("back again, it is %+v; %d times", s, hook.most())
		}
		for _, a := range []activity.Action{activity.StreamFailing, activity.StreamRecovered} {
			if n := h.entries(t, a); n != 1 {
				t.Errorf("%d entries of %s", n, a)
			}
		}
	})
}

// A receiver that takes a batch and says that it did not gets it again; whoever counts by chain and number loses
// nothing.
func TestAnswerAfterTheEffect(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		n := 0
		hook.answer = func([]byte) (int, bool) {
			if n++; n%2 == 1 {
				return http.StatusInternalServerError, true
			}
			return http.StatusOK, true
		}
		h.add(t, hook.URL, true)
		h.fill(t, 350)
		for range 12 {
			h.deliver(t)
			h.Offset.Advance(10 * time.Minute)
		}
		hook.holds(t, h.scope(), 1, h.end(t, h.scope()))
		if hook.most() != 2 {
			t.Errorf("something came %d times", hook.most())
		}
	})
}

// A receiver that wants less at once gets less.
func TestTooMuchAtOnce(t *testing.T) {
	hook := newWebhook(t)
	h := open(t, testkit.NewSQLite(t), local(hook.roots()))
	hook.answer = func(body []byte) (int, bool) {
		if strings.Count(string(body), "\n") > 20 {
			return http.StatusRequestEntityTooLarge, false
		}
		return http.StatusOK, true
	}
	h.add(t, hook.URL, true)
	h.fill(t, 150)
	h.deliver(t)
	hook.holds(t, h.scope(), 1, h.end(t, h.scope()))
}

// Syslog has no receipts. A receiver that takes the call and goes away, before anything came or with something unread,
// is found out all the same, encrypted or not, and gets everything again.
func TestSyslogReceiverThatHangsUp(t *testing.T) {
	for name, lie := range map[string]func(c net.Conn) bool{
		"at once":         func(net.Conn) bool { return false },
		"after a byte":    func(c net.Conn) bool { _, _ = c.Read(make([]byte, 1)); return false },
		"a little later":  func(net.Conn) bool { time.Sleep(20 * time.Millisecond); return false },
		"without reading": func(net.Conn) bool { time.Sleep(patience * 3 / 2); return false },
	} {
		for _, secure := range []bool{true, false} {
			d, roots := newSyslogd(t, secure)
			scheme, cfg := "syslog+tls", local(roots)
			cfg.Timeout = patience
			lies := 0
			d.meet = func(c net.Conn) bool {
				if lies++; lies <= 3 {
					return lie(c)
				}
				return true
			}
			if !secure {
				scheme, cfg.Address = "syslog+tcp", d.address("syslog+tcp")
			}
			h := open(t, testkit.NewSQLite(t), cfg)
			from := h.end(t, h.scope())
			if secure {
				h.add(t, d.address(scheme), false)
			} else {
				h.deliver(t) // begins
			}
			h.fill(t, 900) // more than a socket holds unread
			for range 12 {
				h.deliver(t)
				h.Offset.Advance(6 * time.Minute)
			}
			t.Run(name+" "+scheme, func(t *testing.T) { d.holds(t, h.scope(), from+1, h.end(t, h.scope())) })
		}
	}
}

// A receiver that cannot show that it is the one named gets nothing.
func TestWrongCertificate(t *testing.T) { // I5
	hook := newWebhook(t)
	d, _ := newSyslogd(t, true)
	h := open(t, testkit.NewSQLite(t), local(x509.NewCertPool()))
	for _, address := range []string{hook.URL, d.address("syslog+tls")} {
		stream, _ := h.add(t, address, true)
		h.deliver(t)
		if s := h.one(t, stream); s.Trouble != streams.BadCertificate || s.Behind == 0 {
			t.Errorf("%s: %+v", address, s)
		}
	}
	if hook.most()+d.most() != 0 {
		t.Error("somebody got something")
	}
}

// A slow receiver holds up neither changes nor the streams of others.
func TestSlowReceiver(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		slow, quick := newWebhook(t), newWebhook(t)
		roots := slow.roots()
		roots.AddCert(quick.Certificate())
		cfg := local(roots)
		cfg.Timeout = 5 * patience
		h := open(t, w, cfg)
		release := make(chan struct{})
		slow.answer = func([]byte) (int, bool) { <-release; return http.StatusOK, true }
		stream, _ := h.add(t, slow.URL, true)
		h.add(t, quick.URL, true)
		h.fill(t, 20)
		end, done := h.end(t, h.scope()), make(chan struct{})
		go func() { defer close(done); h.deliver(t) }()
		for range 20 {
			bounded, cancel := context.WithTimeout(t.Context(), 2*patience)
			if _, err := h.streams.List(bounded, actor.NewSystem("test"), h.account); err != nil {
				t.Error(err)
			}
			cancel()
			h.fill(t, 1)
		}
		<-done
		close(release)
		quick.holds(t, h.scope(), 1, max(end, int64(len(quick.order))))
		if s := h.one(t, stream); s.Trouble != streams.TooSlow {
			t.Errorf("the slow one is %+v", s)
		}
		h.Offset.Advance(time.Minute)
		h.deliver(t)
		slow.holds(t, h.scope(), 1, h.end(t, h.scope()))
	})
}

// What is in our own networks is reached by nobody's stream unless the operator says so, and never in clear by an
// account.
func TestOwnNetworksAreOutOfReach(t *testing.T) { // I5
	calls := 0
	hook := newWebhook(t)
	hook.answer = func([]byte) (int, bool) { calls++; return http.StatusOK, true }
	h := open(t, testkit.NewSQLite(t), streams.Config{Roots: hook.roots()})
	stream, _ := h.add(t, hook.URL, true)
	h.deliver(t)
	if s := h.one(t, stream); s.Trouble != streams.Refused || calls != 0 {
		t.Errorf("after %d calls it is %+v", calls, s)
	}
	got, err := h.streams.Test(t.Context(), actor.NewSystem("test"), h.account, stream)
	if err != nil || got != streams.Refused || calls != 0 {
		t.Errorf("a test says %q, %v after %d calls", got, err, calls)
	}
	for _, address := range []string{
		"", "http://siem.example", "syslog+tcp://logs.example", "syslog://logs.example", "https://", "file:///etc/passwd",
		"https://a:b@siem.example", "syslog+tls://logs.example/path", "https://siem.example/#x", "siem.example",
		"https://" + strings.Repeat("a", 600),
	} {
		_, err := h.streams.Add(t.Context(), actor.NewSystem("test"), h.account, streams.Wanted{
			ID: id.New[id.StreamKind](), Name: "x", Address: address,
		})
		if fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// A plain connection leaves for listed networks alone, even by the operator's word.
func TestPlainSyslogStaysInside(t *testing.T) { // I5
	d, _ := newSyslogd(t, false)
	h := open(t, testkit.NewSQLite(t), streams.Config{Address: d.address("syslog+tcp")})
	h.deliver(t)
	h.deliver(t)
	lag, err := h.streams.Failing(t.Context())
	if err != nil || len(lag) != 1 || lag[0].Trouble != streams.Refused || d.most() != 0 {
		t.Errorf("%+v, %v", lag, err)
	}
}

// A test says at once how it is, leaves an entry, and cannot be used to hammer somebody.
func TestTest(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		stream, key := h.add(t, hook.URL, false)
		hook.expects(t, h, key)
		who := actor.NewSystem("test")
		got, err := h.streams.Test(t.Context(), who, h.account, stream)
		if err != nil || got != streams.NoTrouble || hook.most() != 1 || h.entries(t, activity.StreamTested) != 1 {
			t.Errorf("%q, %v", got, err)
		}
		if _, err = h.streams.Test(t.Context(), who, h.account, stream); fault.KindOf(err) != fault.KindLimited {
			t.Errorf("another test at once: %v", err)
		}
		h.Offset.Advance(11 * time.Second)
		hook.answer = func([]byte) (int, bool) { return http.StatusTeapot, false }
		if got, err = h.streams.Test(t.Context(), who, h.account, stream); err != nil || got != "answered-418" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// A new key signs at once; the one before signs beside it for a day.
func TestRotate(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		stream, old := h.add(t, hook.URL, true)
		fresh, err := h.streams.Rotate(t.Context(), actor.NewSystem("test"), h.account, stream)
		if err != nil || fresh == old || len(fresh) < 43 {
			t.Fatalf("the new key is %d long: %v", len(fresh), err)
		}
		for _, key := range []string{old, fresh} {
			hook.expects(t, h, key)
			h.fill(t, 1)
			h.deliver(t)
		}
		h.Offset.Advance(25 * time.Hour)
		h.fill(t, 1)
		hook.expects(t, h, old)
		h.deliver(t)
		if s := h.one(t, stream); s.Trouble != "answered-401" || !s.OldUntil.IsZero() {
			t.Errorf("a day later the old key is still good: %+v", s)
		}
		hook.expects(t, h, fresh)
		h.Offset.Advance(time.Hour)
		h.deliver(t)
		hook.holds(t, h.scope(), 1, h.end(t, h.scope()))
	})
}

// Keys and addresses stand sealed, and in no entry (L5, G7).
func TestSecretsAreSealed(t *testing.T) { // L5, G7
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		_, key := h.add(t, hook.URL+"/canary-path", true)
		for _, canary := range []string{key, "canary-path", "Our SIEM"} {
			for _, where := range []string{"name", "address", "secret"} {
				if n := h.Count(t, "log_streams", "instr("+where+", ?) > 0", canary); n != 0 {
					t.Errorf("%s is in clear in %s", canary, where)
				}
			}
		}
		page, err := h.Log.Page(t.Context(), h.scope(), activity.Filter{Action: activity.StreamCreated})
		if err != nil || len(page.Entries) != 1 {
			t.Fatal(err)
		}
		for _, c := range page.Entries[0].What.Changes {
			if strings.Contains(c.New, "canary") || strings.Contains(c.New, key) {
				t.Errorf("the entry says %q", c.New)
			}
		}
	})
}
