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
	entries := flag.Int("entries", 1_000_000, "entries in the database with the long log")
	parts := flag.String("parts", "", "parts to measure, separated by commas: "+strings.Join(bench.Parts(), ","))
	profiles := flag.String("profiles", "", "folder for processor profiles of the pages")
	data := flag.String("data", "", "folder in which the databases with the long log are kept for the next run")
	on := flag.String("on", "",
		"databases for clients, decisions and a long log, separated by commas: "+strings.Join(bench.Databases(), ","))
	accounts := flag.Int("accounts", 0, "accounts with a thousand people each, for decisions; 0: a thousand")
	clients := flag.Int("clients", 0, "clients that staff read of; 0: a hundred thousand")
	asks := flag.Bool(bench.LoadFlag, false, "ask for pages as the standard input says: the program asks itself")
	flag.Parse()
	o := bench.Options{
		Entries: *entries, Profiles: *profiles, Data: *data, Parts: list(*parts), On: list(*on), Accounts: *accounts,
		Clients: *clients,
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *asks, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, asks bool, o bench.Options) error {
	if asks {
		return bench.Load(ctx, os.Stdin, os.Stdout) // names itself
	}
	return bench.Run(ctx, os.Stdout, o) // names itself
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
