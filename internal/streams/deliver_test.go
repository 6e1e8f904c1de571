package streams_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/streams"
	"gatehouse/internal/testkit"
)

// Everything arrives, once, in order: from when the stream was added, or from the first entry on.
func TestEverythingArrives(t *testing.T) { // L6
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		h.fill(t, 230)
		before := h.end(t, h.scope())
		stream, key := h.add(t, hook.URL, false)
		hook.expects(t, h, key)
		h.fill(t, 270)
		h.deliver(t)
		hook.holds(t, h.scope(), before+1, h.end(t, h.scope()))
		if s := h.one(t, stream); s.Behind != 0 || s.Delivered.IsZero() || s.Trouble != streams.NoTrouble {
			t.Errorf("delivered, it is %+v", s)
		}
		h.Offset.Advance(time.Hour) // the signature is of the time at which it is sent
		h.fill(t, 1)
		if s := h.one(t, stream); s.Behind != 1 {
			t.Errorf("behind by %d, want 1", s.Behind)
		}
		h.deliver(t)
		hook.holds(t, h.scope(), before+1, h.end(t, h.scope()))
		if hook.most() != 1 || hook.refused != 0 {
			t.Errorf("something came %d times, %d refused", hook.most(), hook.refused)
		}
	})
}

func TestSyslogArrives(t *testing.T) { // L4, L6
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d, roots := newSyslogd(t, true)
		h := open(t, w, local(roots))
		h.fill(t, 230)
		stream, key := h.add(t, d.address("syslog+tls"), true)
		if key != "" {
			t.Error("a key for what is not signed")
		}
		h.deliver(t)
		d.holds(t, h.scope(), 1, h.end(t, h.scope()))
		if s := h.one(t, stream); s.Trouble != streams.NoTrouble || d.most() != 1 {
			t.Errorf("%s, %d times", s.Trouble, d.most())
		}
	})
}

// A stream of one account carries nothing of another (L7).
func TestStreamsKeepToTheirAccount(t *testing.T) { // L7
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		h.add(t, hook.URL, true)
		foreign := id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, foreign, 10)
		h.deliver(t)
		hook.holds(t, foreign, 1, 0)
		hook.holds(t, h.scope(), 1, h.end(t, h.scope()))
	})
}

// What somebody recorded on its way and sends again is told by the time that is signed with it, and nobody can give it
// another one.
func TestWhatIsSentAgainIsOld(t *testing.T) { // L6
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		var header, body string
		hook.heard = func(r *http.Request, text []byte) { header, body = r.Header.Get(streams.SignatureHeader), string(text) }
		h := open(t, w, local(hook.roots()))
		_, key := h.add(t, hook.URL, true)
		hook.expects(t, h, key)
		h.deliver(t)
		sent := func(signature string) bool {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
			r.Header.Set(streams.SignatureHeader, signature)
			return hook.genuine(r, []byte(body))
		}
		_, mac, _ := strings.Cut(header, ",")
		if !sent(header) || sent("t="+strconv.FormatInt(h.Now(t).Add(time.Second).Unix(), 10)+","+mac) || sent(mac) {
			t.Errorf("the signature says %s", header)
		}
		h.Offset.Advance(oldest + time.Second)
		if sent(header) || sent("t="+strconv.FormatInt(h.Now(t).Unix(), 10)+","+mac) {
			t.Error("what is old is taken")
		}
	})
}

// The logs of all go to a webhook as well, signed with the key of the configuration, and with another one once that
// was changed: nothing is lost between the two, and nothing is taken that the old one signed.
func TestTheProvidersStreamIsSigned(t *testing.T) { // L6, L7
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		const first, second = "the first key of the provider's, long enough", "the second key of the provider's, long enough"
		cfg := local(hook.roots())
		cfg.Address, cfg.Secret = hook.URL, first
		h := open(t, w, cfg)
		hook.expects(t, h, first)
		before := h.end(t, h.scope())
		h.deliver(t)
		h.fill(t, 20)
		h.deliver(t)
		hook.holds(t, h.scope(), before+1, before+20)

		hook.expects(t, h, second) // the receiver has it first: what comes meanwhile is refused, and comes again
		h.fill(t, 10)
		h.deliver(t)
		hook.holds(t, h.scope(), before+1, before+20)
		cfg.Secret, cfg.Host, cfg.Timeout = second, "portal.example", unhurried
		h.streams = streams.New(w.Gate, w.Reader, w.Box, cfg)
		h.Offset.Advance(2 * time.Hour) // when it is tried again
		h.deliver(t)
		hook.holds(t, h.scope(), before+1, before+30)
		if hook.refused == 0 || hook.most() != 1 {
			t.Errorf("%d were refused, and something came %d times", hook.refused, hook.most())
		}
		changed := w.Count(t, "entries", "action = ?", activity.StreamResumed)
		for range 3 { // the same key is no change
			h.fill(t, 1)
			h.deliver(t)
		}
		if n := w.Count(t, "entries", "action = ?", activity.StreamResumed); changed != 1 || n != 1 {
			t.Errorf("%d entries of one other key, then %d", changed, n)
		}
	})
}

// With an address in the configuration the logs of all are delivered, those that are opened later as well, and nothing
// of what was there before.
func TestTheProvidersStream(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d, _ := newSyslogd(t, false)
		cfg := local(nil)
		cfg.Address = d.address("syslog+tcp")
		h := open(t, w, cfg)
		h.fill(t, 20)
		before, people := h.end(t, h.scope()), id.PersonScope(id.New[id.PersonKind]())
		beforeAll := h.end(t, id.ProviderScope())
		h.deliver(t)
		d.holds(t, h.scope(), 1, 0)
		h.fill(t, 150)
		testkit.Entries(t, w, people, 30)
		h.deliver(t)
		d.holds(t, h.scope(), before+1, h.end(t, h.scope()))
		d.holds(t, people, 1, 30)
		d.holds(t, id.ProviderScope(), beforeAll+1, h.end(t, id.ProviderScope()))

		// a clock that jumped leaves nothing behind
		h.Offset.Advance(-6 * time.Hour)
		testkit.Entries(t, w, people, 5)
		h.deliver(t)
		h.Offset.Advance(6 * time.Hour)
		h.fill(t, 5)
		h.deliver(t)
		d.holds(t, people, 1, 35)
		d.holds(t, h.scope(), before+1, h.end(t, h.scope()))
		if d.most() != 1 {
			t.Errorf("something came %d times", d.most())
		}
		page, err := w.Log.Page(t.Context(), id.ProviderScope(), activity.Filter{Action: activity.StreamCreated})
		if err != nil || len(page.Entries) != 1 {
			t.Errorf("%d entries say that the stream began: %v", len(page.Entries), err)
		}
	})
}

// The stream of the configuration stops when it is taken out, goes on where it stopped, and follows a new address.
func TestTheProvidersStreamFollowsItsConfiguration(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d, _ := newSyslogd(t, false)
		cfg := local(nil)
		cfg.Address = d.address("syslog+tcp")
		h := open(t, w, cfg)
		before := h.end(t, h.scope())
		h.deliver(t)
		with, without := h.streams, streams.New(w.Gate, w.Reader, w.Box, local(nil))
		h.streams = without
		h.fill(t, 5)
		h.deliver(t)
		d.holds(t, h.scope(), 1, 0)
		h.streams = with
		h.deliver(t)
		d.holds(t, h.scope(), before+1, before+5)

		moved, _ := newSyslogd(t, false)
		cfg.Address = moved.address("syslog+tcp")
		cfg.Host, cfg.Timeout = "portal.example", patience
		h.streams = streams.New(w.Gate, w.Reader, w.Box, cfg)
		h.fill(t, 3)
		h.deliver(t)
		moved.holds(t, h.scope(), before+6, before+8)
	})
}

// A turn of the job that was thought lost and goes on moves nothing: what it sends is sent again by the one after it.
func TestAnOlderTurnMovesNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		stream, _ := h.add(t, hook.URL, true)
		h.fill(t, 10)
		h.fence = 7
		hook.answer = func([]byte) (int, bool) { // while the eighth turn is sending, the ninth begins and is done
			hook.answer = nil
			h.fence = 9
			if err := h.streams.Deliver(t.Context(), 9); err != nil {
				t.Error(err)
			}
			return 200, true
		}
		if err := h.streams.Deliver(t.Context(), 8); err != nil {
			t.Fatal(err)
		}
		if s := h.one(t, stream); s.Behind != 0 || s.Trouble != streams.NoTrouble {
			t.Errorf("the older turn left %+v", s)
		}
		if err := h.streams.Deliver(t.Context(), 8); err != nil {
			t.Fatal(err)
		}
		hook.holds(t, h.scope(), 1, h.end(t, h.scope()))
		if hook.most() != 2 {
			t.Errorf("something came %d times, want 2", hook.most())
		}
	})
}

// A paused stream is not served, and then carries all that happened meanwhile; a deleted one leaves nothing.
func TestPauseResumeDelete(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		h := open(t, w, local(hook.roots()))
		stream, _ := h.add(t, hook.URL, true)
		who := actor.NewSystem("test")
		if err := h.streams.Pause(t.Context(), who, h.account, stream); err != nil {
			t.Fatal(err)
		}
		if err := h.streams.Pause(t.Context(), who, h.account, stream); err == nil {
			t.Error("it is paused twice")
		}
		h.fill(t, 5)
		h.deliver(t)
		hook.holds(t, h.scope(), 1, 0)
		if err := h.streams.Resume(t.Context(), who, h.account, stream); err != nil {
			t.Fatal(err)
		}
		h.deliver(t)
		hook.holds(t, h.scope(), 1, h.end(t, h.scope()))
		foreign := id.New[id.AccountKind]()
		if err := h.streams.Delete(t.Context(), who, foreign, stream); err == nil {
			t.Error("a stream is deleted from another account")
		}
		if err := h.streams.Delete(t.Context(), who, h.account, stream); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"log_streams", "stream_states", "stream_cursors"} {
			if n := w.Count(t, table, "1 = 1"); n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
		for _, a := range []activity.Action{
			activity.StreamCreated, activity.StreamPaused, activity.StreamResumed, activity.StreamDeleted,
		} {
			if n := h.entries(t, a); n != 1 {
				t.Errorf("%d entries of %s", n, a)
			}
		}
	})
}
