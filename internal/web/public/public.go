// Package public holds the pages that need no sign-in: the invitation, the brand's stylesheet, health, the notices of
// payment gateways, and the demonstration's own pages.
package public

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts *accounts.Accounts
	Accent   func() string                        // the brand's colour by now, as #rrggbb; empty: the built-in one
	Logo     func() (hash string, content []byte) // the provider's logo by now, a PNG picture; nil: there is none
	LogoFile string                               // an SVG or PNG file, read at the start; empty: the built-in drawing
	// Ready says whether the program can serve; nil error: it can.
	Ready func(ctx context.Context) error

	Billing *billing.Billing
	// What only a demonstration or a rehearsal has; nil elsewhere, and then without pages.
	Sandbox *sandbox.Gateway
	Panel   *demopanel.Panel
	Mailbox *mailer.Mailbox
	People  *DemoPeople
}

type area struct{ Deps }

// Register adds the area's routes.
func Register(w *web.Web, d Deps) error {
	if d.Accent != nil && d.Accent() != "" && !isColour(d.Accent()) {
		return fmt.Errorf("the brand's colour %q is not of the form #rrggbb", d.Accent())
	}
	a := &area{d}
	w.Page("/healthz", verb.Public, a.health)
	w.Page("/readyz", verb.Public, a.ready)
	w.Page("/brand.css", verb.Public, a.brand)
	if d.LogoFile != "" {
		logo, err := readLogo(d.LogoFile)
		if err != nil {
			return err
		}
		w.Page("/brand/logo", verb.Public, logo)
	}
	w.Page("/brand/logo/:hash", verb.Public, a.logo)
	w.Page("/invitations/:token", verb.Public, a.invitation)
	w.Action("/invitations/:token", verb.Public, a.accept)
	w.Hook("/webhooks/:gateway", a.webhook)
	a.stageRoutes(w)
	return nil
}

func isColour(s string) bool { return regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(s) }

// health says that the process lives; it asks nothing of anybody else.
func (a *area) health(c *web.Context) error {
	return c.Bytes("text/plain; charset=utf-8", []byte("ok\n"))
}

// ready says whether the database answers, for whoever balances the load.
func (a *area) ready(c *web.Context) error {
	if err := a.Ready(c.Ctx()); err != nil {
		return c.Text(http.StatusServiceUnavailable, "not ready\n")
	}
	return c.Text(http.StatusOK, "ready\n")
}

// brand is the one thing that a provider's colour needs: everything else is derived from it in the stylesheet.
func (a *area) brand(c *web.Context) error {
	text := ":root{}\n"
	if a.Accent != nil && isColour(a.Accent()) {
		text = ":root{--gh-brand:" + a.Accent() + "}\n"
	}
	c.CacheFor(time.Hour)
	return c.Bytes("text/css; charset=utf-8", []byte(text))
}

// logo is the provider's, under the hash of what is in it: an address never shows another picture.
func (a *area) logo(c *web.Context) error {
	if a.Logo == nil {
		return fault.NotFound("logo")
	}
	hash, content := a.Logo()
	if hash == "" || hash != c.Param("hash") {
		return fault.NotFound("logo")
	}
	c.CacheFor(24 * time.Hour)
	return c.Bytes("image/png", content)
}
