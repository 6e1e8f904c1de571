package config

import (
	"cmp"
	"net/mail"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// complete fills in what follows from other settings and names what does not fit
// together. It runs only on values that are each good by themselves.
func (c *Config) complete(values map[string]given) []Problem {
	var problems []Problem
	bad := func(ok bool, key, want string) {
		if !ok {
			problems = append(problems, setting{key: key, form: want, secret: isSecret(key)}.problem(values[key]))
		}
	}
	c.KeysDir = cmp.Or(c.KeysDir, filepath.Join(c.DataDir, "keys"))
	c.Log.ArchiveDir = cmp.Or(c.Log.ArchiveDir, filepath.Join(c.DataDir, "archive"))
	c.Notes.Dir = cmp.Or(c.Notes.Dir, filepath.Join(c.DataDir, "notes"))
	c.Provider.LegalName = cmp.Or(c.Provider.LegalName, c.Provider.Name)
	if c.Mail.From.Address == "" {
		c.Mail.From = mail.Address{Name: c.Provider.Name, Address: "no-reply@" + c.PublicURL.Hostname()}
	}
	rehearsal := c.Demo || isLocal(c.PublicURL.Hostname())

	bad(c.PublicURL.Scheme == "https" || rehearsal, "public_url", "https:// (http only for localhost)")
	bad((c.TLS.CertFile == "") == (c.TLS.KeyFile == ""), "tls.key_file", "both tls.cert_file and tls.key_file, or neither")
	c.checkSessions(bad)
	c.checkMail(bad)
	c.completeDatabase(bad)

	bad(c.Gateway.Kind != Sandbox || rehearsal, "gateway.kind",
		"none: the sandbox takes no real money, so it runs only in the demo and on localhost")
	// P3: without a key, anyone could say that an invoice was paid.
	bad(c.Gateway.Kind == None || !c.Gateway.WebhookSecret.IsEmpty(), "gateway.webhook_secret",
		"at least 32 characters, because gateway.kind is set")
	c.checkStripe(bad, rehearsal)
	bad(!strings.HasPrefix(c.Streams.Address, "https:") || !c.Streams.Secret.IsEmpty(), "streams.secret",
		"at least 32 characters, because streams.address is a webhook")
	bad((c.VATCheck.HMRCID == "") == c.VATCheck.HMRCSecret.IsEmpty(), "vat_check.hmrc_secret",
		"both vat_check.hmrc_id and vat_check.hmrc_secret, or neither")
	bad(c.Panel.Kind != DemoPanel || rehearsal, "panel.kind",
		"none: the demo's panel opens nothing real, so it runs only in the demo and on localhost")
	return problems
}

// checkStripe keeps test keys from real invoices, and real money from rehearsals.
func (c *Config) checkStripe(bad func(ok bool, key, want string), rehearsal bool) {
	g := c.Gateway
	if g.Kind != Stripe {
		return
	}
	bad(g.Account != "", "gateway.account", "acct_…, because gateway.kind is stripe")
	bad(!g.Live || !rehearsal, "gateway.live", "no: the demo and localhost take no real money")
	mode := "test"
	if g.Live {
		mode = "live"
	}
	key := g.SecretKey.Reveal()
	bad(strings.HasPrefix(key, "sk_"+mode+"_") || strings.HasPrefix(key, "rk_"+mode+"_"), "gateway.secret_key",
		"sk_"+mode+"_… or rk_"+mode+"_…, because gateway.live says so")
}

func (c *Config) checkSessions(bad func(ok bool, key, want string)) {
	for _, pair := range []struct {
		key            string
		idle, absolute time.Duration
	}{
		{"session.customer_idle", c.Sessions.CustomerIdle, c.Sessions.CustomerAbsolute},
		{"session.staff_idle", c.Sessions.StaffIdle, c.Sessions.StaffAbsolute},
	} {
		bad(pair.idle <= pair.absolute, pair.key, "a duration no longer than the absolute one, "+pair.absolute.String())
	}
}

func (c *Config) checkMail(bad func(ok bool, key, want string)) {
	bad((c.Mail.User == "") == c.Mail.Password.IsEmpty(), "mail.password", "both mail.user and mail.password, or neither")
	bad(c.Mail.TLS != MailPlain || isLocal(c.Mail.Host), "mail.tls",
		"starttls or tls: mails carry sign-in links, so they cross no network in clear")
}

func (c *Config) completeDatabase(bad func(ok bool, key, want string)) {
	d := &c.Database
	if d.Driver == SQLite {
		if d.WriteDSN.IsEmpty() {
			d.WriteDSN = NewSecret(filepath.Join(c.DataDir, "gatehouse.db"))
		}
		d.WritePool = 1
	}
	for _, dsn := range []struct {
		key   string
		value *Secret
	}{
		{"database.write_dsn", &d.WriteDSN},
		{"database.read_dsn", &d.ReadDSN},
		{"database.migrate_dsn", &d.MigrateDSN},
		{"database.maintain_dsn", &d.MaintainDSN},
	} {
		if dsn.value.IsEmpty() && dsn.value != &d.WriteDSN {
			if dsn.value != &d.MaintainDSN || d.Driver == SQLite {
				*dsn.value = d.WriteDSN
			}
		} else if d.Driver == MySQL {
			parsed, err := mysql.ParseDSN(dsn.value.Reveal())
			bad(err == nil && parsed.DBName != "", dsn.key, "user:password@tcp(host:3306)/name")
		}
	}
}

func isSecret(key string) bool {
	for _, s := range settings() {
		if s.key == key {
			return s.secret
		}
	}
	return false
}
