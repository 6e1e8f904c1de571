package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/platform/config"
)

const secretText = "0123456789abcdef0123456789abcdef"

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// minimal are the variables without which nothing starts, and more.
func minimal(more ...string) []string {
	return append([]string{
		"HOME=/root", "GATEHOUSE_PUBLIC_URL=https://portal.example", "GATEHOUSE_MAIL_HOST=mail.example",
		"GATEHOUSE_TEST_DSN=not a setting",
	}, more...)
}

func load(t *testing.T, path string, environ []string) *config.Config {
	t.Helper()
	c, err := config.Load(path, environ)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func problems(t *testing.T, environ []string) []config.Problem {
	t.Helper()
	_, err := config.Load("", environ)
	var invalid *config.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("want bad values, got %v", err)
	}
	return invalid.Problems
}

func TestDefaultsAreThoseOfTheManual(t *testing.T) {
	c := load(t, "", minimal())
	if c.Demo || c.Listen != "127.0.0.1:8080" || c.BodyLimit != 1<<20 || c.Database.Driver != config.SQLite ||
		c.Database.WriteDSN.Reveal() != "/var/lib/gatehouse/gatehouse.db" || c.Database.WritePool != 1 ||
		c.Database.ReadDSN != c.Database.WriteDSN || c.KeysDir != "/var/lib/gatehouse/keys" ||
		c.Notes.Dir != "/var/lib/gatehouse/notes" || c.Mail.From.String() != `"Gatehouse" <no-reply@portal.example>` ||
		c.Mail.TLS != config.MailStartTLS || c.Gateway.Kind != config.None || c.TimeZone != time.UTC {
		t.Errorf("defaults are %+v", c)
	}
	// N3
	want := config.Sessions{30 * time.Minute, 12 * time.Hour, 15 * time.Minute, 12 * time.Hour}
	if c.Sessions != want {
		t.Errorf("session times are %+v", c.Sessions)
	}
}

func TestBothFormatsSayTheSame(t *testing.T) {
	yaml := write(t, "gatehouse.yaml", `
public_url: https://portal.example
trusted_proxies: [10.0.0.0/8, 192.0.2.7]
body_limit: 2MiB
database: {driver: mysql, write_dsn: "gatehouse:pw@tcp(db:3306)/gatehouse", write_pool: 20}
mail: {host: mail.example, port: 465, tls: tls, user: u, password: p, from: "Harbour <no-reply@harbour.example>"}
provider: {name: Harbour Hosting, accent: "#1F5FA8", logo_file: logo.svg, terms_url: https://harbour.example/terms}
`)
	toml := write(t, "gatehouse.toml", `
public_url = "https://portal.example"
trusted_proxies = ["10.0.0.0/8", "192.0.2.7"]
body_limit = "2MiB"
[database]
driver = "mysql"
write_dsn = "gatehouse:pw@tcp(db:3306)/gatehouse"
write_pool = 20
[mail]
host = "mail.example"
port = 465
tls = "tls"
user = "u"
password = "p"
from = "Harbour <no-reply@harbour.example>"
[provider]
name = "Harbour Hosting"
accent = "#1F5FA8"
logo_file = "logo.svg"
terms_url = "https://harbour.example/terms"
`)
	fromYAML, fromTOML := load(t, yaml, nil), load(t, toml, nil)
	for name, where := range fromTOML.Fixed {
		fromTOML.Fixed[name] = strings.Replace(where, toml, yaml, 1)
	}
	if !reflect.DeepEqual(fromYAML, fromTOML) {
		t.Fatalf("YAML gives %+v\nTOML gives %+v", fromYAML, fromTOML)
	}
	c := fromYAML
	if len(c.TrustedProxies) != 2 || c.TrustedProxies[1].String() != "192.0.2.7/32" || c.BodyLimit != 2<<20 ||
		c.Database.WritePool != 20 || c.Mail.Password.Reveal() != "p" || c.Provider.Accent != "#1f5fa8" ||
		c.Provider.LegalName != "Harbour Hosting" || c.Provider.TermsURL.Host != "harbour.example" {
		t.Errorf("read as %+v", c)
	}
}

func TestVariablesOverrideTheFile(t *testing.T) {
	path := write(t, "g.yml", "public_url: https://old.example\nmail: {host: mail.example, port: 25}\n")
	c := load(t, path, []string{"GATEHOUSE_PUBLIC_URL=https://new.example/", "GATEHOUSE_MAIL_PORT=2525"})
	if c.PublicURL.String() != "https://new.example" || c.Mail.Port != 2525 {
		t.Errorf("read as %s, port %d", c.PublicURL, c.Mail.Port)
	}
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	path := write(t, "g.yaml", "listen: nowhere\nlisten_adress: x\nmail: {host: [a, {b: c}], port: many}\n")
	_, err := config.Load(path, []string{
		"GATEHOUSE_SESSION_STAFF_IDLE=16m", "GATEHOUSE_MAIL_HOTS=x", "GATEHOUSE_GATEWAY_WEBHOOK_SECRET=tooshort",
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, line := range []string{
		"the configuration has 8 bad value(s)",
		`listen = "nowhere" (file ` + path + `): want host:port`,
		`mail.host = "…" (file ` + path + `): want a single value`,
		`mail.port = "many" (file ` + path + `): want a number from 1 to 65535`,
		`public_url is not set (default): want https://host`,
		`session.staff_idle = "16m" (variable GATEHOUSE_SESSION_STAFF_IDLE): want a duration from 1m to 15m`,
		`gateway.webhook_secret = "[hidden]" (variable GATEHOUSE_GATEWAY_WEBHOOK_SECRET): want at least 32`,
		`unknown setting = "listen_adress" (file ` + path + `): want the name of a setting`,
		`unknown setting = "GATEHOUSE_MAIL_HOTS" (environment): want the name of a setting, perhaps GATEHOUSE_MAIL_HOST`,
	} {
		if !strings.Contains(err.Error(), line) {
			t.Errorf("no line %q in\n%v", line, err)
		}
	}
}

func TestBadValues(t *testing.T) {
	for name, c := range map[string]struct{ variable, key string }{
		"plain HTTP in public":     {"PUBLIC_URL=http://portal.example", "public_url"},
		"address with a path":      {"PUBLIC_URL=https://portal.example/clients", "public_url"},
		"another scheme":           {"PUBLIC_URL=javascript:alert(1)", "public_url"},
		"proxies: everyone":        {"TRUSTED_PROXIES=0.0.0.0/0", "trusted_proxies"},
		"proxies: a word":          {"TRUSTED_PROXIES=10.0.0.0/8,all", "trusted_proxies"},
		"certificate alone":        {"TLS_CERT_FILE=/c.pem", "tls.key_file"},
		"body too large":           {"BODY_LIMIT=1000MiB", "body_limit"},
		"level":                    {"LOG_LEVEL=INFO+2", "log_level"},
		"zone":                     {"TIME_ZONE=Local", "time_zone"},
		"driver":                   {"DATABASE_DRIVER=postgres", "database.driver"},
		"MySQL without a DSN":      {"DATABASE_DRIVER=mysql", "database.write_dsn"},
		"pool":                     {"DATABASE_READ_POOL=0", "database.read_pool"},
		"idle beyond absolute":     {"SESSION_CUSTOMER_ABSOLUTE=20m", "session.customer_idle"},
		"customers idle too long":  {"SESSION_CUSTOMER_IDLE=61m", "session.customer_idle"},
		"staff stay too long":      {"SESSION_STAFF_ABSOLUTE=12h1m", "session.staff_absolute"},
		"mail in clear":            {"MAIL_TLS=none", "mail.tls"},
		"mail password alone":      {"MAIL_PASSWORD=p", "mail.password"},
		"sender with a line break": {"MAIL_FROM=\"A\r\nBcc: x\" <a@b.example>", "mail.from"}, // I7
		"notes over HTTP":          {"NOTES_WEBHOOK=http://notes.example", "notes.webhook"},
		"notes to a name":          {"NOTES_MAIL_TO=Ann <ann@example.com>", "notes.mail_to"},
		"name with a line break":   {"PROVIDER_NAME=Harbour\nHosting", "provider.name"},
		"address of two lines":     {"PROVIDER_ADDRESS=3 Quay Street\nWhitby", "provider.address"},
		"address beyond measure": {
			"PROVIDER_ADDRESS=" + strings.Repeat("Quay Street, ", 16) + "Whitby", "provider.address",
		},
		"registration, two lines": {"PROVIDER_REGISTRATION=a\nb", "provider.registration"},
		"VAT number in words":     {"PROVIDER_VAT_NUMBER=none, we are small", "provider.vat_number"},
		"colour":                  {"PROVIDER_ACCENT=red; background:url(x)", "provider.accent"},
		"logo":                    {"PROVIDER_LOGO_FILE=/etc/shadow", "provider.logo_file"},
		"link":                    {"PROVIDER_TERMS_URL=javascript:alert(1)", "provider.terms_url"},
		"sandbox in public":       {"GATEWAY_KIND=sandbox", "gateway.kind"},
		"demo panel in public":    {"PANEL_KIND=demo", "panel.kind"},
	} {
		list := problems(t, minimal("GATEHOUSE_"+c.variable))
		if list[0].Key != c.key || list[0].Want == "" || list[0].Source == "" {
			t.Errorf("%s: %v, want a problem of %s", name, list, c.key)
		}
	}
}

// P3: a gateway without a key does not start.
func TestGatewayNeedsASecret(t *testing.T) {
	local := []string{
		"GATEHOUSE_PUBLIC_URL=http://localhost:8080", "GATEHOUSE_MAIL_HOST=localhost", "GATEHOUSE_GATEWAY_KIND=sandbox",
	}
	for _, secret := range []string{"", "short"} {
		list := problems(t, append(local, "GATEHOUSE_GATEWAY_WEBHOOK_SECRET="+secret))
		if len(list) != 1 || list[0].Key != "gateway.webhook_secret" {
			t.Errorf("with secret %q: %v", secret, list)
		}
	}
	load(t, "", append(local, "GATEHOUSE_GATEWAY_WEBHOOK_SECRET="+secretText))
}

// C2, P4: keys of the test mode take no real invoices, and a rehearsal takes no real money.
func TestStripesModesAreKeptApart(t *testing.T) {
	stripe := func(url string, more ...string) []string {
		return append([]string{
			"GATEHOUSE_PUBLIC_URL=" + url, "GATEHOUSE_MAIL_HOST=mail.example", "GATEHOUSE_GATEWAY_KIND=stripe",
			"GATEHOUSE_GATEWAY_WEBHOOK_SECRET=whsec_" + secretText,
		}, more...)
	}
	const public, local, live, test = "https://portal.example", "http://localhost:8080", "sk_live_51abc", "rk_test_51abc"
	account, rehearsal := "GATEHOUSE_GATEWAY_ACCOUNT=acct_1Harbour99", "GATEHOUSE_GATEWAY_LIVE=no"
	for name, c := range map[string]struct {
		environ []string
		key     string
	}{
		"no key":               {stripe(public, account), "gateway.secret_key"},
		"a test key":           {stripe(public, account, "GATEHOUSE_GATEWAY_SECRET_KEY="+test), "gateway.secret_key"},
		"a key of the browser": {stripe(public, account, "GATEHOUSE_GATEWAY_SECRET_KEY=pk_live_51a"), "gateway.secret_key"},
		"no account":           {stripe(public, "GATEHOUSE_GATEWAY_SECRET_KEY="+live), "gateway.account"},
		"real money at home":   {stripe(local, account, "GATEHOUSE_GATEWAY_SECRET_KEY="+live), "gateway.live"},
		"a live key, rehearsing": {
			stripe(public, account, rehearsal, "GATEHOUSE_GATEWAY_SECRET_KEY="+live), "gateway.secret_key",
		},
	} {
		list := problems(t, c.environ)
		if len(list) != 1 || list[0].Key != c.key || strings.Contains(list[0].Given, "51a") {
			t.Errorf("%s: %v", name, list)
		}
	}
	load(t, "", stripe(public, account, "GATEHOUSE_GATEWAY_SECRET_KEY="+live))
	load(t, "", stripe(local, account, rehearsal, "GATEHOUSE_GATEWAY_SECRET_KEY="+test))
}

// G7: no secret is printed, whatever prints it.
func TestSecretsNeverShow(t *testing.T) {
	c := load(t, "", minimal("GATEHOUSE_MAIL_USER=u", "GATEHOUSE_MAIL_PASSWORD="+secretText,
		"GATEHOUSE_DATABASE_DRIVER=mysql", "GATEHOUSE_DATABASE_WRITE_DSN=u:"+secretText+"@tcp(db:3306)/gatehouse"))
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("config", "c", c, "p", c.Mail.Password)
	slog.New(slog.NewTextHandler(&out, nil)).Info("config", "c", c, "p", c.Mail.Password)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&out, verb+verb, c, c.Mail.Password)
	}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(raw)
	_, err = config.Load("", minimal("GATEHOUSE_DATABASE_DRIVER=mysql", "GATEHOUSE_DATABASE_WRITE_DSN="+secretText))
	out.WriteString(err.Error())
	for name, text := range map[string]string{"clear": secretText, "hex": fmt.Sprintf("%x", secretText)} {
		if strings.Contains(out.String(), text) {
			t.Errorf("a secret shows in %s:\n%s", name, out.String())
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	for _, path := range []string{
		filepath.Join(t.TempDir(), "missing.yaml"), write(t, "g.ini", "a=b"), write(t, "g.yaml", "a: [b"),
		write(t, "g.toml", "a = "),
	} {
		if _, err := config.Load(path, minimal()); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestDemoIsOnlyTheDemo(t *testing.T) {
	c, err := config.Demo("0.0.0.0:9000", "/tmp/demo")
	if err != nil {
		t.Fatal(err)
	}
	if !c.Demo || c.PublicURL.String() != "http://localhost:9000" || c.Gateway.Kind != config.Sandbox ||
		c.KeysDir != "/tmp/demo/keys" || c.Provider.Name != "Harbour Hosting" {
		t.Errorf("the demo is %+v", c)
	}
	again, err := config.Demo("localhost:9000", "/tmp/demo")
	if err != nil || again.Gateway.WebhookSecret == c.Gateway.WebhookSecret { // C2
		t.Errorf("two demos share a secret (%v)", err)
	}
	for _, listen := range []string{"9000", "localhost:port", "a b:1"} {
		if _, err := config.Demo(listen, "/tmp/demo"); err == nil {
			t.Errorf("listens on %q", listen)
		}
	}
	if list := problems(t, minimal("GATEHOUSE_DEMO=true")); !strings.Contains(list[0].Given, "GATEHOUSE_DEMO") {
		t.Errorf("a variable turns the demo on: %v", list)
	}
}

func TestLocalNeedsOnlyADirectory(t *testing.T) {
	c, err := config.Local("/srv/gatehouse")
	if err != nil {
		t.Fatal(err)
	}
	if c.Demo || c.Database.WriteDSN.Reveal() != "/srv/gatehouse/gatehouse.db" || c.Gateway.Kind != config.None {
		t.Errorf("read as %+v", c)
	}
	if _, err := config.Local(""); err == nil {
		t.Error("no directory, no error")
	}
}

func TestManualIsComplete(t *testing.T) {
	variables := map[string]bool{}
	for _, row := range config.Describe() {
		if row.Key == "" || row.Form == "" || row.Meaning == "" || !strings.HasPrefix(row.Variable, "GATEHOUSE_") {
			t.Errorf("incomplete: %+v", row)
		}
		if variables[row.Variable] {
			t.Errorf("two settings are called %s", row.Variable)
		}
		variables[row.Variable] = true
	}
	if len(variables) < 35 {
		t.Errorf("only %d settings", len(variables))
	}
}
