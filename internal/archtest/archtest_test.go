package archtest_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gatehouse/internal/archtest"
	"gatehouse/internal/gate"
)

func TestArrows(t *testing.T) {
	found, err := archtest.Violations(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range found {
		t.Error(violation)
	}
}

func TestTopLevel(t *testing.T) {
	strangers, err := archtest.Strangers(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, stranger := range strangers {
		t.Errorf("%s: not among the agreed names at the top; see docs/architecture.md", stranger)
	}
}

// What may change without an entry in the log is a decision of its own, so it is written down twice.
func TestTablesWrittenWithoutEntry(t *testing.T) {
	agreed := []string{
		"vat_checks", "daily_figures",
		"import_keys", "import_rows", "imports",
		"tallies", "signin_counters", "challenges", "ceremonies", "sessions", "memberships", "panel_logins",
		"permission_uses", "password_resets", "email_changes", "alerts", "outbox", "stream_states", "stream_cursors",
		"alert_cursors", "alert_hits", "activity_exports", "activity_export_parts", "status_checks", "status_days",
		"status_subscribers",
		"invoice_runs", "invoice_run_failures", "checkout_inquiries", "debit_inquiries",
		"refund_inquiries",
		"server_looks", "service_work", "service_usage", "service_days", "service_uses", "domain_looks",
	}
	slices.Sort(agreed)
	actual := slices.Sorted(slices.Values(gate.Bookkept()))
	if !slices.Equal(actual, agreed) {
		t.Errorf("gate.Bookkeep may write %q, agreed are %q", actual, agreed)
	}
}

func TestPlantedViolationsAreFound(t *testing.T) {
	for _, planted := range []struct{ file, imports, body, want string }{
		{"internal/billing/a.go", "gatehouse/internal/hosting", "", "may not import internal/hosting"},
		{"internal/billing/a.go", "gatehouse/internal/web", "", "may not import internal/web"},
		{"internal/billing/a.go", "gatehouse/internal/billing/stripe", "", "may not import internal/billing/stripe"},
		{"internal/billing/stripe/a.go", "gatehouse/internal/hosting", "", "may not import internal/hosting"},
		{"internal/accounts/a.go", "gatehouse/internal/billing", "", "may not import internal/billing"},
		{"internal/identity/a.go", "gatehouse/internal/accounts", "", "may not import internal/accounts"},
		{"internal/privacy/a.go", "gatehouse/internal/identity", "", "may not import internal/identity"},
		{"internal/support/a.go", "gatehouse/internal/overview", "", "may not import internal/overview"},
		{"internal/access/a.go", "gatehouse/internal/activity", "", "may not import internal/activity"},
		{"internal/gate/a.go", "gatehouse/internal/accounts", "", "may not import internal/accounts"},
		{"internal/platform/db/a.go", "gatehouse/internal/gate", "", "may not import internal/gate"},
		{"internal/id/a.go", "gatehouse/internal/verb", "", "may not import internal/verb"},
		{"internal/web/portal/a.go", "gatehouse/internal/web/staff", "", "may not import internal/web/staff"},
		{"internal/web/a.go", "gatehouse/internal/app", "", "may not import internal/app"},
		{"templates/ui/a.go", "gatehouse/internal/billing", "", "may not import internal/billing"},
		{"templates/ui/a.go", "gorm.io/gorm", "", "markup may not import gorm.io/gorm"},
		{"internal/web/a.go", "gatehouse/internal/testkit", "", "may not import internal/testkit"},
		{"internal/helpers/a.go", "fmt", "", "not in the table"},
		{"a.go", "fmt", "", "not in the table"},
		{"internal/billing/a.go", "gatehouse/internal/platform/db", "var w *db.Writer", "may not speak of db.Writer"},
		{"internal/web/a.go", `x "gatehouse/internal/platform/db`, "var w *x.Writer", "may not speak of db.Writer"},
	} {
		found := check(t, planted.file, planted.imports, planted.body)
		if len(found) != 1 || !strings.Contains(found[0], planted.want) {
			t.Errorf("%s importing %s: found %q, want one with %q", planted.file, planted.imports, found, planted.want)
		}
	}
}

func TestArrowsAsAgreedAreAllowed(t *testing.T) {
	for _, drawn := range []struct{ file, imports, body string }{
		{"internal/billing/a.go", "gatehouse/internal/accounts", ""},
		{"internal/billing/stripe/a.go", "gatehouse/internal/billing", ""},
		{"internal/accounts/a.go", "gatehouse/internal/identity", ""},
		{"internal/web/portal/a.go", "gatehouse/templates/portal", ""},
		{"internal/web/a.go", "gatehouse/internal/overview", ""},
		{"templates/portal/a.go", "gatehouse/templates/ui", ""},
		{"templates/portal/a.go", "github.com/a-h/templ/runtime", ""},
		{"internal/access/a.go", "gatehouse/policies", ""},
		{"internal/billing/a.go", "io", "var w io.Writer"},
		{"internal/gate/a.go", "gatehouse/internal/platform/db", "var w *db.Writer"},
		{"internal/testkit/a.go", "gatehouse/internal/app", ""},
		{"internal/billing/a_test.go", "gatehouse/internal/testkit", ""},
	} {
		if found := check(t, drawn.file, drawn.imports, drawn.body); len(found) != 0 {
			t.Errorf("%s importing %s: %q", drawn.file, drawn.imports, found)
		}
	}
}

func TestStrangersAtTheTopAreFound(t *testing.T) {
	source := fstest.MapFS{"cmd/a.go": {}, ".golangci.yml": {}, "utils/a.go": {}, "notes.txt": {}}
	found, err := archtest.Strangers(source)
	if err != nil || strings.Join(found, " ") != "notes.txt utils" {
		t.Errorf("found %q, %v", found, err)
	}
}

// check runs over a module of one file. An import may carry a local name in front, as in `x "path`.
func check(t *testing.T, file, imports, body string) []string {
	t.Helper()
	if !strings.Contains(imports, `"`) {
		imports = `"` + imports
	}
	source := fstest.MapFS{file: {Data: []byte("package a\nimport " + imports + "\"\n" + body)}}
	found, err := archtest.Violations(source)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
