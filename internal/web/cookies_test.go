package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
)

// N4: every cookie is for this host alone, sent over TLS alone, out of reach of scripts, and kept from other sites'
// forms; over plain HTTP, which is for rehearsing on one's own machine, all of that but the TLS.
func TestEveryCookieIsForThisHostAlone(t *testing.T) {
	t.Parallel()
	for public, secure := range map[string]bool{site: true, "http://localhost:8080": false} {
		d := door(t, func(cfg *web.Config) {
			at, err := url.Parse(public)
			if err != nil {
				t.Fatal(err)
			}
			cfg.PublicURL = at
		})
		d.Page("/all", verb.Public, func(c *web.Context) error {
			c.FormToken()
			c.StartSession("token")
			c.StartStep("token")
			c.StartRecovery("token")
			c.KeepBrowser("token")
			c.SayLater(id.New[id.PersonKind]())
			c.Done("It is done.")
			return c.Text(http.StatusOK, "hello")
		})
		d.Page("/none", verb.Public, func(c *web.Context) error {
			c.ForgetSession()
			c.ForgetRecovery()
			return c.Text(http.StatusOK, "hello")
		})
		h := start(t, d)
		for path, least := range map[string]int{"/all": 7, "/none": 3} {
			r := httptest.NewRequest(http.MethodGet, public+path, nil)

			answer, _ := send(h, r)
			cookies := answer.Cookies()
			if len(cookies) < least {
				t.Errorf("%s%s sets %d cookies", public, path, len(cookies))
			}
			for _, c := range cookies {
				if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
					c.Secure != secure || strings.HasPrefix(c.Name, "__Host-") != secure {
					t.Errorf("%s%s: %s", public, path, c.Raw)
				}
			}
		}
	}
}
