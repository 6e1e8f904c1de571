// Package whm speaks to cPanel and WHM servers: WHM API 1 with a token, as its maker publishes it. People whose role
// covers everything of a service come in as its cPanel account; everybody else as a Team user of it, which is made for
// that person, has the roles of theirs and no more, and is looked at before each use.
package whm

import (
	"crypto/x509"
	"net/netip"
	"time"

	"gatehouse/internal/hosting"
	"gatehouse/internal/platform/httpclient"
)

const (
	// Name is the kind under which servers with this panel are registered.
	Name = "cpanel"

	apiPort   = 2087 // WHM over TLS
	panelPort = 2083 // cPanel over TLS

	// longestCall bounds a call whose context does not: making an account takes a server a while.
	longestCall = 80 * time.Second
	// mostOf bounds an answer; mostOfList one that names every account of a server.
	mostOf     = 1 << 20
	mostOfList = 32 << 20
)

// Config says how servers are reached.
type Config struct {
	// Networks are private networks in which servers may be all the same (I5). Roots vouch for servers, nil: the
	// machine's; Resolver finds their addresses, nil: the machine's.
	Networks []netip.Prefix
	Roots    *x509.CertPool
	Resolver httpclient.Resolver
	// APIPort and PanelPort are where WHM and cPanel listen; 0: where they do by themselves.
	APIPort, PanelPort int
	// Contact is the mail address that a panel is given for the people whom this portal brings in.
	Contact string
}

// Panel is the adapter. It is safe for concurrent use.
type Panel struct{ cfg Config }

// New makes the adapter. It calls nobody yet.
func New(cfg Config) *Panel {
	if cfg.APIPort == 0 {
		cfg.APIPort = apiPort
	}
	if cfg.PanelPort == 0 {
		cfg.PanelPort = panelPort
	}
	return &Panel{cfg: cfg}
}

// Name is the kind of panel.
func (*Panel) Name() string { return Name }

var _ hosting.Panel = (*Panel)(nil)
