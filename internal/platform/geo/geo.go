// Package geo says roughly where an address is, from a file that the operator names: a city or country database in the
// format of MaxMind. Without one, nothing is known. Nothing is asked of anybody else.
package geo

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/oschwald/geoip2-golang/v2"
)

// longestName bounds what is taken over from the file, in code points.
const longestName = 80

// Places knows where addresses are. The nil Places knows nothing.
type Places struct {
	file   *geoip2.Reader
	cities bool
}

// Open reads a file of places. An empty path is no file.
func Open(path string) (*Places, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // the nil Places is one that knows nothing
	}
	file, err := geoip2.Open(path)
	if err != nil {
		return nil, fmt.Errorf("geoip_file: %s is no city or country database that can be read: %w", path, err)
	}
	kind := file.Metadata().DatabaseType
	p := &Places{file: file, cities: strings.Contains(kind, "City")}
	if !p.cities && !strings.Contains(kind, "Country") {
		_ = file.Close()
		return nil, fmt.Errorf("geoip_file: %s holds %q; what is needed is a city or country database", path, kind)
	}
	return p, nil
}

// Of is the place of an address in words, "York, United Kingdom" or "United Kingdom"; empty where it is not known. What
// cannot be read is not known either: a place is a help for people, and nothing depends on it.
func (p *Places) Of(address netip.Addr) string {
	if p == nil || !address.IsValid() {
		return ""
	}
	address = address.Unmap()
	if p.cities {
		record, err := p.file.City(address)
		if err != nil {
			return ""
		}
		return joined(record.City.Names.English, record.Country.Names.English)
	}
	record, err := p.file.Country(address)
	if err != nil {
		return ""
	}
	return joined(record.Country.Names.English)
}

// Spot is a place on the earth, in degrees.
type Spot struct{ Latitude, Longitude float64 }

// Spot is where an address is; false where that is not known. Only a database of cities says it.
func (p *Places) Spot(address netip.Addr) (Spot, bool) {
	if p == nil || !p.cities || !address.IsValid() {
		return Spot{}, false
	}
	record, err := p.file.City(address.Unmap())
	if err != nil || record.Location.Latitude == nil || record.Location.Longitude == nil {
		return Spot{}, false
	}
	return Spot{Latitude: *record.Location.Latitude, Longitude: *record.Location.Longitude}, true
}

// Kilometres is how far it is to another place, as the crow flies.
func (s Spot) Kilometres(to Spot) float64 {
	const earth, degree = 6371.0, math.Pi / 180
	dLat, dLon := (to.Latitude-s.Latitude)*degree/2, (to.Longitude-s.Longitude)*degree/2
	h := math.Sin(dLat)*math.Sin(dLat) +
		math.Cos(s.Latitude*degree)*math.Cos(to.Latitude*degree)*math.Sin(dLon)*math.Sin(dLon)
	return 2 * earth * math.Asin(math.Sqrt(min(h, 1)))
}

// Close lets go of the file.
func (p *Places) Close() error {
	if p == nil {
		return nil
	}
	if err := p.file.Close(); err != nil {
		return fmt.Errorf("geoip_file: %w", err)
	}
	return nil
}

func joined(names ...string) string {
	var out []string
	for _, name := range names {
		if name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= longestName &&
			!strings.ContainsFunc(name, unicode.IsControl) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}
