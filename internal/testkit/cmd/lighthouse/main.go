// Command lighthouse measures pages of a fresh demo with Lighthouse in Chromium, and fails where one is below the aim:
//
//	go run ./internal/testkit/cmd/lighthouse .cache/lighthouse/node_modules/.bin/lighthouse
//
// `make lighthouse` fetches the program named, by the versions in package-lock.json.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"gatehouse/internal/testkit/studio"
)

// aim is what each page reaches in each category, of 1.
const aim = 0.95

type page struct {
	name string
	studio.View
}

func pages() []page {
	inside := func(end string) studio.View {
		return studio.View{
			Who: "olivia@northwind.example", Start: "/accounts", Links: []string{studio.Account}, End: end,
		}
	}
	return []page{
		{"sign-in", studio.View{Start: "/sign-in"}},
		{"overview", inside("")},
		{"invoices", inside("/invoices")},
		{"activity", inside("/activity")},
	}
}

func categories() []string { return []string{"performance", "accessibility", "best-practices"} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lighthouse:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	if len(args) != 1 {
		return errors.New("usage: lighthouse PROGRAM")
	}
	s, err := studio.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	fmt.Fprintf(os.Stdout, "%-10s %s\n", "", strings.Join(categories(), "  "))
	var below error
	for _, p := range pages() {
		r, err := measure(ctx, s, args[0], p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		below = errors.Join(below, r.print(p.name))
	}
	return below
}

// result is what Lighthouse finds on a page.
type result struct {
	Categories map[string]struct {
		Score     float64 `json:"score"`
		AuditRefs []struct {
			ID     string  `json:"id"`
			Weight float64 `json:"weight"`
		} `json:"auditRefs"`
	} `json:"categories"`
	Audits map[string]struct {
		Title string   `json:"title"`
		Value string   `json:"displayValue"`
		Score *float64 `json:"score"`
	} `json:"audits"`
}

func measure(ctx context.Context, s *studio.Studio, program string, p page) (result, error) {
	address, stop, err := s.Show(ctx, p.View)
	if err != nil {
		return result{}, err
	}
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	file := filepath.Join(s.Folder, p.name+".json")
	cmd := exec.CommandContext(ctx, program, address, "--quiet", "--output=json", "--output-path="+file,
		"--only-categories="+strings.Join(categories(), ","),
		"--chrome-flags=--headless=new --no-sandbox --disable-gpu --user-data-dir="+filepath.Join(s.Folder, "browser"))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return result{}, fmt.Errorf("%w\n%s", err, said.Bytes())
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return result{}, err
	}
	var r result
	return r, json.Unmarshal(content, &r)
}

// print shows the scores, and what costs some where one is below the aim.
func (r result) print(name string) error {
	var line strings.Builder
	fmt.Fprintf(&line, "%-10s", name)
	var below error
	for _, c := range categories() {
		got := r.Categories[c]
		fmt.Fprintf(&line, " %*.0f ", len(c), got.Score*100)
		if got.Score >= aim {
			continue
		}
		below = errors.Join(below, fmt.Errorf("%s has %.0f of 100 for %s", name, got.Score*100, c))
		for _, ref := range got.AuditRefs {
			if a := r.Audits[ref.ID]; ref.Weight > 0 && a.Score != nil && *a.Score < 1 {
				below = errors.Join(below, fmt.Errorf("    %s %s", a.Title, a.Value))
			}
		}
	}
	fmt.Fprintln(os.Stdout, line.String())
	return below
}
