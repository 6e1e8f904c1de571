package app_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/app/cast"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/config"
)

var updateReadme = flag.Bool("update-readme", false, "write the README's table of settings anew")

const readme = "../../README.md"

// The README's table of settings is what the program says of its settings.
func TestReadmeListsTheSettings(t *testing.T) {
	text := readText(t, readme)
	table := regexp.MustCompile(`(?s)\| Setting \|.*?\n\n`)
	want := settingsTable() + "\n"
	if *updateReadme {
		text = table.ReplaceAllLiteralString(text, want)
		if err := os.WriteFile(readme, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := table.FindString(text); got != want {
		t.Error("the README's table of settings is not that of config.Describe: " +
			"run with -update-readme, and read the difference")
	}
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| Setting | Variable | Default | Accepted | Meaning |\n|---|---|---|---|---|\n")
	code := func(text string) string {
		if text == "" {
			return ""
		}
		return "`" + text + "`"
	}
	for _, r := range config.Describe() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(r.Key), code(r.Variable), code(r.Default),
			strings.ReplaceAll(r.Form, "<", "&lt;"), r.Meaning)
	}
	return b.String()
}

// The README names the people of the demo, and what they sign in with.
func TestReadmeNamesThePeopleOfTheDemo(t *testing.T) {
	text := readText(t, readme)
	wanted := []string{persons.DemoPassword, persons.DemoSecret}
	for _, group := range cast.Groups() {
		wanted = append(wanted, group.Name)
		for _, p := range group.People {
			with := "password"
			if p.CodeApp {
				with = "password and code"
			}
			wanted = append(wanted, fmt.Sprintf("| `%s` | %s | %s |", p.Email, p.Role, with))
		}
	}
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("the README has no %s", w)
		}
	}
}

// The manual's SQL gives the program's users what the tests' databases give them.
func TestManualGrantsWhatTheTestsGrant(t *testing.T) {
	const added = "NOT IN ('entries', 'ledger_entries', 'billing_papers', 'billing_prints', " +
		"'archive_segments', 'archive_gaps', 'goose_db_version', 'goose_lock')"
	text := func(file string) string { return strings.Join(strings.Fields(readText(t, file)), " ") }
	manual, tests := text("../../docs/operations.md"), text("../testkit/mariadb/database.go")
	for file, content := range map[string]string{"the manual": manual, "the tests": tests} {
		if !strings.Contains(content, added) {
			t.Errorf("%s has no %s", file, added)
		}
	}
	for table, rights := range map[string]string{
		"entries": "DELETE", "entry_personal": "DELETE", "heads": "UPDATE", "activity_counts": "UPDATE, DELETE",
	} {
		want := "GRANT " + rights + " ON gatehouse." + table + " TO ''gatehouse_maintain''"
		if !strings.Contains(manual, want) {
			t.Errorf("the manual has no %s", want)
		}
		if want := `"` + table + `": "` + rights + `"`; !strings.Contains(tests, want) {
			t.Errorf("the tests have no %s", want)
		}
	}
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
