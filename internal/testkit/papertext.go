package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// PDFText is the text of a PDF as a reader of PDFs finds it, laid out as on the pages.
func PDFText(t testing.TB, file []byte) string {
	t.Helper()
	return string(Poppler(t, "pdftotext", file, "-layout", "%", "-"))
}

// Poppler has one of poppler's tools read a PDF, which stands for "%" among its arguments, and returns what it writes.
func Poppler(t testing.TB, name string, file []byte, args ...string) []byte {
	t.Helper()
	tool, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("GATEHOUSE_REQUIRE_MARIADB") != "" { // the run in which nothing is left out
			t.Fatalf("%s is missing; install the package poppler-utils", name)
		}
		t.Skipf("the paper is not read back: %s is missing; install the package poppler-utils", name)
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, arg := range args {
		if arg == "%" {
			args[i] = path
		}
	}
	out, err := exec.CommandContext(t.Context(), tool, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}
