package streams_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	parser "github.com/leodido/go-syslog/v4"
	"github.com/leodido/go-syslog/v4/octetcounting"
	"github.com/leodido/go-syslog/v4/rfc5424"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/streams"
	"gatehouse/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

const (
	// patience is for how long a receiver may say nothing in the tests in which one does.
	patience = 400 * time.Millisecond
	// unhurried is for how long in all others: a busy machine takes its time over a handshake.
	unhurried = 30 * time.Second
)

// house is a world with an account and streams.
type house struct {
	*testkit.World
	account id.Account
	streams *streams.Streams
	fence   int64
}

func open(t testing.TB, w *testkit.World, cfg streams.Config) *house {
	t.Helper()
	people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	rooms := accounts.New(w.Gate, w.Reader, w.Box, w.Access, people, w.Outbox)
	account, err := rooms.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: "Northwind Bakery", Currency: "GBP", OwnerEmail: "olivia@northwind.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Host, cfg.Provider = "portal.example", "Harbour Hosting"
	if cfg.Timeout == 0 {
		cfg.Timeout = unhurried
	}
	return &house{World: w, account: account, streams: streams.New(w.Gate, w.Reader, w.Box, cfg)}
}

// local lets streams go to this machine, as far as a certificate vouches for it.
func local(roots *x509.CertPool) streams.Config {
	return streams.Config{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: roots}
}

func (h *house) scope() id.Scope { return id.AccountScope(h.account) }

func (h *house) add(t testing.TB, address string, everything bool) (id.Stream, string) {
	t.Helper()
	stream := id.New[id.StreamKind]()
	key, err := h.streams.Add(t.Context(), actor.NewSystem("test"), h.account, streams.Wanted{
		ID: stream, Name: "Our SIEM", Address: address, FromBeginning: everything,
	})
	if err != nil {
		t.Fatal(err)
	}
	return stream, key
}

// deliver is one round of the job.
func (h *house) deliver(t testing.TB) {
	t.Helper()
	h.fence++
	if err := h.streams.Deliver(t.Context(), h.fence); err != nil {
		t.Fatal(err)
	}
}

func (h *house) fill(t testing.TB, n int) {
	t.Helper()
	testkit.Entries(t, h.World, h.scope(), n)
}

func (h *house) end(t testing.TB, chain id.Scope) int64 {
	t.Helper()
	var seq int64
	err := h.Reader.With(t.Context()).Raw("SELECT seq FROM heads WHERE chain = ?", chain).Scan(&seq).Error
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func (h *house) one(t testing.TB, stream id.Stream) streams.Stream {
	t.Helper()
	s, err := h.streams.One(t.Context(), actor.NewSystem("test"), h.account, stream)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// entries counts those of an action in the account's log.
func (h *house) entries(t testing.TB, a activity.Action) int {
	t.Helper()
	page, err := h.Log.Page(t.Context(), h.scope(), activity.Filter{Action: a, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Entries)
}

// taken is what a receiver got: each entry as often as it came.
type taken struct {
	mu    sync.Mutex
	order []string
	times map[string]int
}

func (k *taken) add(chain string, seq any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.times == nil {
		k.times = map[string]int{}
	}
	one := fmt.Sprintf("%s %v", chain, seq)
	if k.times[one]++; k.times[one] == 1 {
		k.order = append(k.order, one)
	}
}

// holds says whether a receiver got all entries of a log from one number to another, in order, and none else of it.
func (k *taken) holds(t testing.TB, chain id.Scope, from, to int64) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	var want, got []string
	for seq := from; seq <= to; seq++ {
		want = append(want, fmt.Sprintf("%s %d", chain, seq))
	}
	for _, one := range k.order {
		if strings.HasPrefix(one, chain.String()+" ") {
			got = append(got, one)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d entries arrived, want %d (%d to %d)\nthe first: %q",
			len(got), len(want), from, to, got[:min(len(got), 3)])
	}
}

func (k *taken) most() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	most := 0
	for _, n := range k.times {
		most = max(most, n)
	}
	return most
}

// webhook is a receiver of signed lines. answer decides what it says, after having kept what came when that is true.
type webhook struct {
	taken
	*httptest.Server
	keys    []string
	now     func() time.Time
	refused int
	answer  func(body []byte) (status int, keep bool)
	heard   func(r *http.Request, body []byte) // nil: nobody listens on the way
}

func newWebhook(t testing.TB) *webhook {
	t.Helper()
	w := &webhook{}
	w.Server = httptest.NewTLSServer(w)
	t.Cleanup(w.Close)
	return w
}

func (w *webhook) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(w.Certificate())
	return pool
}

// expects has the receiver check what comes: its signature against keys, its age by the clock of a house.
func (w *webhook) expects(t testing.TB, h *house, keys ...string) {
	t.Helper()
	w.keys, w.now = keys, func() time.Time { return h.Now(t) }
}

// oldest is how old what a receiver takes may be.
const oldest = 5 * time.Minute

// genuine checks a signature as a receiver does: what is old was recorded by somebody, and is sent again.
func (w *webhook) genuine(r *http.Request, body []byte) bool {
	stamp, good := "", false
	for part := range strings.SplitSeq(r.Header.Get(streams.SignatureHeader), ",") {
		name, value, _ := strings.Cut(part, "=")
		if name == "t" {
			stamp = value
		}
		for _, key := range w.keys {
			mac := hmac.New(sha256.New, []byte(key))
			_, _ = io.WriteString(mac, stamp+"."+string(body))
			good = good || name == "v1" && value == hex.EncodeToString(mac.Sum(nil))
		}
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	return good && err == nil && w.now().Sub(time.Unix(seconds, 0)).Abs() < oldest
}

// ServeHTTP takes a batch.
func (w *webhook) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if w.heard != nil {
		w.heard(r, body)
	}
	if err != nil || w.keys != nil && !w.genuine(r, body) {
		w.refused++
		out.WriteHeader(http.StatusUnauthorized)
		return
	}
	status, keep := http.StatusOK, true
	if w.answer != nil {
		status, keep = w.answer(body)
	}
	if keep {
		for text := range strings.Lines(string(body)) {
			var e struct {
				Chain string
				Seq   int64
			}
			if json.Unmarshal([]byte(text), &e) == nil {
				w.add(e.Chain, e.Seq)
			}
		}
	}
	out.WriteHeader(status)
}

// syslogd is a receiver of syslog over TLS, or without: it reads until the sender is done, then ends the connection.
type syslogd struct {
	taken
	net.Listener
	meet func(c net.Conn) bool // false: it was dealt with
}

func newSyslogd(t testing.TB, secure bool) (*syslogd, *x509.CertPool) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	spare := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(spare.Close)
	pool := x509.NewCertPool()
	pool.AddCert(spare.Certificate())
	if secure {
		cfg := &tls.Config{Certificates: spare.TLS.Certificates, MinVersion: tls.VersionTLS12}
		listener = tls.NewListener(listener, cfg)
	}
	d := &syslogd{Listener: listener}
	t.Cleanup(func() { _ = listener.Close() })
	go d.run()
	return d, pool
}

func (d *syslogd) run() {
	for {
		conn, err := d.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			if d.meet != nil && !d.meet(conn) {
				return
			}
			d.read(conn)
		}()
	}
}

func (d *syslogd) read(conn io.Reader) {
	octetcounting.NewParser(parser.WithListener(func(r *parser.Result) {
		m, ok := r.Message.(*rfc5424.SyslogMessage)
		if ok && m.StructuredData != nil {
			sd := (*m.StructuredData)["entry@32473"]
			d.add(sd["chain"], sd["seq"])
		}
	})).Parse(bufio.NewReader(conn))
}

func (d *syslogd) address(scheme string) string { return scheme + "://" + d.Addr().String() }
