package config

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/v2"
)

const (
	prefix = "GATEHOUSE_"
	// The test harness has variables of its own, which are not settings.
	testPrefix  = prefix + "TEST_"
	fleetPrefix = prefix + "FLEET_"
	localhost   = "localhost"
	// How sources begin that are the operator's.
	fileSource     = "file "
	variableSource = "variable "
)

// given is a value and where it came from.
type given struct {
	text, source string
	reported     bool // already among the problems
}

// Load reads the file, which may be "" for none, and the environment as
// os.Environ returns it. All that is wrong is in one *InvalidError.
func Load(path string, environ []string) (*Config, error) {
	values := map[string]given{}
	var problems []Problem
	if path != "" {
		var err error
		if values, problems, err = fromFile(path); err != nil {
			return nil, err
		}
	}
	problems = append(problems, fromEnvironment(environ, values)...)
	return build(&Config{}, values, problems)
}

// Environment returns the process's variables, for Load.
func Environment() []string { return os.Environ() }

// Local returns the configuration of commands that need no more than the
// embedded database and the keys in a data directory.
func Local(dataDir string) (*Config, error) {
	return build(&Config{}, chosen("--data", map[string]string{
		"data_dir": dataDir, "public_url": "http://" + localhost, "mail.host": localhost, "mail.tls": MailPlain,
	}), nil)
}

// Demo returns the configuration of the demo: a made-up provider, sandbox
// payments, mails that stay inside.
func Demo(listen, dataDir string) (*Config, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, &InvalidError{[]Problem{{Key: "listen", Given: listen, Want: listenForm, Source: "--listen"}}}
	}
	if isUnspecified(host) {
		host = localhost
	}
	return build(&Config{Demo: true}, chosen("demo", map[string]string{
		"data_dir": dataDir, "listen": listen, "public_url": "http://" + net.JoinHostPort(host, port),
		"mail.host": localhost, "mail.tls": MailPlain, "mail.from": "Harbour Hosting <no-reply@harbour.example>",
		"provider.name": "Harbour Hosting", "provider.legal_name": "Harbour Hosting Ltd",
		"provider.address":      "3 Quay Street, Whitby YO21 1DL",
		"provider.registration": "Registered in England, no. 01234567", "provider.vat_number": "GB 987 6543 21",
		"provider.support_mail": "help@harbour.example", "time_zone": "Europe/London",
		"gateway.kind": Sandbox, "gateway.webhook_secret": rand.Text() + rand.Text(), "panel.kind": DemoPanel,
		"billing.pay_link_in_mails": "yes", "gateway.live": "no", "gateway.direct_debit": "yes",
		"status.networks": "127.0.0.0/8", // its status page looks at the demo itself
	}), nil)
}

func chosen(source string, texts map[string]string) map[string]given {
	values := make(map[string]given, len(texts))
	for key, text := range texts {
		values[key] = given{text: text, source: source}
	}
	return values
}

func fromFile(path string) (map[string]given, []Problem, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, nil, fmt.Errorf("read configuration: %w", err)
	}
	var parser koanf.Parser
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		parser = yaml.Parser()
	case ".toml":
		parser = toml.Parser()
	default:
		return nil, nil, fmt.Errorf("read configuration: %s: want a name that ends in .yaml, .yml or .toml", path)
	}
	k := koanf.New(".")
	if err := k.Load(content(raw), parser); err != nil {
		return nil, nil, fmt.Errorf("read configuration: %s: %w", path, err)
	}
	source := fileSource + path
	values, problems := map[string]given{}, []Problem(nil)
	known := keys()
	for key, value := range k.All() {
		text, ok := asText(value)
		switch {
		case !slices.Contains(known, key):
			problems = append(problems, unknown(key, source, known))
		case !ok:
			problems = append(problems, Problem{key, "…", "a single value or a list of them", source})
			values[key] = given{reported: true}
		default:
			values[key] = given{text: text, source: source}
		}
	}
	return values, problems, nil
}

func fromEnvironment(environ []string, values map[string]given) []Problem {
	var problems []Problem
	byVariable := map[string]string{}
	for _, key := range keys() {
		byVariable[variable(key)] = key
	}
	for _, pair := range environ {
		name, text, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, testPrefix) ||
			strings.HasPrefix(name, fleetPrefix) {
			continue
		}
		key, ok := byVariable[name]
		if !ok {
			problems = append(problems, unknown(name, "environment", slices.Collect(maps.Keys(byVariable))))
			continue
		}
		values[key] = given{text: text, source: variableSource + name}
	}
	return problems
}

func unknown(name, source string, known []string) Problem {
	want := "the name of a setting"
	if meant := nearest(name, known); meant != "" {
		want += ", perhaps " + meant
	}
	return Problem{Key: "unknown setting", Given: name, Want: want, Source: source}
}

// build applies every setting, then looks at what must fit together.
func build(c *Config, values map[string]given, problems []Problem) (*Config, error) {
	c.Fixed = map[string]string{}
	for _, s := range settings() {
		value, ok := values[s.key]
		if !ok {
			value = given{text: s.fallback, source: "default"}
			values[s.key] = value
		}
		if value.reported || value.text == "" && !s.required {
			continue
		}
		if strings.HasPrefix(value.source, fileSource) || strings.HasPrefix(value.source, variableSource) {
			c.Fixed[s.key] = value.source
		}
		if err := s.set(c, value.text); err != nil {
			problems = append(problems, s.problem(value))
		}
	}
	if len(problems) == 0 {
		problems = c.complete(values)
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return strings.Compare(a.Key, b.Key) })
		return nil, &InvalidError{Problems: problems}
	}
	return c, nil
}

func keys() []string {
	var out []string
	for _, s := range settings() {
		out = append(out, s.key)
	}
	return out
}

// content hands bytes that were read already to koanf.
type content []byte

// ReadBytes implements koanf.Provider.
func (c content) ReadBytes() ([]byte, error) { return c, nil }

// Read implements koanf.Provider.
func (content) Read() (map[string]any, error) {
	return nil, errors.New("the configuration's bytes need a parser")
}

func asText(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool, int, int64, uint64, float64:
		return fmt.Sprint(v), true
	case []any:
		parts := make([]string, 0, len(v))
		for _, item := range v {
			part, ok := asText(item)
			if !ok {
				return "", false
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, ","), true
	}
	return "", false
}
