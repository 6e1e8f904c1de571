package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Settings that are taken out of one portal are read into another: first it is said what would change, and with a bad
// line nothing does.
func TestSettingsAreCarriedByCommand(t *testing.T) {
	t.Parallel()
	run, dir := runner(t, build(t)), t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "settings.json")
	at := func(want int, args ...string) string {
		t.Helper()
		out, exit := run("", append(args, "--data", data)...)
		if exit != want {
			t.Fatalf("gatehouse %s: exit %d: %s", strings.Join(args, " "), exit, out)
		}
		return out
	}
	keep := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at(0, "keys", "create")
	at(0, "migrate")
	out := at(0, "settings", "export")
	keep(out)
	if said := at(0, "settings", "import", file); !strings.Contains(said, "holds already") {
		t.Errorf("its own file: %s", said)
	}
	changed := strings.Replace(out, "Hello {name},", "Ahoy {name},", 1)
	keep(changed)
	if said := at(0, "settings", "import", file); !strings.Contains(said, "Ahoy") ||
		!strings.Contains(said, "Nothing was changed") {
		t.Errorf("tried: %s", said)
	}
	if at(0, "settings", "export") != out {
		t.Error("to look is to change")
	}
	at(0, "settings", "import", file, "--apply")
	if again := at(0, "settings", "export"); again != changed {
		t.Errorf("it came back as %s", again)
	}
	keep(strings.Replace(out, "{name}", "{secret}", 1))
	if said := at(1, "settings", "import", file, "--apply"); !strings.Contains(said, "{secret}") ||
		!strings.Contains(said, "line ") {
		t.Errorf("a bad line: %s", said)
	}
	if again := at(0, "settings", "export"); again != changed {
		t.Error("a file with a bad line changed something")
	}
}
