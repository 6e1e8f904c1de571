package mail_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// look is how the sheet of a mail colours things, by selector and property.
type look map[string]map[string]string

// Mails are read in the dark as well: whatever has a colour in the light has one there, and every text stands out from
// what it is on by 4.5 to 1, by day and by night (WCAG 2.2, 1.4.3).
func TestMailsAreReadInTheDark(t *testing.T) {
	t.Parallel()
	for name, m := range every() {
		var html strings.Builder
		if err := m.HTML.Render(t.Context(), &html); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(html.String(), `<meta name="color-scheme" content="light dark"`) {
			t.Errorf("%s: does not say that it can be read in the dark", name)
		}
		light, dark := looks(t, html.String())
		for selector, colours := range light {
			for property := range colours {
				if dark[selector][property] == "" {
					t.Errorf("%s: in the dark %s keeps its %s", name, selector, property)
				}
			}
		}
		for night, l := range map[bool]look{false: light, true: dark} {
			for _, pair := range [][2]string{
				{"body", "body"},
				{"body", "main"},
				{"th", "main"},
				{"a", "main"},
				{".quiet", "main"},
				{"footer", "body"},
				{".go a", ".go a"},
			} {
				if got := contrast(t, l[pair[0]]["color"], l[pair[1]]["background"]); got < 4.5 {
					t.Errorf("%s, in the dark: %v: %s on %s has %.1f to 1", name, night, pair[0], pair[1], got)
				}
			}
		}
	}
}

// looks are the colours of a mail in the light, and those that it has instead in the dark.
func looks(t *testing.T, html string) (light, dark look) {
	t.Helper()
	sheet := regexp.MustCompile(`(?s)<style>(.*)@media \(prefers-color-scheme: dark\) \{(.*)\}\s*</style>`).
		FindStringSubmatch(html)
	if len(sheet) != 3 {
		t.Fatal("the mail has no colours for the dark")
	}
	return colours(sheet[1]), colours(sheet[2])
}

func colours(sheet string) look {
	out, part := look{}, regexp.MustCompile(`(?:^|[\s;])(color|background): (#\w+)`)
	for _, rule := range regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`).FindAllStringSubmatch(sheet, -1) {
		for selector := range strings.SplitSeq(rule[1], ",") {
			for _, colour := range part.FindAllStringSubmatch(rule[2], -1) {
				selector = strings.TrimSpace(selector)
				if out[selector] == nil {
					out[selector] = map[string]string{}
				}
				out[selector][colour[1]] = colour[2]
			}
		}
	}
	return out
}

// contrast is how far two colours stand apart.
func contrast(t *testing.T, one, other string) float64 {
	t.Helper()
	a, b := luminance(t, one), luminance(t, other)
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	text := strings.TrimPrefix(colour, "#")
	if len(text) == 3 {
		text = fmt.Sprintf("%[1]c%[1]c%[2]c%[2]c%[3]c%[3]c", text[0], text[1], text[2])
	}
	value, err := strconv.ParseUint(text, 16, 32)
	if err != nil || len(text) != 6 {
		t.Fatalf("%q is no colour", colour)
	}
	sum := 0.0
	for i, weight := range []float64{0.0722, 0.7152, 0.2126} {
		part := float64(value>>(8*i)&0xff) / 255
		if part <= 0.04045 {
			part /= 12.92
		} else {
			part = math.Pow((part+0.055)/1.055, 2.4)
		}
		sum += weight * part
	}
	return sum
}
