package config

import (
	"log/slog"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"time"
)

// setting is one row of the manual and the code that reads it.
type setting struct {
	key, fallback, form, meaning string
	required, secret             bool
	set                          func(c *Config, text string) error
}

func (s setting) problem(v given) Problem {
	text := v.text
	if s.secret && text != "" {
		text = hidden
	}
	return Problem{Key: s.key, Given: text, Want: s.form, Source: v.source}
}

// Accepted forms that several settings share.
const (
	listenForm   = "host:port, the host may be empty"
	webForm      = "a web address that starts with https://"
	addressForm  = "a mail address such as help@example.com"
	fileForm     = "a file's path"
	folderForm   = "a folder's path"
	poolForm     = "a number from 1 to 200"
	customerForm = "a duration from 1m to 24h, such as 12h"
	staffForm    = "a duration from 1m to 12h, such as 12h"
	day          = 24 * time.Hour
)

func settings() []setting {
	return slices.Concat(
		serverSettings(), databaseSettings(), sessionSettings(), mailSettings(), noteSettings(),
		providerSettings(), adapterSettings(), streamSettings(), logSettings(), statusSettings(), invoicingSettings(),
		panelSettings(), vatSettings(),
	)
}

func serverSettings() []setting {
	return []setting{
		{
			key: "data_dir", fallback: "/var/lib/gatehouse", form: folderForm, required: true,
			meaning: "Where the embedded database, and by default keys and notes, are kept",
			set:     into(func(c *Config) *string { return &c.DataDir }, nonEmpty),
		},
		{
			key: "keys_dir", form: folderForm, meaning: "Keyset file; default: keys in data_dir. Back it up apart",
			set: into(func(c *Config) *string { return &c.KeysDir }, nonEmpty),
		},
		{
			key: "listen", fallback: "127.0.0.1:8080", form: listenForm, required: true,
			meaning: "Address the portal listens on",
			set:     into(func(c *Config) *string { return &c.Listen }, parseListen),
		},
		{
			key: "public_url", form: "https://host, without a path; http only for localhost", required: true,
			meaning: "Address at which people reach the portal; links in mails use it",
			set:     into(func(c *Config) **url.URL { return &c.PublicURL }, parseOrigin),
		},
		{
			key: "trusted_proxies", form: "networks such as 10.0.0.0/8, separated by commas",
			meaning: "Proxies whose X-Forwarded-* headers are believed; empty: none",
			set:     into(func(c *Config) *[]netip.Prefix { return &c.TrustedProxies }, parseNetworks),
		},
		{
			key: "geoip_file", form: fileForm,
			meaning: "City or country database (MaxMind format) that says where an address is; empty: places are not shown",
			set:     into(func(c *Config) *string { return &c.GeoIPFile }, nonEmpty),
		},
		{
			key: "tls.cert_file", form: fileForm, meaning: "Certificate chain (PEM); empty: a proxy ends TLS",
			set: into(func(c *Config) *string { return &c.TLS.CertFile }, nonEmpty),
		},
		{
			key: "tls.key_file", form: fileForm, meaning: "The certificate's key (PEM)",
			set: into(func(c *Config) *string { return &c.TLS.KeyFile }, nonEmpty),
		},
		{
			key: "body_limit", fallback: "1MiB", form: "a size from 64KiB to 64MiB",
			meaning: "Largest request that is read", required: true,
			set: into(func(c *Config) *int64 { return &c.BodyLimit }, parseSize),
		},
		{
			key: "metrics_listen", form: listenForm, meaning: "Address of the metrics listener; empty: none",
			set: into(func(c *Config) *string { return &c.MetricsListen }, parseListen),
		},
		{
			key: "log_level", fallback: "info", form: "debug, info, warn or error", required: true,
			meaning: "What is written to the server's log",
			set:     into(func(c *Config) *slog.Level { return &c.LogLevel }, parseLevel),
		},
		{
			key: "time_zone", fallback: "UTC", form: "a zone name such as Europe/London", required: true,
			meaning: "Zone in which times are shown to people who chose none",
			set:     into(func(c *Config) **time.Location { return &c.TimeZone }, parseZone),
		},
	}
}

func databaseSettings() []setting {
	dsn := "a file's path for sqlite, user:password@tcp(host:3306)/name for mysql"
	return []setting{
		{
			key: "database.driver", fallback: SQLite, form: "sqlite or mysql (MariaDB too)", required: true,
			meaning: "Kind of database",
			set:     into(func(c *Config) *string { return &c.Database.Driver }, oneOf(SQLite, MySQL)),
		},
		{
			key: "database.write_dsn", form: dsn, secret: true,
			meaning: "The portal's own user; default for sqlite: gatehouse.db in data_dir",
			set:     into(func(c *Config) *Secret { return &c.Database.WriteDSN }, parseSecret),
		},
		{
			key: "database.read_dsn", form: dsn, secret: true, meaning: "A user that can only read; default: write_dsn",
			set: into(func(c *Config) *Secret { return &c.Database.ReadDSN }, parseSecret),
		},
		{
			key: "database.migrate_dsn", form: dsn, secret: true,
			meaning: "A user that may change the schema; default: write_dsn",
			set:     into(func(c *Config) *Secret { return &c.Database.MigrateDSN }, parseSecret),
		},
		{
			key: "database.maintain_dsn", form: dsn, secret: true,
			meaning: "A user that may delete old entries of the log, for `gatehouse activity archive`; no default for mysql",
			set:     into(func(c *Config) *Secret { return &c.Database.MaintainDSN }, parseSecret),
		},
		{
			key: "database.write_pool", fallback: "10", form: poolForm, required: true,
			meaning: "Most connections that write (sqlite: always 1)",
			set:     into(func(c *Config) *int { return &c.Database.WritePool }, number(1, 200)),
		},
		{
			key: "database.read_pool", fallback: "10", form: poolForm, required: true,
			meaning: "Most connections that read",
			set:     into(func(c *Config) *int { return &c.Database.ReadPool }, number(1, 200)),
		},
	}
}

func sessionSettings() []setting {
	return []setting{
		{
			key: "session.customer_idle", fallback: "30m", form: "a duration from 1m to 1h, such as 30m",
			meaning: "Customers sign in again after this long without a request", required: true,
			set: into(func(c *Config) *time.Duration { return &c.Sessions.CustomerIdle }, between(time.Hour)),
		},
		{
			key: "session.customer_absolute", fallback: "12h", form: customerForm, required: true,
			meaning: "Customers sign in again after this long in any case",
			set:     into(func(c *Config) *time.Duration { return &c.Sessions.CustomerAbsolute }, between(day)),
		},
		{
			key: "session.staff_idle", fallback: "15m", form: "a duration from 1m to 15m, such as 15m",
			meaning: "The same for staff", required: true,
			set: into(func(c *Config) *time.Duration { return &c.Sessions.StaffIdle }, between(15*time.Minute)),
		},
		{
			key: "session.staff_absolute", fallback: "12h", form: staffForm, required: true,
			meaning: "The same for staff",
			set:     into(func(c *Config) *time.Duration { return &c.Sessions.StaffAbsolute }, between(day/2)),
		},
		{
			key: "recovery.wait", fallback: "24h", form: "a duration from 1m to 168h, such as 24h", required: true,
			meaning: "How long somebody waits who has lost all second factors, while everybody is told",
			set:     into(func(c *Config) *time.Duration { return &c.RecoveryWait }, between(7*day)),
		},
	}
}

func mailSettings() []setting {
	return []setting{
		{
			key: "mail.host", form: "a host name", meaning: "SMTP server", required: true,
			set: into(func(c *Config) *string { return &c.Mail.Host }, parseHost),
		},
		{
			key: "mail.port", fallback: "587", form: "a number from 1 to 65535", required: true,
			meaning: "SMTP server's port",
			set:     into(func(c *Config) *int { return &c.Mail.Port }, number(1, 65535)),
		},
		{
			key: "mail.tls", fallback: MailStartTLS, form: "starttls, tls, or none for localhost alone",
			meaning: "How the connection is encrypted; starttls is insisted on", required: true,
			set: into(func(c *Config) *string { return &c.Mail.TLS }, oneOf(MailStartTLS, MailTLS, MailPlain)),
		},
		{
			key: "mail.user", form: "a text", meaning: "SMTP user; empty: no sign-in",
			set: into(func(c *Config) *string { return &c.Mail.User }, nonEmpty),
		},
		{
			key: "mail.password", form: "a text, together with mail.user", meaning: "SMTP password", secret: true,
			set: into(func(c *Config) *Secret { return &c.Mail.Password }, parseSecret),
		},
		{
			key: "mail.from", form: "Name <address>", meaning: "Sender; default: provider.name and no-reply@ the portal's host",
			set: into(func(c *Config) *mail.Address { return &c.Mail.From }, parseSender),
		},
	}
}

func noteSettings() []setting {
	return []setting{
		{
			key: "notes.dir", form: folderForm, meaning: "Signed notes of the activity log; default: notes in data_dir",
			set: into(func(c *Config) *string { return &c.Notes.Dir }, nonEmpty),
		},
		{
			key: "notes.webhook", form: webForm, meaning: "Address that each note is sent to",
			set: into(func(c *Config) **url.URL { return &c.Notes.Webhook }, parseWeb),
		},
		{
			key: "notes.networks", form: "networks such as 10.0.0.0/8, separated by commas",
			meaning: "Private networks that notes.webhook may be in; empty: none",
			set:     into(func(c *Config) *[]netip.Prefix { return &c.Notes.Networks }, parseNetworks),
		},
		{
			key: "notes.ca_file", form: fileForm,
			meaning: "Certificates (PEM) that vouch for notes.webhook; default: those of the machine",
			set:     into(func(c *Config) *string { return &c.Notes.CAFile }, nonEmpty),
		},
		{
			key: "notes.mail_to", form: addressForm, meaning: "Address that each note is mailed to",
			set: into(func(c *Config) *string { return &c.Notes.MailTo }, parseAddress),
		},
	}
}

func providerSettings() []setting {
	return []setting{
		{
			key: "provider.name", fallback: "Gatehouse", form: "a name of at most 60 characters", required: true,
			meaning: "Name that people see",
			set:     into(func(c *Config) *string { return &c.Provider.Name }, parseName),
		},
		{
			key: "provider.legal_name", form: "a name of at most 60 characters",
			meaning: "Name on invoices; default: provider.name",
			set:     into(func(c *Config) *string { return &c.Provider.LegalName }, parseName),
		},
		{
			key: "provider.address", form: "one line of at most 200 characters, its parts separated by commas",
			meaning: "Postal address on invoices and below mails",
			set:     into(func(c *Config) *string { return &c.Provider.Address }, line(200)),
		},
		{
			key: "provider.registration", form: "one line of at most 120 characters",
			meaning: "What the law wants named beside it, such as: Registered in England, no. 01234567",
			set:     into(func(c *Config) *string { return &c.Provider.Registration }, line(120)),
		},
		{
			key: "provider.vat_number", form: "a VAT number with its country, such as GB 987 6543 21",
			meaning: "VAT number on invoices; empty: none is named",
			set:     into(func(c *Config) *string { return &c.Provider.VATNumber }, parseVATNumber),
		},
		{
			key: "provider.accent", form: "a colour such as #1f5fa8", meaning: "Colour of buttons and links",
			set: into(func(c *Config) *string { return &c.Provider.Accent }, parseColour),
		},
		{
			key: "provider.support_mail", form: addressForm, meaning: "Where people can ask for help",
			set: into(func(c *Config) *string { return &c.Provider.SupportMail }, parseAddress),
		},
		{
			key: "provider.logo_file", form: "the path of an .svg or .png file", meaning: "Logo; empty: the name",
			set: into(func(c *Config) *string { return &c.Provider.LogoFile }, parseLogo),
		},
		{
			key: "provider.terms_url", form: webForm, meaning: "Terms of service",
			set: into(func(c *Config) **url.URL { return &c.Provider.TermsURL }, parseWeb),
		},
		{
			key: "provider.privacy_url", form: webForm, meaning: "Privacy notice",
			set: into(func(c *Config) **url.URL { return &c.Provider.PrivacyURL }, parseWeb),
		},
		{
			key: "provider.imprint_url", form: webForm, meaning: "Imprint",
			set: into(func(c *Config) **url.URL { return &c.Provider.ImprintURL }, parseWeb),
		},
	}
}

func adapterSettings() []setting {
	return append(gatewaySettings(), []setting{
		{
			key: "billing.pay_link_in_mails", fallback: "no", form: "yes or no", required: true,
			meaning: "Whether mails about invoices carry a link that pays that invoice without a sign-in",
			set:     into(func(c *Config) *bool { return &c.PayLinkInMails }, yesOrNo),
		},
		{
			key: "billing.second_person_above", fallback: "500", form: "a number from 1 to 1000000", required: true,
			meaning: "Up to how many pounds, euros … one member of staff may credit, write off, refund or record alone",
			set:     into(func(c *Config) *int { return &c.SecondPersonAbove }, number(1, 1_000_000)),
		},
		{
			key: "staff.departments_file", form: fileForm,
			meaning: "Departments of your own, made of the permissions of staff",
			set:     into(func(c *Config) *string { return &c.DepartmentsFile }, nonEmpty),
		},
		{
			key: "staff.hide_names", fallback: "no", form: "yes or no", required: true,
			meaning: "Whether clients read “Colleague 4KQ2” instead of the names of staff who look at them",
			set:     into(func(c *Config) *bool { return &c.HideStaffNames }, yesOrNo),
		},
		{
			key: "panel.kind", fallback: None, form: "none; demo for the demo and localhost alone", required: true,
			meaning: "A panel of the demonstration beside those of real servers",
			set:     into(func(c *Config) *string { return &c.Panel.Kind }, oneOf(None, DemoPanel)),
		},
	}...)
}
