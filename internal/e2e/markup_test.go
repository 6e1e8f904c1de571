//go:build e2e

package e2e_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/html-validate/html-validate.min.js
var htmlValidate string

// rulesOfMarkup are those that html-validate recommends, but for matters of taste, and for the roles that tables need
// which are shown as cards on a phone.
const rulesOfMarkup = `{
	extends: ["html-validate:recommended"],
	rules: {
		"aria-label-misuse": ["error", {allowAnyNamable: true}],
		"form-dup-name": ["error", {shared: ["radio", "checkbox", "submit", "button"]}],
		"no-redundant-role": "off", "prefer-native-element": "off", "require-sri": "off",
		"no-implicit-button-type": "off", "long-title": "off", "void-style": "off", "no-trailing-whitespace": "off",
		"attribute-boolean-style": "off", "attribute-empty-style": "off", "doctype-style": "off",
	},
}`

// checker reads markup in a window of its own: the content policy of our pages would stop it. One page at a time is
// read.
type checker struct {
	window *tab
	turn   *sync.Mutex
}

func (s *stage) checker(t *testing.T) checker {
	t.Helper()
	b := s.open(t)
	ask[chromedp.Void](b, htmlValidate+`; globalThis.validator = new htmlvalidate.HtmlValidate(
		new htmlvalidate.StaticConfigLoader(`+rulesOfMarkup+`)); 0`)
	return checker{b, &sync.Mutex{}}
}

// mistake is what is wrong with markup.
type mistake struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Line    int    `json:"line"`
	Around  string `json:"around"`
}

// mistakes are what html-validate finds in a page that somebody got.
func (c checker) mistakes(b *tab, markup string) []mistake {
	b.t.Helper()
	quoted, err := json.Marshal(markup)
	if err != nil {
		b.t.Fatal(err)
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	patient, enough := context.WithTimeout(c.window.ctx, patience)
	defer enough()
	found, err := chromedp.Run(patient, chromedp.Evaluate[[]mistake](fmt.Sprintf(`(async () => {
		const markup = %s, report = await validator.validateString(markup);
		return report.results.flatMap(r => r.messages).map(m => ({
			rule: m.ruleId, message: m.message, line: m.line, around: markup.slice(Math.max(0, m.offset - 60), m.offset + 90),
		}));
	})()`, quoted), chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", b.path(), err)
	}
	return found
}

// wellFormed asserts that html-validate finds nothing in a page as it was sent.
func (c checker) wellFormed(b *tab) {
	b.t.Helper()
	for _, m := range c.mistakes(b, b.sent()) {
		b.t.Errorf("%s: %s (%s): %s", b.path(), m.Message, m.Rule, strings.Join(strings.Fields(m.Around), " "))
	}
}

// sent is the page as it came, before the browser made the best of it.
func (b *tab) sent() string {
	b.t.Helper()
	body := call(b, network.GetResponseBody, network.GetResponseBodyParams{RequestID: b.document})
	return string(body.Body)
}
