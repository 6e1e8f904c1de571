// Command screenshots makes the pictures of the README's tour from a fresh demo:
//
//	go run ./internal/testkit/cmd/screenshots docs/images
//
// Each picture is what one person of the demo sees at one address. The browser knows nothing of that: whoever is signed
// in is put into its requests on the way, so that plain Chromium can take the picture.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"time"

	"github.com/pquerna/otp/totp"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
)

// shot is one picture. Of several links, each leads on from the page before, as a pattern in its text.
type shot struct {
	name, who, start string
	links            []string
	end              string // added to the last address
}

func shots() []shot {
	const olivia, ben, bea = "olivia@northwind.example", "ben@northwind.example", "bea@harbour.example"
	account := `/accounts/[0-9a-z]{26}`
	return []shot{
		{"overview", olivia, "/accounts", []string{account}, ""},
		{"pay", ben, "/accounts", []string{account, account + `/invoices/[0-9a-z]{26}`}, ""},
		{"refused", ben, "/accounts", []string{account}, "/services"},
		{"activity", olivia, "/accounts", []string{account}, "/activity"},
		{"client", bea, "/staff/clients", []string{`/staff/clients/[0-9a-z]{26}`}, ""},
	}
}

// agent is what the browser says of itself, so that the log looks like one.
const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
	"Chrome/142.0.0.0 Safari/537.36"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: screenshots FOLDER")
	}
	data, err := os.MkdirTemp("", "gatehouse-screenshots-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	demo, err := app.OpenDemo(ctx, "localhost:8080", filepath.Join(data, "demo"), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { _ = demo.Close() }()
	s := studio{demo: demo, profile: filepath.Join(data, "browser"), doors: map[string]http.Handler{}}
	if s.handler, err = demo.Handler(nil); err != nil { //nolint:contextcheck // each request has its own
		return err
	}
	for _, one := range shots() {
		if err := s.take(ctx, one, filepath.Join(args[0], one.name+".png")); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		fmt.Fprintln(os.Stderr, one.name)
	}
	return nil
}

type studio struct {
	demo    *app.App
	handler http.Handler            // the site for whoever comes
	profile string                  // the browser's own folder
	doors   map[string]http.Handler // by who goes through: a code opens once
}

func (s *studio) take(ctx context.Context, one shot, file string) error {
	door, err := s.enter(ctx, one.who)
	if err != nil {
		return err
	}
	address := one.start
	for _, link := range one.links {
		page := httptest.NewRecorder()
		door.ServeHTTP(page, httptest.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody))
		found := regexp.MustCompile(`"(` + link + `)"`).FindStringSubmatch(page.Body.String())
		if found == nil {
			return fmt.Errorf("%s has no link like %s", address, link)
		}
		address = found[1]
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: door, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	return s.photograph(ctx, "http://"+listener.Addr().String()+address+one.end, file)
}

// enter signs somebody in and returns the site as they see it.
func (s *studio) enter(ctx context.Context, email string) (http.Handler, error) {
	if door, ok := s.doors[email]; ok {
		return door, nil
	}
	stranger := actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: netip.MustParseAddr("198.51.100.61"), Device: identity.DeviceInWords(agent),
		RequestID: id.New[id.RequestKind]().String(),
	})
	in, err := s.demo.People.SignIn(ctx, stranger, email, identity.DemoPassword)
	if err != nil {
		return nil, err
	}
	if in.Half != "" {
		code, err := totp.GenerateCode(identity.DemoSecret, time.Now())
		if err != nil {
			return nil, err
		}
		if in, err = s.demo.People.SecondFactor(ctx, stranger, in.Half, identity.Code(code)); err != nil {
			return nil, err
		}
	}
	s.doors[email] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = "198.51.100.61:40000"
		r.Header.Set("User-Agent", agent)
		r.Header.Del("Cookie")
		r.AddCookie(&http.Cookie{Name: "gatehouse", Value: in.Token})
		s.handler.ServeHTTP(w, r)
	})
	return s.doors[email], nil
}

func (s *studio) photograph(ctx context.Context, address, file string) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	browser := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu",
		"--window-size=1280,900", "--user-data-dir="+s.profile, "--screenshot="+file, address)
	if out, err := browser.CombinedOutput(); err != nil {
		return fmt.Errorf("chromium: %w\n%s", err, out)
	}
	return shrink(file)
}
