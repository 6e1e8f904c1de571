package archtest_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

const composedFile = "testdata/composed.golden"

// I2: SQL is written in the program alone. Every text that goes to the database, values apart, is made of constants of
// the program, or by a function on a list: each of those was read, and makes it of constants, marks for values
// and names of columns, or is only called like one that does. What is new on it is to be read before it is kept.
func TestTextsOfPeopleAreNoSQL(t *testing.T) { // I2
	t.Parallel()
	r := &sqlReading{
		constants: map[string]bool{}, composed: map[string]bool{},
		takes: map[string]map[int]bool{"Verbatim": {1: true}}, // it hands its text past the mapper
	}
	if err := r.read(os.DirFS("../.."), "internal"); err != nil {
		t.Fatal(err)
	}
	for known := -1; known != len(r.takes); { // who hands a text on takes one as well
		known = len(r.takes)
		for _, f := range r.functions {
			r.look(f)
		}
	}
	got := slices.Sorted(maps.Keys(r.composed))
	if *update {
		text := []byte(strings.Join(got, "\n") + "\n")
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(composedFile, text, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadFile(composedFile)
	if err != nil {
		t.Fatal(err)
	}
	if r.statements < 1000 {
		t.Errorf("only %d texts were looked at", r.statements)
	}
	read := strings.Fields(strings.ReplaceAll(string(list), ": ", ":"))
	for _, one := range got {
		if !slices.Contains(read, strings.ReplaceAll(one, ": ", ":")) {
			t.Errorf("%s puts SQL together, or hands it on: read it, and keep it on the list with -update", one)
		}
	}
	if len(read) != len(got) {
		t.Errorf("%d functions are on the list, and %d put SQL together", len(read), len(got))
	}
}

// sqlReading is what is known of the program's texts.
type sqlReading struct {
	constants  map[string]bool // "package.name"
	functions  []sqlFunction
	takes      map[string]map[int]bool // by name: which parameters of a function become SQL
	composed   map[string]bool         // functions that put a text together
	statements int
}

type sqlFunction struct {
	at, pkg, name string
	decl          *ast.FuncDecl
	mapper        bool                  // its package may call the mapper
	locals        map[string][]ast.Expr // what is given to each name
	parameters    map[string]int
}

// sqlMethods are those of the mapper whose first argument is a part of a statement that is no value.
func sqlMethods() []string {
	return []string{"Raw", "Exec", "Where", "Order", "Select", "Joins", "Group", "Having", "Table", "Expr"}
}

func (r *sqlReading) read(source fs.FS, root string) error {
	return fs.WalkDir(source, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		for _, without := range []string{"internal/testkit", "internal/bench", "internal/e2e"} { // parts of tests
			if strings.HasPrefix(name, without+"/") {
				return nil
			}
		}
		text, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err == nil {
			r.take(path.Dir(name), file)
		}
		return err
	})
}

// take keeps a file's constants and functions.
func (r *sqlReading) take(at string, file *ast.File) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && d.Tok == token.CONST {
					for _, n := range v.Names {
						r.constants[file.Name.Name+"."+n.Name] = true
					}
				}
			}
		case *ast.FuncDecl:
			if d.Body != nil {
				f := newSQLFunction(at, file.Name.Name, d)
				f.mapper = !strings.HasPrefix(at, "internal/web") // the linter keeps it out of them
				r.functions = append(r.functions, f)
			}
		}
	}
}

func newSQLFunction(at, pkg string, d *ast.FuncDecl) sqlFunction {
	f := sqlFunction{
		at: at, pkg: pkg, name: d.Name.Name, decl: d, locals: map[string][]ast.Expr{}, parameters: map[string]int{},
	}
	for _, field := range d.Type.Params.List {
		for _, n := range field.Names {
			f.parameters[n.Name] = len(f.parameters)
		}
	}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if name, ok := l.(*ast.Ident); ok && len(n.Lhs) == len(n.Rhs) {
					f.locals[name.Name] = append(f.locals[name.Name], n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) {
					f.locals[name.Name] = append(f.locals[name.Name], n.Values[i])
				}
			}
		}
		return true
	})
	return f
}

// look judges the texts that a function hands to the mapper, or to another function that does.
func (r *sqlReading) look(f sqlFunction) {
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		selector, isMethod := call.Fun.(*ast.SelectorExpr)
		if isMethod && f.mapper && slices.Contains(sqlMethods(), selector.Sel.Name) {
			r.statements++
			r.judge(f, call.Args[0])
			return true
		}
		for i := range r.takes[f.callee(call.Fun)] {
			if i < len(call.Args) {
				r.judge(f, call.Args[i])
			}
		}
		return true
	})
}

// callee is the name by which a called function is known.
func (f sqlFunction) callee(called ast.Expr) string {
	switch called := called.(type) {
	case *ast.Ident:
		return known(f.pkg, called.Name)
	case *ast.SelectorExpr:
		return known(f.pkg, called.Sel.Name)
	}
	return ""
}

// known is a name within its package, or that of a function which every package can call: whatever has such a name.
func known(pkg, name string) string {
	if ast.IsExported(name) {
		return name
	}
	return pkg + "." + name
}

// judge puts a function on the list whose text is not made of constants alone. One that only hands on what it was given
// is judged where it is called.
func (r *sqlReading) judge(f sqlFunction, text ast.Expr) {
	handed, fixed := r.fixed(f, text, 0)
	if !fixed {
		r.composed[strings.TrimPrefix(f.at, "internal/")+": "+f.name] = true
	}
	for _, i := range handed {
		name := known(f.pkg, f.name)
		if r.takes[name] == nil {
			r.takes[name] = map[int]bool{}
		}
		r.takes[name][i] = true
	}
}

// fixed says whether a text is made of constants, and of which parameters beside them.
func (r *sqlReading) fixed(f sqlFunction, e ast.Expr, depth int) (handed []int, ok bool) {
	const deepest = 8
	if depth > deepest {
		return nil, false
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		return nil, true
	case *ast.ParenExpr:
		return r.fixed(f, e.X, depth+1)
	case *ast.BinaryExpr:
		left, ok := r.fixed(f, e.X, depth+1)
		right, also := r.fixed(f, e.Y, depth+1)
		return append(left, right...), ok && also
	case *ast.SelectorExpr:
		of, is := e.X.(*ast.Ident)
		return nil, is && r.constants[of.Name+"."+e.Sel.Name]
	case *ast.CallExpr: // the database's words for its time and for a lock
		s, is := e.Fun.(*ast.SelectorExpr)
		return nil, is && (s.Sel.Name == "NowSQL" || s.Sel.Name == "LockSQL")
	case *ast.Ident:
		return r.named(f, e.Name, depth)
	}
	return nil, false
}

func (r *sqlReading) named(f sqlFunction, name string, depth int) (handed []int, ok bool) {
	given, local := f.locals[name]
	i, parameter := f.parameters[name]
	switch {
	case !local && !parameter:
		return nil, r.constants[f.pkg+"."+name]
	case parameter:
		handed = append(handed, i)
	}
	for _, one := range given {
		more, fixed := r.fixed(f, one, depth+1)
		if handed = append(handed, more...); !fixed {
			return handed, false
		}
	}
	return handed, true
}
