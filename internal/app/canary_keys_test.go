package app_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"gatehouse/internal/platform/config"
)

// shown reads an element of a page, without its spaces.
func shown(t *testing.T, page, selector string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(doc.Find(selector).Text()), " ")
	if text == "" {
		t.Fatalf("the page shows no %s: %s", selector, page)
	}
	return text
}

// getsKeys has somebody be shown what they are to keep: the secret of a code app, recovery codes, and the keys of a
// stream of their account's log, before and after these are changed.
func getsKeys(b *browser, base string) {
	b.t.Helper()
	begun, page := b.fill("/me/security", "/me/security/codes", map[string]string{"name": canaries()["code app's name"]})
	secret := strings.ReplaceAll(shown(b.t, page, "#setup-key"), " ", "")
	b.all["code app's secret"] = secret
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		b.t.Fatal(err)
	}
	b.fill(b.must(begun), begun, map[string]string{"code": code})
	const codes = "/me/security/recovery-codes"
	_, page = b.fill(codes, codes, nil)
	for i, one := range strings.Fields(shown(b.t, page, "#codes")) {
		b.all[fmt.Sprintf("recovery code %d", i)] = one
		b.all[fmt.Sprintf("recovery code %d, bare", i)] = strings.ReplaceAll(one, "-", "")
	}
	streams := base + "/activity/streams"
	_, page = b.fill(streams+"/new", streams+"/new", map[string]string{
		"name": canaries()["stream's name"], "address": "https://127.0.0.1:9/" + canaries()["stream's path"],
	})
	b.all["stream's key"] = shown(b.t, page, "#stream-key")
	_, list := b.do(http.MethodGet, streams, nil)
	again := regexp.MustCompile(streams + `/[0-9a-z]{26}/key`).FindString(list)
	_, page = b.fill(again, again, nil)
	b.all["stream's next key"] = shown(b.t, page, "#stream-key")
	takesAway(b, base+"/activity")
}

// takesAway has somebody take a part of their log with them, and keep how they found it: both are remembered, the
// address that they looked for included.
func takesAway(b *browser, log string) {
	b.t.Helper()
	c := canaries()
	address := "address=" + c["address of the browser"]
	export := log + "/export?" + address
	_, file := b.fill(export, export, map[string]string{"format": "jsonl"})
	if !strings.Contains(file, c["owner's name"]) || !strings.Contains(file, c["address of the browser"]) {
		b.t.Fatalf("the file tells nothing: %.300s", file)
	}
	b.must(first(b.fill(log+"/saved?"+address, log+"/saved", map[string]string{
		"name": c["saved view's name"], "view": address,
	})))
}

// L5: neither what is chained of a day nor what is mailed of it holds a password, a secret of a code app, a recovery
// code, a key of a stream or the token of a session. Links in mails work once and are meant for whoever gets them.
func TestNoSecretsAreMailed(t *testing.T) {
	t.Parallel()
	var mails strings.Builder
	_, secrets := live(t, func(*config.Config) {}, func(h *house) {
		for _, m := range h.Mailbox.List() {
			mails.WriteString(m.Subject + "\n" + m.Text + "\n" + m.HTML + "\n")
		}
	})
	looked := map[string]string{}
	for name, value := range secrets {
		for _, part := range []string{
			"password", "code app's secret", "recovery code", "stream", "gatehouse ", "credentials",
		} {
			if strings.Contains(name, part) {
				looked[name] = value
			}
		}
	}
	if len(looked) < 12 {
		t.Fatalf("only %d secrets: %v", len(looked), looked)
	}
	look(t, "the mails", []byte(mails.String()), looked)
}
