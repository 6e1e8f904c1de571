package domains

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"gatehouse/internal/fault"
)

// MostHosts is how many name servers a domain has at most: registries take no more.
const MostHosts = 13

const (
	leastHosts = 2 // one may fail

	longestName = 253 // RFC 1035, section 2.3.4
)

var errHost = errors.New("domains: not the name of a host")

// ParseHost reads the name of a host or a domain as people write it, and gives its A-label form.
func ParseHost(text string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.TrimSpace(text), "."))
	if err != nil {
		return "", fmt.Errorf("%w: %w", errHost, err)
	}
	ascii = strings.ToLower(ascii)
	labels := strings.Split(ascii, ".")
	if len(ascii) > longestName || len(labels) < 2 {
		return "", errHost
	}
	for _, label := range labels { // RFC 1123, section 2.1
		outside := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, outside) {
			return "", errHost
		}
	}
	if strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return "", errHost // an address
	}
	return ascii, nil
}

// HostField is the name of the field of a form in which the name server with an index stands.
func HostField(index int) string { return "host-" + strconv.Itoa(index) + "-name" }

// parseHosts reads the name servers of a form: its fields in order, of which some may be empty.
func parseHosts(typed []string) ([]string, error) {
	var wrong []fault.Field
	var hosts []string
	fail := func(i int, message string) {
		wrong = append(wrong, fault.Field{Name: HostField(i), Message: message})
	}
	at := map[string]int{}
	free := len(typed)
	for i, text := range typed {
		if strings.TrimSpace(text) == "" {
			free = min(free, i)
			continue
		}
		host, err := ParseHost(text)
		before, twice := at[host]
		switch {
		case i >= MostHosts:
			fail(i, "A domain has at most "+strconv.Itoa(MostHosts)+" name servers.")
		case err != nil:
			fail(i, "Enter the name of a host, such as ns1.example.com: letters, digits, hyphens and dots.")
		case twice:
			fail(i, "This stands in the list already, as number "+strconv.Itoa(before+1)+".")
		default:
			at[host] = i
			hosts = append(hosts, host)
		}
	}
	if len(wrong) == 0 && len(hosts) < leastHosts {
		fail(min(free, MostHosts-1), "Enter at least two name servers, so that one may fail.")
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return ordered(hosts), nil
}

// Inside are the hosts that lie inside a domain: others find them only by addresses that its registry knows (glue).
func Inside(domain string, hosts []string) []string {
	return slices.DeleteFunc(slices.Clone(hosts), func(h string) bool {
		return h != domain && !strings.HasSuffix(h, "."+domain)
	})
}
