//go:build e2e

package e2e_test

import (
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// keys presses keys, one after the other.
func (b *tab) keys(text string) *tab {
	b.t.Helper()
	b.do(chromedp.KeyEvent(text))
	return b
}

// focus is what has the keyboard.
type focus struct {
	Name string `json:"name"`
	Ring bool   `json:"ring"`
}

const focused = `(() => {
  const at = document.activeElement, shown = getComputedStyle(at);
  if (at === document.body) return { name: "", ring: false };
  const name = at.labels?.[0]?.innerText ?? at.getAttribute("aria-label") ?? at.innerText ?? "";
  const label = at.labels?.[0] ? getComputedStyle(at.labels[0]) : shown;
  const ring = (s) => s.outlineStyle !== "none" && s.outlineWidth !== "0px";
  return { name: name.replace(/\s+/g, " ").trim(), ring: ring(shown) || ring(label) };
})()`

// reach presses Tab until something has the focus, which must be seen there.
func (b *tab) reach(name string) *tab {
	b.t.Helper()
	passed := []string{}
	for range 60 {
		at := ask[focus](b, focused)
		if strings.HasPrefix(at.Name, name) {
			if !at.Ring {
				b.t.Errorf("%s: nothing shows that %q has the focus", b.path(), name)
			}
			return b
		}
		passed = append(passed, at.Name)
		b.keys(kb.Tab)
	}
	b.t.Fatalf("%s: Tab does not reach %q, but %q", b.path(), name, passed)
	return nil
}

func (b *tab) size(width, height int64) {
	b.t.Helper()
	if b.width != width || b.height != height {
		b.width, b.height = width, height
		b.do(chromedp.EmulateViewport(width, height))
	}
}

// dark says which of the two looks the person's system prefers.
func (b *tab) dark(on bool) {
	b.t.Helper()
	if b.night == on {
		return
	}
	b.night = on
	if on {
		b.prefer("dark")
	} else {
		b.prefer("light")
	}
}

// prefer has the person's system prefer a look, and no movement, which would be caught half-way.
func (b *tab) prefer(scheme string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		},
	})
}
