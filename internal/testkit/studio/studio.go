// Package studio shows a fresh demo to a browser that is no part of a test: each page as one person of the demo sees
// it. The browser knows nothing of that: whoever is signed in is put into its requests on the way, so that plain
// Chromium can take a picture of a page, or measure it.
package studio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/demo"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
)

// Account and Thing are patterns of addresses: of an account, and of something within a list.
const (
	Account = `/accounts/[0-9a-z]{26}`
	Thing   = `/[0-9a-z]{26}`
)

// agent is what the browser says of itself, so that the log looks like one.
const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
	"Chrome/142.0.0.0 Safari/537.36"

// View is a page as somebody sees it. Of several links, each leads on from the page before, as a pattern in its text.
type View struct {
	Who   string // e-mail address; empty: a stranger
	Start string
	Links []string
	End   string // added to the last address
}

// Studio is a demo in a folder of its own.
type Studio struct {
	Folder  string // for what a browser writes; gone when the studio closes
	Patient bool   // pages wait for their font
	demo    *app.App
	handler http.Handler            // the site for whoever comes
	doors   map[string]http.Handler // by who goes through: a code opens once
	tokens  map[string]string       // of their sessions
}

// Open makes the demo.
func Open(ctx context.Context) (_ *Studio, err error) {
	s := &Studio{doors: map[string]http.Handler{}, tokens: map[string]string{}}
	if s.Folder, err = os.MkdirTemp("", "gatehouse-studio-"); err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	s.demo, err = demo.Open(ctx, "localhost:8080", filepath.Join(s.Folder, "demo"), slog.New(slog.DiscardHandler))
	if err == nil {
		s.handler, err = s.demo.Handler(nil) //nolint:contextcheck // each request has its own
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.doors[""] = s.handler
	return s, nil
}

// Close ends the demo and takes its folder away.
func (s *Studio) Close() error {
	var err error
	if s.demo != nil {
		err = s.demo.Close()
	}
	return errors.Join(err, os.RemoveAll(s.Folder))
}

// Show serves the site as somebody sees it, and returns the address of the page until stop is called.
func (s *Studio) Show(ctx context.Context, v View) (address string, stop func(), err error) {
	door, err := s.enter(ctx, v.Who)
	if err != nil {
		return "", nil, err
	}
	address = v.Start
	for _, link := range v.Links {
		page := httptest.NewRecorder()
		door.ServeHTTP(page, httptest.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody))
		found := regexp.MustCompile(`"(` + link + `)"`).FindStringSubmatch(page.Body.String())
		if found == nil {
			return "", nil, fmt.Errorf("studio: %s has no link like %s", address, link)
		}
		address = found[1]
	}
	if err := s.saysWhy(ctx, v.Who, address); err != nil {
		return "", nil, err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("studio: %w", err)
	}
	server := &http.Server{Handler: door, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String() + address + v.End, func() { _ = server.Close() }, nil
}

// saysWhy has somebody of the staff say why they look at a client, where that is where they go.
func (s *Studio) saysWhy(ctx context.Context, email, address string) error {
	found := regexp.MustCompile(`^/staff/clients/([0-9a-z]{26})`).FindStringSubmatch(address)
	if found == nil {
		return nil
	}
	client, err := id.Parse[id.AccountKind](found[1])
	if err != nil {
		return fmt.Errorf("studio: %w", err)
	}
	visit, err := s.demo.Accounts.BySession(ctx, s.tokens[email], id.Account{}, accounts.Door{
		Address: netip.MustParseAddr("198.51.100.61"), Device: sessions.DeviceInWords(agent),
		RequestID: id.New[id.RequestKind]().String(),
	})
	if err != nil {
		return fmt.Errorf("studio: session of %s: %w", email, err)
	}
	why := assist.Reason{Code: activity.GivenAsked, Text: "They rang about an invoice"}
	if err := s.demo.Assist.Say(ctx, visit.Who, client, why); err != nil {
		return fmt.Errorf("studio: reason of %s: %w", email, err)
	}
	return nil
}

// enter signs somebody in and returns the site as they see it.
func (s *Studio) enter(ctx context.Context, email string) (http.Handler, error) {
	if door, ok := s.doors[email]; ok {
		return door, nil
	}
	stranger := actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: netip.MustParseAddr("198.51.100.61"), Device: sessions.DeviceInWords(agent),
		RequestID: id.New[id.RequestKind]().String(),
	})
	in, err := s.demo.People.SignIn(ctx, stranger, email, persons.DemoPassword)
	if err != nil {
		return nil, fmt.Errorf("studio: sign in %s: %w", email, err)
	}
	if in.Half != "" {
		code, err := totp.GenerateCode(persons.DemoSecret, time.Now())
		if err != nil {
			return nil, fmt.Errorf("studio: code of %s: %w", email, err)
		}
		if in, err = s.demo.People.SecondFactor(ctx, stranger, in.Half, factors.Code(code)); err != nil {
			return nil, fmt.Errorf("studio: second step of %s: %w", email, err)
		}
	}
	s.tokens[email] = in.Token
	s.doors[email] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = "198.51.100.61:40000"
		r.Header.Set("User-Agent", agent)
		r.Header.Del("Cookie")
		r.AddCookie(&http.Cookie{Name: "gatehouse", Value: in.Token})
		if s.Patient && strings.HasSuffix(r.URL.Path, ".css") {
			s.patient(w, r)
			return
		}
		s.handler.ServeHTTP(w, r)
	})
	return s.doors[email], nil
}

// patient serves a sheet that waits for the font: a picture is taken of the first page of a browser, which shows a late
// font from the next page on only.
func (s *Studio) patient(w http.ResponseWriter, r *http.Request) {
	r.Header.Del("Accept-Encoding")
	sheet := httptest.NewRecorder()
	s.handler.ServeHTTP(sheet, r)
	maps.Copy(w.Header(), sheet.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(sheet.Code)
	_, _ = w.Write(bytes.ReplaceAll(sheet.Body.Bytes(), []byte("font-display: optional"), []byte("font-display: block")))
}
