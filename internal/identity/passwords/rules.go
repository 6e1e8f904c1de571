package passwords

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	zxcvbn "github.com/ccojocar/zxcvbn-go/data"
	"golang.org/x/text/unicode/norm"

	"gatehouse/internal/fault"
)

// The lengths of S1, in code points (NIST SP 800-63B-4, section 3.1.1.2). There is no rule about kinds of characters
// and none about age: both make passwords worse.
const (
	ShortestAlone      = 15 // where the password is the only factor
	ShortestWithSecond = 8
	longestPassword    = 1000 // far above what anybody types; nothing is ever cut off
	wordsOwn           = 8    // letters that must be left when common and personal words are taken out
)

// Context is what an attacker would try first for this person.
type Context struct {
	Email        string
	Name         string
	Brand        string // the provider's name
	SecondFactor bool   // whether a second factor is asked for as well
}

// Rules knows the passwords that everybody knows. The list is read at its first use: starting must be quick. The zero
// value is ready.
type Rules struct {
	once   sync.Once
	common map[string]bool
	err    error
}

// Check says what is wrong with a new password, in the words of the form (S1, S2); nil where nothing is.
func (r *Rules) Check(password string, about Context) error {
	password = norm.NFC.String(password)
	shortest := ShortestAlone
	if about.SecondFactor {
		shortest = ShortestWithSecond
	}
	length := utf8.RuneCountInString(password)
	switch {
	case password == "":
		return fault.InvalidField("password", "Choose a password.")
	case !utf8.ValidString(password):
		return fault.InvalidField("password", "This password has characters that cannot be stored.")
	case length < shortest:
		return fault.InvalidField("password", fmt.Sprintf(
			"Use at least %d characters; this has %d. A few words in a row are easy to remember.", shortest, length))
	case length > longestPassword:
		return fault.InvalidField("password", fmt.Sprintf("Use at most %d characters.", longestPassword))
	}
	common, err := r.isCommon(password)
	switch {
	case err != nil:
		return err
	case common:
		return fault.InvalidField("password", "Attackers try this password first. Choose another.")
	case isMostlyContext(password, about):
		return fault.InvalidField("password",
			"This is easy to guess from your name, your e-mail address or ours. Choose another.")
	}
	return nil
}

// isCommon says whether a password is on the list, bare or dressed up: with other capitals, digits and signs around it,
// digits for letters, said twice, two of them in a row, or a run along the keyboard.
func (r *Rules) isCommon(password string) (bool, error) {
	r.once.Do(r.load)
	if r.err != nil {
		return false, r.err
	}
	folded := strings.ToLower(password)
	for _, form := range []string{
		folded, bare(folded), unmask(bare(folded)), bare(unmask(folded)), letters(unmask(folded)),
	} {
		if r.common[form] || isRun(form) {
			return true, nil
		}
		for i := 1; i < len(form); i++ {
			if r.common[form[:i]] && r.common[form[i:]] {
				return true, nil
			}
		}
	}
	return isRepeat(folded) || letters(folded) == "" && isRun(digits(folded)), nil
}

func (r *Rules) load() {
	raw, err := zxcvbn.Asset("data/Passwords.json")
	if err != nil {
		r.err = fmt.Errorf("list of common passwords: %w", err)
		return
	}
	var file struct{ List []string }
	if err := json.Unmarshal(raw, &file); err != nil {
		r.err = fmt.Errorf("list of common passwords: %w", err)
		return
	}
	r.common = make(map[string]bool, len(file.List))
	for _, entry := range file.List {
		r.common[strings.ToLower(entry)] = true
	}
}

// isMostlyContext says whether too little is left of a password without the words that belong to the person and to the
// provider.
func isMostlyContext(password string, about Context) bool {
	folded := strings.ToLower(password)
	for _, form := range []string{folded, unmask(folded)} {
		rest, found := form, false
		for _, word := range about.words() {
			if strings.Contains(rest, word) {
				rest, found = strings.ReplaceAll(rest, word, ""), true
			}
		}
		if found && utf8.RuneCountInString(letters(rest)) < wordsOwn {
			return true
		}
	}
	return false
}

// words are the words of four letters and more, the longest first so that "northwind" goes before "north".
func (c Context) words() []string {
	var out []string
	for _, text := range []string{c.Email, c.Name, c.Brand, "gatehouse", "password"} {
		for _, word := range strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), notLetter) {
			if utf8.RuneCountInString(word) >= 4 {
				out = append(out, word)
			}
		}
	}
	sortByLength(out)
	return out
}
