package main_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// build makes the program and returns where it lies.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "gatehouse")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// runner runs the program, and says what it printed and how it ended.
func runner(t *testing.T, binary string) func(stdin string, args ...string) (string, int) {
	t.Helper()
	return func(stdin string, args ...string) (string, int) {
		cmd := exec.CommandContext(t.Context(), binary, args...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return string(out), exit.ExitCode()
		}
		if err != nil {
			t.Fatal(err)
		}
		return string(out), 0
	}
}

func TestFromAnEmptyFolderToTheFirstAdministrator(t *testing.T) { // C2
	t.Parallel()
	run, data := runner(t, build(t)), filepath.Join(t.TempDir(), "data")
	at := []string{"--data", data}
	const passphrase = "a passphrase of some length\n"
	create := func(email string) []string {
		return []string{"staff", "create", "--email", email, "--name", "Robin Hale"}
	}
	for _, step := range []struct {
		args  []string
		stdin string
		exit  int
		says  string
	}{
		{[]string{"keys", "create"}, "", 0, "Keep a copy apart"},
		{[]string{"keys", "create"}, "", 1, ""},
		{create("root@example.org"), passphrase, 1, "gatehouse migrate"},
		{[]string{"migrate"}, "", 0, "up to date"},
		{[]string{"migrate"}, "", 0, "up to date"},
		{create("root@example.org"), "short\n", 1, "15"},
		{create("no address"), passphrase, 1, "mail"},
		{create("root@example.org"), passphrase, 0, "may sign in"},
		{create("ROOT@example.org"), passphrase, 1, ""},
		{[]string{"staff", "reopen", "--email", "root@example.org"}, "", 0, "may try again"},
		{[]string{"activity", "verify"}, "", 0, "Nothing was changed"},
		{[]string{"keys", "rotate"}, "", 0, "Changed"},
		{[]string{"activity", "verify"}, "", 0, "Nothing was changed"},
		{[]string{"keys", "show"}, "", 0, "note key"},
	} {
		out, exit := run(step.stdin, append(step.args, at...)...)
		if exit != step.exit || !strings.Contains(out, step.says) {
			t.Errorf("gatehouse %s: exit %d: %s", strings.Join(step.args, " "), exit, out)
		}
		if strings.Contains(out, "a passphrase of some length") {
			t.Errorf("gatehouse %s shows the password", strings.Join(step.args, " "))
		}
	}
}

func TestTheDemoServesAndItsDataCanBeAsked(t *testing.T) { // R16
	t.Parallel()
	binary, data := build(t), filepath.Join(t.TempDir(), "demo")
	run := runner(t, binary)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	_, port, _ := net.SplitHostPort(address)
	site := "http://localhost:" + port
	stop := demo(t, binary, "localhost:"+port, data, site)
	stop(func(out string) {
		password, secret := "harbour-demo-passphrase", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
		for _, want := range []string{site, password, secret, "olivia@northwind.example"} {
			if !strings.Contains(out, want) {
				t.Errorf("the demo does not print %s", want)
			}
		}
	})
	start := time.Now()
	stop = demo(t, binary, "localhost:"+port, data, site)
	t.Logf("the second start answered after %s", time.Since(start))
	stop(nil)
	if out, exit := run("", "doctor", "--data", data); exit != 0 || !strings.Contains(out, "ledger") {
		t.Errorf("doctor: exit %d: %s", exit, out)
	}
	if out, exit := run("", "doctor", "--ledger", "--data", data); exit != 0 || // P8
		!strings.Contains(out, "postings in GBP come to £0.00") || !strings.Contains(out, "no invoice number is missing") {
		t.Errorf("doctor --ledger: exit %d: %s", exit, out)
	}
	out, exit := run("", "activity", "verify", "--data", data)
	if exit != 0 || !strings.Contains(out, "Nothing was changed") {
		t.Errorf("verify: exit %d: %s", exit, out)
	}
	const olivia = "olivia@northwind.example"
	out, exit = run("", "staff", "recover", "start", "--email", olivia, "--data", data) // S15
	if exit != 0 || !strings.Contains(out, "A link goes to "+olivia) {
		t.Errorf("recover start: exit %d: %s", exit, out)
	}
	out, exit = run("", "staff", "recover", "approve", "--email", olivia, "--data", data)
	if exit != 1 || !strings.Contains(out, "nothing of theirs waits") { // her mailbox is not proved yet
		t.Errorf("recover approve: exit %d: %s", exit, out)
	}
	out, exit = run("", "access", "explain", "--data", data,
		"--person", "ben@northwind.example", "--verb", "invoices:pay", "--account", "x")
	if exit != 1 || !strings.Contains(out, "no account's id") {
		t.Errorf("explain: exit %d: %s", exit, out)
	}
}

// demo starts the demo and waits for its sign-in page. The returned function ends it as an operator does, and has
// a look at what it printed.
func demo(t *testing.T, binary, listen, data, site string) func(look func(out string)) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "demo", "--listen", listen, "--data", data)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(2 * time.Minute)
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, site+"/sign-in", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(r)
		cancel()
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			t.Fatal("the demo did not answer")
		}
		time.Sleep(50 * time.Millisecond)
	}
	return func(look func(string)) {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("it did not end well: %v", err)
		}
		if look != nil {
			look(out.String())
		}
	}
}
