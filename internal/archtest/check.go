package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const (
	module    = "gatehouse"
	dbPackage = module + "/internal/platform/db"
)

// Violations reads every Go file of the module that is not a test, and says which arrows are drawn the wrong way.
func Violations(source fs.FS) ([]string, error) {
	var found []string
	err := fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		found = append(found, judge(name, file)...)
		return nil
	})
	return found, err
}

// Strangers are the names at the top of the module that nobody agreed on.
func Strangers(source fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(source, ".")
	var found []string
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") && !slices.Contains(topLevel(), entry.Name()) {
			found = append(found, entry.Name())
		}
	}
	return found, err
}

func judge(name string, file *ast.File) []string {
	here := path.Dir(name)
	allowed, listed := permitted(here)
	if !listed {
		return []string{name + ": package " + here + " is not in the table of archtest"}
	}
	var found []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has checked it
		}
		target, own := strings.CutPrefix(imported, module+"/")
		if own && target != here && !slices.ContainsFunc(allowed, covers(target)) {
			found = append(found, fmt.Sprintf("%s: %s may not import %s", name, here, target))
		}
		if here != "templates" && !strings.HasPrefix(here, "templates/") {
			continue
		}
		if strings.Contains(imported, ".") && !strings.HasPrefix(imported, "github.com/a-h/templ") {
			found = append(found, fmt.Sprintf("%s: markup may not import %s", name, imported))
		}
	}
	if namesWriter(file) && !slices.ContainsFunc(writerHolders(), covers(here)) {
		found = append(found, name+": "+here+" may not speak of db.Writer: changes pass the gate")
	}
	return found
}

// permitted finds what a package may import: by the rule of its own name, or else by the longest one that fits.
func permitted(here string) (allowed []rule, listed bool) {
	longest := -1
	for name, targets := range mayImport() {
		if name == here {
			return targets, true
		}
		if covers(here)(name) && len(name) > longest {
			longest, allowed = len(name), targets
		}
	}
	return allowed, longest >= 0
}

func covers(target string) func(rule) bool {
	return func(r rule) bool {
		folder, tree := strings.CutSuffix(r, "...")
		return r == target || tree && (strings.HasPrefix(target, folder) || target+"/" == folder)
	}
}

// namesWriter looks for db.Writer under whatever name the file imports the package.
func namesWriter(file *ast.File) bool {
	local := ""
	for _, spec := range file.Imports {
		if spec.Path.Value == strconv.Quote(dbPackage) {
			local = path.Base(dbPackage)
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "" {
		return false
	}
	named := false
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok && selector.Sel.Name == "Writer" {
			if base, ok := selector.X.(*ast.Ident); ok && base.Name == local {
				named = true
			}
		}
		return !named
	})
	return named
}
