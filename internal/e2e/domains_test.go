//go:build e2e

package e2e_test

import (
	"net/http"
	"testing"
)

// Somebody technical changes the name servers of a domain, by the pages alone; whoever pays is told why not.
func TestSomebodyTechnicalChangesNameServers(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(tess)
	b.press("Northwind Bakery Ltd").press("Domains")
	b.says("northwind-shop.example", "Runs out soon", "northwind-bakes.example", "Expired")
	b.press("northwind.example").press("Change name servers")
	page := b.path()
	b.fill("host-0-name", "ns1.elsewhere.example").fill("host-1-name", "no host")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Go on")))
	b.says("Enter the name of a host").fill("host-1-name", "ns2.elsewhere.example").press("Go on")
	b.says("New: ns1.elsewhere.example, ns2.elsewhere.example").press("Change name servers")
	b.says("Being changed", "Name servers: ns1.elsewhere.example, ns2.elsewhere.example")
	b.silent()

	b = s.open(t).signIn(ben)
	b.leads(http.StatusForbidden, b.to(page))
	b.says("Change name servers and renewal of domains", "domains:manage", "the role Billing",
		"can give you this permission")
	b.silent()
}
