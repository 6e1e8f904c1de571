// Command bench measures the program and prints a report; see package bench. It is run from the module's root.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"gatehouse/internal/bench"
)

func main() {
	entries := flag.Int("entries", 1_000_000, "entries of the long log")
	parts := flag.String("parts", "", "parts to measure, separated by commas: "+strings.Join(bench.Parts(), ","))
	profiles := flag.String("profiles", "", "folder for processor profiles of the pages")
	flag.Parse()
	o := bench.Options{Entries: *entries, Profiles: *profiles}
	if *parts != "" {
		o.Parts = strings.Split(*parts, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := bench.Run(ctx, os.Stdout, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
