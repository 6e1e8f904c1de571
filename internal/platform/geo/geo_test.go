package geo_test

import (
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/platform/geo"
)

// database is the smallest file of the format (MaxMind DB, version 2): one node, whose two halves of all IPv4 addresses
// have the records given.
func database(kind, lower, upper string) []byte {
	data := lower + upper
	record := func(offset int) string {
		n := 1 + 16 + offset // nodes, separator, place in the data
		return string([]byte{byte(n >> 16), byte(n >> 8), byte(n)})
	}
	tree := record(0) + record(len(lower))
	meta := mapOf("node_count", number(1), "record_size", number(24), "ip_version", number(4),
		"binary_format_major_version", number(2), "binary_format_minor_version", number(0),
		"database_type", text(kind), "build_epoch", "\x04\x02\x6a\x00\x00\x00")
	return []byte(tree + strings.Repeat("\x00", 16) + data + "\xab\xcd\xefMaxMind.com" + meta)
}

func text(s string) string {
	if len(s) < 29 {
		return string([]byte{2<<5 | byte(len(s))}) + s
	}
	return string([]byte{2<<5 | 29, byte(len(s) - 29)}) + s
}

func number(n byte) string { return string([]byte{5<<5 | 1, n}) }

func mapOf(pairs ...string) string {
	out := string([]byte{7<<5 | byte(len(pairs)/2)})
	for i := 0; i < len(pairs); i += 2 {
		out += text(pairs[i]) + pairs[i+1]
	}
	return out
}

func named(name string) string { return mapOf("names", mapOf("en", text(name))) }

func file(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "places.mmdb")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPlacesInWords(t *testing.T) {
	t.Parallel()
	uk, de := named("United Kingdom"), named("Germany")
	for _, c := range []struct {
		content []byte
		want    map[string]string
	}{
		{
			database("GeoLite2-City", mapOf("city", named("York"), "country", uk), mapOf("country", de)),
			map[string]string{
				"10.0.0.1": "York, United Kingdom", "203.0.113.24": "Germany", "::ffff:10.0.0.1": "York, United Kingdom",
				"2001:db8::1": "",
			},
		},
		{
			database("GeoLite2-Country", mapOf("country", uk), mapOf("country", named("Bad\nland"))),
			map[string]string{"10.0.0.1": "United Kingdom", "203.0.113.24": ""},
		},
	} {
		places, err := geo.Open(file(t, c.content))
		if err != nil {
			t.Fatal(err)
		}
		for address, want := range c.want {
			if got := places.Of(netip.MustParseAddr(address)); got != want {
				t.Errorf("%s is in %q, not %q", address, got, want)
			}
		}
		if places.Of(netip.Addr{}) != "" {
			t.Error("no address is somewhere")
		}
		if err := places.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestWithoutAFileNothingIsKnown(t *testing.T) {
	t.Parallel()
	places, err := geo.Open("")
	if err != nil || places.Of(netip.MustParseAddr("192.0.2.1")) != "" || places.Close() != nil {
		t.Errorf("%v %v", places, err)
	}
}

// A file that is missing, broken or of another kind stops the start and says which setting is wrong.
func TestABadFileIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"missing": filepath.Join(t.TempDir(), "none.mmdb"), "no database": file(t, []byte("not a database")),
		"empty": file(t, nil), "another kind": file(t, database("GeoLite2-ASN", mapOf(), mapOf())),
	} {
		places, err := geo.Open(path)
		if err == nil || !strings.Contains(err.Error(), "geoip_file") || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, %v", name, places, err)
		}
	}
}

// A spot is where a database of cities says, and nowhere else; how far it is to another is known to a few kilometres.
func TestSpots(t *testing.T) {
	t.Parallel()
	at := func(latitude, longitude float64) string {
		return mapOf("location", mapOf("latitude", double(latitude), "longitude", double(longitude)))
	}
	places, err := geo.Open(file(t, database("GeoLite2-City", at(53.96, -1.08), named("Nowhere"))))
	if err != nil {
		t.Fatal(err)
	}
	york, known := places.Spot(netip.MustParseAddr("10.0.0.1"))
	if !known || york != (geo.Spot{Latitude: 53.96, Longitude: -1.08}) {
		t.Errorf("York is at %v, %v", york, known)
	}
	for _, address := range []string{"203.0.113.24", "2001:db8::1"} {
		if spot, known := places.Spot(netip.MustParseAddr(address)); known {
			t.Errorf("%s is at %v", address, spot)
		}
	}
	if _, known := (*geo.Places)(nil).Spot(netip.MustParseAddr("10.0.0.1")); known {
		t.Error("without a file something is known")
	}
	sydney := geo.Spot{Latitude: -33.87, Longitude: 151.21}
	if far := york.Kilometres(sydney); far < 16_700 || far > 17_100 {
		t.Errorf("it is %f km to Sydney", far)
	}
	if far := york.Kilometres(york); far != 0 {
		t.Errorf("it is %f km to where one is", far)
	}
}

func double(f float64) string {
	bits := math.Float64bits(f)
	text := "\x68"
	for shift := 56; shift >= 0; shift -= 8 {
		text += string([]byte{byte(bits >> shift)})
	}
	return text
}
