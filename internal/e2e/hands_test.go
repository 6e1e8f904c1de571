//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gatehouse/internal/identity/persons"
)

// manner is how somebody works with a page.
type manner string

const (
	byKeyboard     manner = "keyboard"        // Tab, Space, Enter and arrows alone
	withoutScripts manner = "without scripts" // by mouse, with scripts turned off in the browser
)

// hands are somebody at work in one manner.
type hands struct {
	*tab
	manner manner
}

func (s *stage) hands(t *testing.T, m manner) hands {
	t.Helper()
	h := hands{s.open(t), m}
	if m == withoutScripts {
		call(h.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	return h
}

// press follows a link or sends a form.
func (h hands) press(name string) hands {
	h.t.Helper()
	if h.manner == byKeyboard {
		h.reach(name).enter()
	} else {
		h.tab.press(name)
	}
	return h
}

// fill writes over what stands in a field.
func (h hands) fill(field, text string) hands {
	h.t.Helper()
	if h.manner != byKeyboard {
		h.tab.fill(field, text)
		return h
	}
	h.tabTo(fmt.Sprintf("document.activeElement.name === %q", field), field)
	ask[chromedp.Void](h.tab, "document.activeElement.select?.(); 0") // as Ctrl+A does
	call(h.tab, input.InsertText, input.InsertTextParams{Text: text})
	return h
}

// choose picks one of several, from a list or by its button, or ticks a box.
func (h hands) choose(field, value string) hands {
	h.t.Helper()
	if h.manner != byKeyboard {
		h.tab.choose(field, value)
		return h
	}
	h.tabTo(fmt.Sprintf("document.activeElement.name === %q", field), field)
	for range 20 {
		at := ask[struct {
			Value string `json:"value"`
			On    bool   `json:"on"`
		}](h.tab, "({value: document.activeElement.value, on: document.activeElement.checked === true})")
		switch {
		case at.Value == value && at.On:
			return h
		case at.Value == value:
			h.keys(" ")
			return h
		}
		h.keys(kb.ArrowDown)
	}
	h.t.Fatalf("%s: no %s is %s", h.path(), field, value)
	return h
}

// unfold opens something that is folded.
func (h hands) unfold(name string) hands {
	h.t.Helper()
	if h.manner == byKeyboard {
		h.reach(name).keys(kb.Enter)
	} else {
		h.do(h.click(fmt.Sprintf("[...document.querySelectorAll('summary')].find(e => e.checkVisibility() && "+
			"(e.innerText + e.ariaLabel).includes(%q))", name)))
	}
	return h
}

// tabTo presses Tab until a condition holds.
func (h hands) tabTo(condition, name string) {
	h.t.Helper()
	for range 80 {
		if ask[bool](h.tab, condition) {
			return
		}
		h.keys(kb.Tab)
	}
	h.t.Fatalf("%s: Tab does not reach %s", h.path(), name)
}

func (h hands) signIn(email string) hands {
	h.t.Helper()
	h.visit("/sign-in")
	h.fill("email", email).fill("password", persons.DemoPassword).press("Sign in")
	if strings.HasPrefix(h.path(), "/sign-in/") {
		h.confirm(email)
	}
	if h.ledAside() {
		h.press("Not now")
	}
	return h
}

// confirm answers the second step with a code.
func (h hands) confirm(email string) {
	h.t.Helper()
	for range tries {
		h.fill("code", h.code(h.t, email))
		sent := chromedp.KeyEvent(kb.Enter)
		if h.manner == byKeyboard {
			h.reach("Confirm")
		} else {
			sent = h.click(control("Confirm"))
		}
		if h.follow(sent) == http.StatusOK {
			return
		}
	}
	h.t.Fatalf("%s: no code of %s is taken: %s", h.path(), email, h.text())
}
