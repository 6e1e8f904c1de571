package app_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"gatehouse/internal/domains"
)

func (b *browser) must(path string) string {
	b.t.Helper()
	if path == "" {
		b.t.Fatal("the form was not taken")
	}
	return path
}

// keepsADomain has staff put a registered name into an account.
func keepsADomain(t *testing.T, h *house, staff *browser, base string) {
	t.Helper()
	name := canaries()["registered name"]
	err := h.DemoRegistrar.Register(name, domains.Registration{
		Expires: time.Now().AddDate(1, 0, 0), Nameservers: []string{"ns1.harbour.example", "ns2.harbour.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	staff.must(first(staff.fill(base+"/domains/new", base+"/domains/new", map[string]string{
		"name": name, "registrar": "demo",
	})))
}

// changesADomain has its owner change its name servers.
func changesADomain(b *browser, base string) {
	b.t.Helper()
	_, names := b.do(http.MethodGet, base+"/domains", nil)
	domain := regexp.MustCompile(base + `/domains/[0-9a-z]{26}`).FindString(names)
	b.must(first(b.fill(domain+"/nameservers", domain+"/nameservers", map[string]string{
		"host-0-name": canaries()["name server"], "host-1-name": "ns2.harbour.example", "sure": "yes",
	})))
}
