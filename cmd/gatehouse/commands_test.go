package main_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// reads are the commands that write nothing of which the log tells, each with the reason.
func reads() map[string]string {
	return map[string]string{
		"access explain":   "answers a question",
		"activity verify":  "reads",
		"activity recount": "makes figures anew from the entries; it can change no entry",
		"demo":             "serves",
		"serve":            "serves",
		"doctor":           "looks",
		"migrate":          "makes the tables that the log is in",
		"keys create":      "comes before there is a log",
		"keys prepare":     "adds keys that nothing uses yet",
		"keys show":        "reads",
		"reviews verify":   "checks a file",
		"import template":  "prints",

		"staff recover list": "reads",
	}
}

// written are the commands that change something, with what makes each do so.
func written() map[string][]string {
	person := []string{"--email", "root@example.org"}
	return map[string][]string{
		"staff create": {"--email", "second@example.org", "--name", "Sam Doyle"},
		"staff start":  person,
		"staff reopen": person,
		// These need somebody who lost a second factor. They call the methods whose forms the portal's walk sends.
		"staff recover start":   nil,
		"staff recover approve": nil,
		"staff recover decline": nil,
		"keys rotate":           {},
		"import file":           {"clients", "testdata/clients.csv", "--from", "WHMCS", "--apply"},
		// It does the second half of that, for an import whose id is known.
		"import resume":   nil,
		"settings export": {},
		// It needs a file: its own test takes one out and reads it in.
		"settings import": nil,
		// It writes into a log of which something goes, which takes a year: its own test lets one pass.
		"activity archive": nil,
	}
}

// The README's table of commands has each of them: alone, or after another of the same group.
func TestTheReadmeNamesEveryCommand(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `gatehouse .*").FindAllString(string(content), -1)
	names := slices.Concat(slices.Collect(maps.Keys(reads())), slices.Collect(maps.Keys(written())))
	for _, name := range names {
		group, own := "", name
		if at := strings.LastIndex(name, " "); at > 0 {
			group, own = name[:at+1], name[at+1:]
		}
		if !slices.ContainsFunc(rows, func(row string) bool {
			return strings.HasPrefix(row, "| `gatehouse "+name+"`") ||
				strings.HasPrefix(row, "| `gatehouse "+group) && strings.Contains(row, ", `"+own+"`")
		}) {
			t.Errorf("the README does not name gatehouse %s", name)
		}
	}
}

// L1: each command that writes leaves an entry; a new one must say which it is.
func TestEveryCommandLeavesItsEntry(t *testing.T) {
	t.Parallel()
	run, data := runner(t, build(t)), filepath.Join(t.TempDir(), "data")
	must := func(stdin string, args ...string) string {
		t.Helper()
		out, exit := run(stdin, append(args, "--data", data)...)
		if exit != 0 {
			t.Fatalf("gatehouse %s: exit %d: %s", strings.Join(args, " "), exit, out)
		}
		return out
	}
	entries := func() int {
		found := regexp.MustCompile(`(\d+) entries`).FindStringSubmatch(must("", "activity", "verify"))
		n, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const passphrase = "a passphrase of some length\n"
	must("", "keys", "create")
	must("", "migrate")
	must(passphrase, "staff", "create", "--email", "root@example.org", "--name", "Robin Hale")
	for _, name := range leaves(t, run) {
		args, writes := written()[name]
		reason, only := reads()[name]
		switch {
		case writes == only:
			t.Errorf("gatehouse %s: name it in written(), with what makes it write, or in reads(), with the reason (%q)",
				name, reason)
		case args != nil:
			before := entries()
			must(passphrase, append(strings.Fields(name), args...)...)
			if entries() == before {
				t.Errorf("gatehouse %s left no entry", name)
			}
		}
	}
}

// leaves lists the commands that have none below them.
func leaves(t *testing.T, run func(stdin string, args ...string) (string, int), path ...string) []string {
	t.Helper()
	out, _ := run("", append(path, "--help")...)
	_, list, group := strings.Cut(out, "Available Commands:\n")
	if !group {
		return []string{strings.Join(path, " ")}
	}
	list, _, _ = strings.Cut(list, "\n\n")
	var all []string
	for line := range strings.Lines(list) {
		if name := strings.Fields(line)[0]; name != "help" && name != "completion" {
			all = append(all, leaves(t, run, append(slices.Clip(path), name)...)...)
		}
	}
	return all
}
