// Command screenshots makes the pictures of the README's tour from a fresh demo:
//
//	go run ./internal/testkit/cmd/screenshots docs/images
//
// Each picture is what one person of the demo sees at one address.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"gatehouse/internal/testkit/studio"
)

// shot is one picture.
type shot struct {
	name string
	studio.View
}

func shots() []shot {
	const olivia, ben, bea = "olivia@northwind.example", "ben@northwind.example", "bea@harbour.example"
	const account, invoice = studio.Account, studio.Account + "/invoices" + studio.Thing
	return []shot{
		{"overview", studio.View{Who: olivia, Start: "/accounts", Links: []string{account}}},
		{"pay", studio.View{Who: ben, Start: "/accounts", Links: []string{account, invoice}}},
		{"refused", studio.View{Who: ben, Start: "/accounts", Links: []string{account}, End: "/services"}},
		{"activity", studio.View{Who: olivia, Start: "/accounts", Links: []string{account}, End: "/activity"}},
		{"client", studio.View{Who: bea, Start: "/staff/clients", Links: []string{"/staff/clients" + studio.Thing}}},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	if len(args) != 1 {
		return errors.New("usage: screenshots FOLDER")
	}
	s, err := studio.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	s.Patient = true
	for _, one := range shots() {
		if err := take(ctx, s, one, filepath.Join(args[0], one.name+".png")); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		fmt.Fprintln(os.Stderr, one.name)
	}
	return nil
}

func take(ctx context.Context, s *studio.Studio, one shot, file string) error {
	address, stop, err := s.Show(ctx, one.View)
	if err != nil {
		return err
	}
	defer stop()
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	browser := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu",
		"--window-size=1280,900", "--user-data-dir="+filepath.Join(s.Folder, "browser"), "--screenshot="+file, address)
	if out, err := browser.CombinedOutput(); err != nil {
		return fmt.Errorf("chromium: %w\n%s", err, out)
	}
	return shrink(file)
}
