// Command withmariadb runs a command, `go test ./...` as a rule, beside a private MariaDB server that ends with it:
//
//	go run ./internal/testkit/cmd/withmariadb go test ./...
//
// The command finds the server's DSN in GATEHOUSE_TEST_DSN. Where that is set already, no server is started.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"gatehouse/internal/testkit/mariadb"
)

const testDSN = "GATEHOUSE_TEST_DSN"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code, err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "withmariadb:", err)
	}
	os.Exit(code)
}

// run returns the command's own exit code.
func run(ctx context.Context, args []string) (int, error) {
	if len(args) == 0 {
		return 2, errors.New("usage: withmariadb COMMAND [ARGUMENT ...]")
	}
	environment := os.Environ()
	if os.Getenv(testDSN) == "" {
		here, err := os.Getwd()
		if err != nil {
			return 1, fmt.Errorf("where: %w", err)
		}
		server, err := mariadb.StartFor(ctx, here)
		if err != nil {
			return 1, err
		}
		defer server.Stop()
		environment = append(environment, testDSN+"="+server.DSN())
	}
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Env = environment
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 10 * time.Second
	err := command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(exit.ExitCode(), 1), nil // what failed has said so itself
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
