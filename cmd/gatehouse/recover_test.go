package main_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// S15, L3: what an operator does for somebody who lost all second factors, and the counts of the log, at the command
// line.
func TestRecoveringAndRecountingByCommand(t *testing.T) {
	t.Parallel()
	run, data := runner(t, build(t)), filepath.Join(t.TempDir(), "data")
	const passphrase = "a passphrase of some length\n"
	recoverer := func(step string, more ...string) []string { return append([]string{"staff", "recover", step}, more...) }
	const robin = "robin@example.org"
	for _, step := range []struct {
		args  []string
		stdin string
		exit  int
		says  string
	}{
		{[]string{"keys", "create"}, "", 0, ""},
		{[]string{"migrate"}, "", 0, "up to date"},
		{[]string{"staff", "create", "--email", robin, "--name", "Robin Hale"}, passphrase, 0, "may sign in"},
		{recoverer("list"), "", 0, "Nobody waits."},
		{recoverer("start"), "", 1, "email"},
		{recoverer("start", "--email", "nobody@example.org"), "", 1, "nobody with this address"},
		{recoverer("start", "--email", robin), "", 1, "There is no second factor on this sign-in"},
		{recoverer("approve", "--email", robin), "", 1, "nothing of theirs waits"},
		{recoverer("decline", "--email", "nobody@example.org"), "", 1, "nobody with this address"},
		{[]string{"activity", "recount"}, "", 0, "entries counted."},
		{[]string{"activity", "recount", "--log", "no log"}, "", 1, `"no log" is no log`},
		{[]string{"activity", "verify"}, "", 0, "Nothing was changed"},
	} {
		out, exit := run(step.stdin, append(step.args, "--data", data)...)
		if exit != step.exit || !strings.Contains(out, step.says) {
			t.Errorf("gatehouse %s: exit %d: %s", strings.Join(step.args, " "), exit, out)
		}
		if strings.HasPrefix(out, "0 entries counted.") {
			t.Errorf("an empty log was counted: %s", out)
		}
	}
}
