package log

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
)

// keyPath is where everybody finds the public key of the log's signatures; keyText is the same for programs.
const (
	keyPath = "/activity-key"
	keyText = keyPath + ".txt"
	keyKept = time.Hour // by browsers and whatever stands between
)

func (a *area) keyRoutes() {
	a.web.Page(keyPath, verb.Public, a.key)
	a.web.Page(keyText, verb.Public, a.keyFile)
}

// newestFirst are the public keys, that which signs now first.
func (a *area) newestFirst() []string {
	keys := slices.Clone(a.Keys)
	slices.Reverse(keys)
	return keys
}

func (a *area) key(c *web.Context) error {
	p := log.KeyPage{Shell: c.Shell("The key of the activity log")}
	for _, key := range a.newestFirst() {
		p.Keys = append(p.Keys, log.Key{Text: key, Fingerprint: activity.Fingerprint(key)})
	}
	return c.Page(log.KeyOf(p))
}

func (a *area) keyFile(c *web.Context) error {
	c.CacheFor(keyKept)
	return c.Text(http.StatusOK, strings.Join(a.newestFirst(), "\n")+"\n")
}
