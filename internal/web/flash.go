package web

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"gatehouse/templates/ui"
)

// flashTime is for how long a note waits for the next page.
const flashTime = time.Minute

// maxFlash bounds the note's cookie.
const maxFlash = 1500

type flashNote struct {
	Tone ui.Tone `json:"t"`
	Text string  `json:"s"`
}

// Flash leaves a note for the next page: what was done. It travels in a cookie that we vouch for, so that nobody can
// put words into our mouth.
func (c *Context) Flash(tone ui.Tone, text string) {
	content, err := json.Marshal(flashNote{Tone: tone, Text: text})
	if err != nil || len(content) > maxFlash {
		return // a note is a courtesy; the page shows what was done anyway
	}
	mac := c.web.Box.MAC("flash", content)
	encode := base64.RawURLEncoding.EncodeToString
	c.setCookie(flashCookie, encode(content)+"."+encode(mac), flashTime)
}

// Done is Flash for what went well.
func (c *Context) Done(text string) { c.Flash(ui.OK, text) }

// takeFlash is the note that was left, if any; it is shown once.
func (c *Context) takeFlash() *ui.Flash {
	sent := c.cookie(flashCookie)
	if sent == "" {
		return nil
	}
	c.setCookie(flashCookie, "", 0)
	content, mac, ok := decodeFlash(sent)
	var note flashNote
	if !ok || !c.web.Box.VerifyMAC(mac, "flash", content) || json.Unmarshal(content, &note) != nil {
		return nil
	}
	return &ui.Flash{Tone: note.Tone, Text: note.Text}
}

func decodeFlash(sent string) (content, mac []byte, ok bool) {
	for i := range len(sent) {
		if sent[i] != '.' {
			continue
		}
		content, err := base64.RawURLEncoding.DecodeString(sent[:i])
		if err != nil {
			return nil, nil, false
		}
		mac, err := base64.RawURLEncoding.DecodeString(sent[i+1:])
		return content, mac, err == nil
	}
	return nil, nil, false
}
