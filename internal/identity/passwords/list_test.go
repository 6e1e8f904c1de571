package passwords_test

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	zxcvbn "github.com/ccojocar/zxcvbn-go/data"
)

var update = flag.Bool("update", false, "write the list of the browsers anew")

// S2: the hint beside a new password looks at the beginning of the very list that decides.
func TestTheBrowsersListIsTheBeginningOfOurs(t *testing.T) {
	t.Parallel()
	const (
		path  = "../../../static/vendor/common-passwords.js"
		most  = 4000
		width = 100
	)
	raw, err := zxcvbn.Asset("data/Passwords.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ List []string }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var text, line strings.Builder
	text.WriteString("// The passwords that attackers try first, from zxcvbn (MIT). Made by a test: see README.md. " +
		"Many are rude, and\n// filters of mails and pages take offence: each letter stands thirteen further on.\n")
	text.WriteString("export default `\n")
	n := 0
	for _, entry := range file.List {
		if n == most {
			break
		}
		if !regexp.MustCompile(`^[A-Za-z0-9]{4,}$`).MatchString(entry) {
			continue
		}
		n++
		if line.Len()+len(entry) >= width {
			text.WriteString(line.String() + "\n")
			line.Reset()
		} else if line.Len() > 0 {
			line.WriteString(" ")
		}
		line.WriteString(strings.Map(thirteenOn, strings.ToLower(entry)))
	}
	text.WriteString(line.String() + "`;\n")
	if *update {
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != text.String() || n != most {
		t.Errorf("%s is not the beginning of the list; write it anew with -update", path)
	}
}

func thirteenOn(r rune) rune {
	if r < 'a' || r > 'z' {
		return r
	}
	return 'a' + (r-'a'+13)%26
}
