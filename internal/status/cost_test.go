package status_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"syscall"
	"testing"
	"time"

	"gatehouse/internal/status"
	"gatehouse/internal/testkit"
)

// spent is how much time the processors have given this program.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Two hundred servers, looked at every minute, cost less than a tenth of one core and a bounded part of the memory. The
// servers' own side of each handshake runs in this program too, and is counted with it.
func TestTwoHundredServersCostLittle(t *testing.T) {
	m := &machine{Server: httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 256<<10)) // more than is read
	}))}
	m.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	m.StartTLS()
	t.Cleanup(m.Close)
	v := newWatch(t, testkit.NewSQLite(t), status.Config{Networks: loopback(), Roots: m.roots(), Timeout: time.Minute})
	const servers = 200
	for n := range servers {
		v.add(t, status.NewComponent{Name: fmt.Sprintf("server %d", n), Kind: status.HTTP, Address: m.URL})
	}
	v.round(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begun := spent(t)
	const rounds = 3
	for range rounds {
		v.round(t)
	}
	each := (spent(t) - begun) / rounds
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("a round of %d servers costs %s of one core, %.1f%% of a minute", servers, each,
		100*each.Seconds()/status.Every.Seconds())
	if each > status.Every/10 {
		t.Errorf("a round costs %s of one core", each)
	}
	kept, taken := int64(after.HeapAlloc)-int64(before.HeapAlloc), after.HeapSys
	if kept > 8<<20 || taken > 256<<20 {
		t.Errorf("%d KiB are kept after the rounds, %d MiB were taken at most", kept>>10, taken>>20)
	}
	for _, p := range v.board(t).Parts {
		if p.State != status.Up {
			t.Fatalf("%s is %q", p.Name, p.State)
		}
	}
}
