package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// search collects which package has a row type of a table or writes to it by a statement of its own.
type search struct {
	tables map[string][]string // packages by table
	names  map[string]string   // the values of constants, by package and name
	named  [][2]string         // a package whose row type names its table by a constant
}

func (s *search) add(table, here string) {
	if !slices.Contains(s.tables[table], here) {
		s.tables[table] = append(s.tables[table], here)
	}
}

// file looks at one file.
func (s *search) file(t *testing.T, file string, parsed *ast.File) {
	t.Helper()
	here := path.Dir(file)
	statement := regexp.MustCompile(`\b(?:INSERT INTO|UPDATE|DELETE FROM) ([a-z_]+)`)
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, value := range n.Values {
				s.names[here+" "+n.Names[i].Name] = literal(value)
			}
		case *ast.BasicLit:
			for _, found := range statement.FindAllStringSubmatch(literal(n), -1) {
				s.add(found[1], here)
			}
		case *ast.FuncDecl:
			if n.Name.Name != "TableName" || n.Body == nil {
				return true
			}
			back, ok := n.Body.List[0].(*ast.ReturnStmt)
			if !ok {
				t.Errorf("%s: TableName does more than to return a name", file)
				return true
			}
			if name, ok := back.Results[0].(*ast.Ident); ok {
				s.named = append(s.named, [2]string{here, name.Name})
			} else {
				s.add(literal(back.Results[0]), here)
			}
		}
		return true
	})
}

// writers says for each table which packages have a row type of it or write to it by a statement of their own.
func writers(t *testing.T, root fs.FS) map[string][]string {
	t.Helper()
	s := search{tables: map[string][]string{}, names: map[string]string{}}
	err := fs.WalkDir(root, "internal", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") ||
			strings.HasPrefix(file, "internal/testkit/") || strings.HasPrefix(file, "internal/bench/") {
			return err
		}
		text, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s.file(t, file, parsed)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range s.named {
		s.add(s.names[n[0]+" "+n[1]], n[0])
	}
	return s.tables
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return text
}

// Each table has one package that knows its rows and writes them. What else reads it joins it by name.
func TestEachTableHasOnePackage(t *testing.T) {
	shared := map[string][]string{
		// accounts reads who has an address together with their places, in one statement.
		"persons": {"internal/accounts", "internal/identity/persons"},
		// gate tries to change what nobody may change, and says so where it works.
		"entries": {"internal/activity", "internal/gate"},
	}
	tables := writers(t, os.DirFS("../.."))
	for table, packages := range tables {
		slices.Sort(packages)
		if len(packages) > 1 && !slices.Equal(packages, shared[table]) {
			t.Errorf("%s has rows in %s", table, strings.Join(packages, ", "))
		}
	}
	for _, table := range []string{"persons", "sessions", "factors", "signin_counters", "memberships", "entries"} {
		if len(tables[table]) == 0 {
			t.Errorf("nothing is found that writes %s", table)
		}
	}
}

func TestASecondPackageOfATableIsFound(t *testing.T) {
	tables := writers(t, fstest.MapFS{
		"internal/a/a.go": {Data: []byte("package a\n\ntype row struct{}\n\n" +
			"func (row) TableName() string { return rows }\n\nconst rows = \"tills\"\n")},
		"internal/b/b.go": {Data: []byte("package b\n\nconst take = \"UPDATE tills SET cash = 0\"\n")},
	})
	if got := tables["tills"]; !slices.Equal(got, []string{"internal/b", "internal/a"}) {
		t.Errorf("tills are written in %v", got)
	}
}
