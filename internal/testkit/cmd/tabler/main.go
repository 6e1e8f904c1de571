// Command tabler makes the part of Tabler's style sheet that the portal uses, and the list of the classes that it left
// out:
//
//	go run ./internal/testkit/cmd/tabler node_modules/@tabler/core/dist/css/tabler.min.css
//
// The whole sheet is eight times as large, and a browser reads it anew for each page. Whoever needs another of Tabler's
// classes writes it into a template and runs this again; a test of static says so.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Where the results go, and where classes are named.
const (
	sheetFile   = "static/vendor/tabler.min.css"
	leftOutFile = "static/vendor/tabler.left-out.txt"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tabler:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: tabler FILE.css")
	}
	whole, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	own, words, err := sources()
	if err != nil {
		return err
	}
	p := pruner{words: words, left: map[string]bool{}}
	comments := regexp.MustCompile(`(?s)/\*.*?\*/`)
	licence := comments.FindString(string(whole)) // the first of them
	sheet := withoutUnused(p.rules(parse(comments.ReplaceAllString(string(whole), ""))), own)
	sheet = strings.Replace(sheet, ";", ";"+licence, 1) // behind @charset
	if err := os.WriteFile(sheetFile, []byte(sheet+"\n"), 0o600); err != nil {
		return err
	}
	left := make([]string, 0, len(p.left))
	for class := range p.left {
		left = append(left, class)
	}
	slices.Sort(left)
	return os.WriteFile(leftOutFile, []byte(strings.Join(left, "\n")+"\n"), 0o600)
}

// sources are the texts that name classes or properties of Tabler, in one, and the words in them.
func sources() (text string, words map[string]bool, err error) {
	var all strings.Builder
	for _, folder := range []string{"templates", "static/js", "static/css"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			content, err := os.ReadFile(path)
			all.Write(content)
			return err
		})
		if err != nil {
			return "", nil, err
		}
	}
	words = map[string]bool{}
	for _, word := range regexp.MustCompile(`[A-Za-z][A-Za-z0-9-]*`).FindAllString(all.String(), -1) {
		words[word] = true
	}
	return all.String(), words, nil
}
