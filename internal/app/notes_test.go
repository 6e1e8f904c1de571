package app_test

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/platform/config"
)

// keeper is an operator's own keeper of notes, behind TLS.
type keeper struct {
	*httptest.Server

	mu      sync.Mutex
	refuses int // so many more requests are answered with an error
	asked   int
	texts   []string
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	k := &keeper{}
	k.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.asked++
		switch {
		case r.Method != http.MethodPost, !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain"):
			w.WriteHeader(http.StatusBadRequest)
		case k.refuses > 0:
			k.refuses--
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			k.texts = append(k.texts, string(text))
		}
	}))
	t.Cleanup(k.Close)
	return k
}

func (k *keeper) got() (asked int, texts []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.asked, append([]string(nil), k.texts...)
}

// certificate is a file with what vouches for the keeper.
func (k *keeper) certificate(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "ca.pem")
	raw := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate().Raw})
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func (k *keeper) address(t *testing.T) *url.URL {
	t.Helper()
	to, err := url.Parse(k.URL + "/notes")
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// L3, I5: a note is posted to the keeper in the operator's own network as it stands in the folder, again until it is
// taken, and then not again.
func TestNotesArePostedUntilTheyAreTaken(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(*testing.T, *config.Config){
		"sqlite": func(*testing.T, *config.Config) {}, "mariadb": onMariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKeeper(t)
			k.refuses = 2
			k.isPosted(t, newHouse(t, func(c *config.Config) {
				c.Notes.Webhook, c.Notes.CAFile = k.address(t), k.certificate(t)
				c.Notes.Networks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
				place(t, c)
			}))
		})
	}
}

// isPosted signs a note, and delivers it until it is taken.
func (k *keeper) isPosted(t *testing.T, h *house) {
	t.Helper()
	if err := h.SignNote(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(h.Config.Notes.Dir, "note-*.txt"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the folder holds %v, %v", files, err)
	}
	want, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	h.deliver(t)
	if asked, texts := k.got(); asked != 1 || len(texts) != 0 {
		t.Fatalf("asked %d times, and %d were taken, before any was to be", asked, len(texts))
	}
	for range 4 {
		h.Offset.Advance(2 * time.Hour)
		h.deliver(t)
	}
	if asked, texts := k.got(); asked != 3 || len(texts) != 1 || texts[0] != string(want) {
		t.Errorf("asked %d times, taken: %q; the folder has %q", asked, texts, want)
	}
}

// I5, H1: without the operator's word for its network, or for its certificate, the keeper is not spoken to.
func TestNotesGoNowhereElse(t *testing.T) { //nolint:tparallel // one keeper, whom none may ask
	t.Parallel()
	k := newKeeper(t)
	for name, change := range map[string]func(*config.Config){
		"a network that is not listed": func(c *config.Config) { c.Notes.CAFile = k.certificate(t) },
		"a certificate of nobody's": func(c *config.Config) {
			c.Notes.Networks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(c *config.Config) {
				c.Notes.Webhook = k.address(t)
				change(c)
			})
			if err := h.SignNote(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.deliver(t)
			if asked, _ := k.got(); asked != 0 {
				t.Error("it was spoken to")
			}
			if waiting, _, err := h.Outbox.Waiting(t.Context()); err != nil || waiting == 0 {
				t.Errorf("the note does not wait: %d, %v", waiting, err)
			}
		})
	}
}
