package streams

import (
	"net"
	"net/url"
	"strings"

	"gatehouse/internal/fault"
)

const (
	longestName    = 80
	longestAddress = 500
	syslogPort     = "6514" // of RFC 5425
)

// target is where a stream goes, taken apart.
type target struct {
	kind   Kind
	secure bool
	url    string // of a webhook
	host   string
	port   string
}

// The schemes of addresses. Without TLS only the operator may send, and only into networks that they listed.
const (
	webScheme   = "https"
	safeScheme  = "syslog+tls"
	plainScheme = "syslog+tcp"
)

// parseTarget reads an address. ownNetwork allows what is not encrypted, for the operator.
func parseTarget(address string, ownNetwork bool) (target, string) {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	switch {
	case address == "":
		return target{}, "Say where the log is to be sent."
	case len(address) > longestAddress:
		return target{}, "An address has at most 500 characters."
	case err != nil || u.Hostname() == "":
		return target{}, "An address looks like https://siem.example/gatehouse or syslog+tls://logs.example:6514."
	case u.User != nil:
		return target{}, "Leave user name and password out: what is sent is signed."
	case u.Fragment != "":
		return target{}, "Leave out what follows the #."
	}
	t := target{host: u.Hostname(), port: u.Port(), secure: true}
	switch {
	case u.Scheme == webScheme:
		t.kind, t.url = Webhook, u.String()
		return t, ""
	case u.Scheme != safeScheme && (u.Scheme != plainScheme || !ownNetwork):
		return target{}, "Start with https:// for a webhook, or with syslog+tls:// for syslog."
	case u.Path != "" && u.Path != "/" || u.RawQuery != "":
		return target{}, "An address of syslog ends with the host or its port."
	}
	t.kind, t.secure = Syslog, u.Scheme == safeScheme
	if t.port == "" {
		t.port = syslogPort
	}
	return t, ""
}

func (t target) hostPort() string { return net.JoinHostPort(t.host, t.port) }

// checked reads a stream's name and address as somebody typed them.
func checked(name, address string) (string, target, error) {
	name = strings.Join(strings.Fields(name), " ")
	var wrong []fault.Field
	switch {
	case name == "":
		wrong = append(wrong, fault.Field{Name: "name", Message: "Give it a name by which you will know it."})
	case len([]rune(name)) > longestName:
		wrong = append(wrong, fault.Field{Name: "name", Message: "A name has at most 80 characters."})
	}
	t, problem := parseTarget(address, false)
	if problem != "" {
		wrong = append(wrong, fault.Field{Name: "address", Message: problem})
	}
	if len(wrong) > 0 {
		return "", target{}, fault.Invalid(wrong...)
	}
	return name, t, nil
}
