package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
)

// jobsLater is by how much the clock goes on before each job, so that something is due.
const jobsLater = 45 * time.Minute

// catalogueNames are the constants of the actions.
func catalogueNames(t *testing.T) map[activity.Action]string {
	t.Helper()
	names := map[activity.Action]string{}
	eachFile(t, "../activity", func(_ string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			of, isAction := spec.Type.(*ast.Ident)
			value, isText := spec.Values[0].(*ast.BasicLit)
			if isAction && isText && of.Name == "Action" {
				text, _ := strconv.Unquote(value.Value)
				names[activity.Action(text)] = spec.Names[0].Name
			}
			return true
		})
	})
	return names
}

// producers are the actions that code names which writes entries: that of the gate, the domains, and what binds them.
// What only looks for an action, compares with it or sorts by it, produces none.
func producers(t *testing.T) map[string]bool {
	t.Helper()
	made := map[string]bool{}
	eachFile(t, "..", func(path string, file *ast.File) {
		for _, reads := range []string{"../web/", "../overview/", "../testkit/", "../bench/", "../e2e/", "../activity/"} {
			if strings.HasPrefix(path, reads) {
				return
			}
		}
		var written func(n ast.Node) bool
		written = func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				return n.Op != token.EQL && n.Op != token.NEQ
			case *ast.CaseClause:
				for _, s := range n.Body {
					ast.Inspect(s, written)
				}
				return false
			case *ast.CallExpr: // what is looked for in a list, or bound to a query
				return !lookingUp(n)
			case *ast.CompositeLit: // what is looked for in the log
				return !isFilter(n)
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.SelectorExpr); ok && isAction(key) { // a table that is looked up by it
					ast.Inspect(n.Value, written)
					return false
				}
			case *ast.SelectorExpr:
				if isAction(n) {
					made["activity."+n.Sel.Name] = true
				}
			}
			return true
		}
		ast.Inspect(file, written)
	})
	return made
}

// lookingUp says of a call that it only compares: an action is looked for in a list, or written as text into a query.
func lookingUp(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return strings.HasPrefix(f.Sel.Name, "Contains") || f.Sel.Name == "Where"
	case *ast.Ident:
		return f.Name == "string"
	}
	return false
}

func isFilter(list *ast.CompositeLit) bool {
	t, ok := list.Type.(*ast.SelectorExpr)
	return ok && t.Sel.Name == "Filter"
}

func isAction(s *ast.SelectorExpr) bool {
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "activity"
}

// eachFile parses the program's files below a folder, tests apart.
func eachFile(t *testing.T, folder string, use func(path string, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			use(filepath.ToSlash(path), file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
