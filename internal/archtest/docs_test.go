package archtest_test

import (
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "write anew which tests prove the rows of docs/security.md")

const (
	securityDoc = "docs/security.md"
	notYet      = "not yet"
)

// TestDocumentsNameWhatIsThere follows every link, path and make target of the documents.
func TestDocumentsNameWhatIsThere(t *testing.T) {
	root := os.DirFS("../..")
	documents, err := fs.Glob(root, "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range append(documents, "README.md") {
		for _, missing := range broken(t, root, document) {
			t.Errorf("%s: there is no %s", document, missing)
		}
	}
}

// broken lists what a document names and the module does not have.
func broken(t *testing.T, root fs.FS, document string) []string {
	t.Helper()
	text, err := fs.ReadFile(root, document)
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := fs.ReadFile(root, "Makefile")
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	for _, m := range regexp.MustCompile(`\]\(([^)#\s]+)`).FindAllStringSubmatch(string(text), -1) {
		file := path.Join(path.Dir(document), m[1])
		if _, err := fs.Stat(root, file); err != nil && !strings.Contains(m[1], "://") {
			missing = append(missing, file)
		}
	}
	folders := regexp.MustCompile("`((?:cmd|internal|templates|static|policies|migrations|docs)/[^`\\s]*)`")
	for _, m := range folders.FindAllStringSubmatch(string(text), -1) {
		found, err := fs.Glob(root, strings.TrimSuffix(strings.TrimSuffix(m[1], "/..."), "/"))
		if err != nil || len(found) == 0 {
			missing = append(missing, m[1])
		}
	}
	for _, m := range regexp.MustCompile("(?m)(?:`|^)make ([a-z][a-z-]+)").FindAllStringSubmatch(string(text), -1) {
		if !regexp.MustCompile(`(?m)^` + m[1] + `:`).Match(makefile) {
			missing = append(missing, "make "+m[1])
		}
	}
	return missing
}

// TestSecurityRowsNameTheirTests holds docs/security.md to the tests: each test that it names is there and names the
// row, and what is said to hold names one. It may claim less than is proven; with -update the last column is made anew.
func TestSecurityRowsNameTheirTests(t *testing.T) {
	root := os.DirFS("../..")
	proofs, err := proofsIn(root)
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(root, securityDoc)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		written := regexp.MustCompile(rowPattern).ReplaceAllStringFunc(string(text), func(line string) string {
			cells := cellsOf(line)
			if strings.HasPrefix(cells[2], notYet) && len(proofs[cells[0]]) > 0 {
				cells[2] = "in part: what its tests say"
			}
			return fmt.Sprintf("| %s | %s | %s | %s |", cells[0], cells[1], cells[2], proofText(proofs[cells[0]]))
		})
		if err := os.WriteFile("../../"+securityDoc, []byte(written), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, problem := range disagreements(string(text), proofs) {
		t.Errorf("%s: %s (run with -update and read the difference)", securityDoc, problem)
	}
}

// A row of the security table: | S6 | what must hold | where it stands | tests |.
const rowPattern = `(?m)^\| [A-Z]\d{1,2} \|.*\|$`

func cellsOf(line string) []string {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// proofText is how the last column names tests: "billing: TestA, TestB; gate: TestC".
func proofText(tests map[string][]string) string {
	parts := []string{}
	for _, folder := range slices.Sorted(maps.Keys(tests)) {
		parts = append(parts, folder+": "+strings.Join(tests[folder], ", "))
	}
	return strings.Join(parts, "; ")
}

func disagreements(document string, proofs map[string]map[string][]string) []string {
	var found []string
	listed := map[string]bool{}
	for _, line := range regexp.MustCompile(rowPattern).FindAllString(document, -1) {
		cells := cellsOf(line)
		if len(cells) != 4 {
			found = append(found, fmt.Sprintf("row %s has %d cells, not 4", cells[0], len(cells)))
			continue
		}
		row, stands, named := cells[0], cells[2], cells[3]
		listed[row] = true
		for part := range strings.SplitSeq(named, "; ") {
			folder, tests, _ := strings.Cut(part, ": ")
			for test := range strings.SplitSeq(tests, ", ") {
				if test != "" && !slices.Contains(proofs[row][folder], test) {
					found = append(found, fmt.Sprintf("row %s names %s of %s, which does not name the row", row, test, folder))
				}
			}
		}
		open := strings.HasPrefix(stands, notYet)
		if open == (named != "") {
			found = append(found, fmt.Sprintf("row %s is said to be %q, and its tests are %q", row, stands, named))
		}
	}
	for _, row := range slices.Sorted(maps.Keys(proofs)) {
		if !listed[row] {
			found = append(found, fmt.Sprintf("row %s is not listed, but is named by %s", row, proofText(proofs[row])))
		}
	}
	return found
}

// proofsIn finds the tests that name rows in their comments: row, folder, tests.
func proofsIn(root fs.FS) (map[string]map[string][]string, error) {
	proofs := map[string]map[string][]string{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "archtest/docs_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return errors.Join(err, errors.New(name))
		}
		folder := strings.TrimPrefix(path.Dir(name), "internal/")
		for _, declared := range file.Decls {
			test, ok := declared.(*ast.FuncDecl)
			if !ok || !regexp.MustCompile(`^(Test|Fuzz)`).MatchString(test.Name.Name) {
				continue
			}
			for _, row := range rowsNamed(file, test) {
				if proofs[row] == nil {
					proofs[row] = map[string][]string{}
				}
				if !slices.Contains(proofs[row][folder], test.Name.Name) {
					proofs[row][folder] = append(proofs[row][folder], test.Name.Name)
				}
			}
		}
		return nil
	})
	return proofs, err
}

// rowsNamed are the rows in the comments above and within a test: "S6, N5: …", "// A1", "… (L3)".
func rowsNamed(file *ast.File, test *ast.FuncDecl) []string {
	start := test.Pos()
	if test.Doc != nil {
		start = test.Doc.Pos()
	}
	named := regexp.MustCompile(`\b([SNALIFPGCHDX]\d{1,2}|B1|R\d{1,2})(?:[,:;.)]|$)`)
	var rows []string
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if comment.Pos() < start || comment.Pos() > test.End() {
				continue
			}
			for _, m := range named.FindAllStringSubmatch(strings.TrimSpace(comment.Text), -1) {
				rows = append(rows, m[1])
			}
		}
	}
	return rows
}

func TestPlantedDisagreementsAreFound(t *testing.T) {
	source := fstest.MapFS{"internal/till/till_test.go": {Data: []byte(
		"package till_test\n\n// P2, P3: something.\nfunc TestTill(t *testing.T) {\n\t// An A4 page.\n}\n")}}
	proofs, err := proofsIn(source)
	if err != nil {
		t.Fatal(err)
	}
	good := "| P2 | a | holds | till: TestTill |\n| P3 | b | in part: c | till: TestTill |\n| P4 | d | not yet | |\n"
	if found := disagreements(good, proofs); len(found) != 0 {
		t.Errorf("in a table that is right: %q", found)
	}
	for name, table := range map[string]string{
		"open, with a test":     strings.Replace(good, "| holds |", "| not yet |", 1),
		"proven by nothing":     strings.Replace(good, "| not yet | |", "| holds | |", 1),
		"a test of another row": strings.Replace(good, "| not yet | |", "| holds | till: TestTill |", 1),
		"a test that is gone":   strings.Replace(good, "till: TestTill", "till: TestTills", 1),
		"a row left out":        strings.Replace(good, "| P2 ", "| P5 ", 1),
	} {
		if len(disagreements(table, proofs)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}
