//go:build e2e

package e2e_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"gatehouse/internal/app"
	"gatehouse/internal/app/demo"
	"gatehouse/internal/identity/persons"
)

// patience is how long a page may take on a machine that has much else to do.
const patience = 2 * time.Minute

// The people whom the tests are.
const (
	olivia = "olivia@northwind.example"
	ben    = "ben@northwind.example"
	tess   = "tess@northwind.example"
	ada    = "ada@audit.example"
	priya  = "priya@pixelworks.example"
	carl   = "carl@copperfield.example"
	sam    = "sam@harbour.example"
	bea    = "bea@harbour.example"
	root   = "root@harbour.example"
)

// stage is a demo of its own and a browser to look at it with. Both end with the test.
type stage struct {
	*app.App
	url     string
	browser context.Context //nolint:containedctx // to chromedp a context is the browser

	mu    sync.Mutex
	codes map[string]int64 // the last time step, of thirty seconds, in which somebody got a code
}

func openStage(t *testing.T) *stage {
	t.Helper()
	return (&stage{browser: openBrowser(t)}).again(t)
}

// again is another demo, looked at with the same browser.
func (s *stage) again(t *testing.T) *stage {
	t.Helper()
	other := serve(t, func(address string, logger *slog.Logger) (*app.App, error) {
		return demo.Open(t.Context(), address, t.TempDir(), logger)
	})
	other.browser = s.browser
	return other
}

// serve opens a portal at an address of this machine, and closes it when the test ends. It has no browser yet.
func serve(t *testing.T, open func(address string, logger *slog.Logger) (*app.App, error)) *stage {
	t.Helper()
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	address := net.JoinHostPort("localhost", port)
	logger := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	portal, err := open(address, logger)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- portal.Serve(t.Context(), listener) }()
	t.Cleanup(func() {
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := portal.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stage{App: portal, url: "http://" + address}
}

func openBrowser(t *testing.T, further ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.DisableGPU,
		chromedp.Flag("lang", "en-GB"), chromedp.Flag("hide-scrollbars", true),
		// Without these a click between a page's arrival and its first picture is lost.
		chromedp.Flag("allow-pre-commit-input", true), chromedp.Flag("disable-features", "Translate,PaintHolding"),
	)
	options = append(options, further...)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox cannot be made by root
	}
	allocator, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(stop)
	browser, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(browser); err != nil {
		t.Fatal("start Chromium: ", err)
	}
	t.Cleanup(func() {
		waiting, enough := context.WithTimeout(browser, patience)
		defer enough()
		if err := chromedp.Cancel(waiting); err != nil {
			t.Log("stop Chromium: ", err)
		}
		cancel()
	})
	return browser
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium here; get it: apt-get install chromium")
	return ""
}

// code is the next code of somebody's app. Each counts once, so the database's time moves on where the present one was
// given out already, and only there: what others do at the same time goes by that time, too.
func (s *stage) code(t *testing.T, email string) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	const step = 30
	now, err := s.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if last, present := s.codes[email], now.Unix()/step; present <= last {
		further := time.Duration(last+1-present) * step * time.Second
		s.Offset.Advance(further)
		now = now.Add(further)
	}
	if s.codes == nil {
		s.codes = map[string]int64{}
	}
	s.codes[email] = now.Unix() / step
	code, err := totp.GenerateCode(persons.DemoSecret, now)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// tries is how many codes somebody types at the most: on a machine that has much else to do, one may be too old by the
// time it is sent.
const tries = 3
