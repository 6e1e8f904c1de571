package identity_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// S13: every place that can make a session is listed here. All of them go through begin, which makes none for somebody
// with a second factor who did not use it; nothing else creates a row of sessions, here or in another package.
func TestEveryPlaceThatMakesASession(t *testing.T) {
	t.Parallel()
	begins, makes, creates := []string{}, []string{}, []string{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && path != root || entry.Name() == "testdata"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		here := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), root+string(filepath.Separator)))
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			name := here + "." + f.Name.Name
			ast.Inspect(f.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					s, ok := n.Fun.(*ast.SelectorExpr)
					if ok && s.Sel.Name == "begin" && here == "internal/identity" {
						begins = append(begins, name)
					}
					if ok && s.Sel.Name == "MakeSession" {
						makes = append(makes, name)
					}
				case *ast.CompositeLit:
					if typ, ok := n.Type.(*ast.Ident); ok && typ.Name == "sessionRow" && len(n.Elts) > 0 {
						creates = append(creates, name)
					}
				case *ast.BasicLit:
					if n.Kind == token.STRING && strings.Contains(strings.ToUpper(n.Value), "INSERT INTO SESSIONS") {
						creates = append(creates, name)
					}
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(begins)
	slices.Sort(creates)
	if want := []string{"internal/identity/sessions.MakeSession"}; !slices.Equal(creates, want) {
		t.Errorf("rows of sessions are made by %v, not by %v", creates, want)
	}
	if want := []string{"internal/identity.begin"}; !slices.Equal(makes, want) {
		t.Errorf("sessions are made for %v, not for %v alone", makes, want)
	}
	agreed := []string{
		"internal/identity.SignInWithPasskey", "internal/identity.byRemembered", "internal/identity.passwordProved",
		"internal/identity.secondFactor",
	}
	if got := slices.Compact(begins); !slices.Equal(got, agreed) {
		t.Errorf("sessions are begun by %v, agreed are %v", got, agreed)
	}
}
