// Package config reads what the operator decided, once, when the program starts.
//
// A value comes from the file (YAML or TOML), is overridden by its GATEHOUSE_*
// variable, and falls back to its default. Everything is checked before
// anything runs, and all that is wrong is reported together: each bad value
// names itself, what was given, what is accepted and where it came from. No
// other package reads the environment.
package config

import (
	"log/slog"
	"net/mail"
	"net/netip"
	"net/url"
	"time"
)

// Config is the whole configuration, checked.
type Config struct {
	// Demo is set by the demo alone; no file and no variable can.
	Demo bool
	// Fixed says of each setting that the operator decided where that stands: in a file, or in a variable.
	Fixed          map[string]string
	DataDir        string
	KeysDir        string
	Listen         string
	PublicURL      *url.URL
	TrustedProxies []netip.Prefix
	GeoIPFile      string // a city or country database; empty: places are not known
	BodyLimit      int64
	MetricsListen  string
	LogLevel       slog.Level
	TimeZone       *time.Location
	TLS            TLS
	Database       Database
	Sessions       Sessions
	RecoveryWait   time.Duration // before lost second factors can be replaced
	Mail           Mail
	Notes          Notes
	Provider       Provider
	Gateway        Gateway
	VATCheck       VATCheck
	Panel          Panel
	Streams        Streams
	Log            Log
	Status         Status

	PayLinkInMails    bool   // invoice mails carry a link that pays without a sign-in
	DepartmentsFile   string // of the provider's own departments; empty: there are none
	HideStaffNames    bool   // clients read an alias instead of the names of staff
	SecondPersonAbove int    // whole units of any currency that one person may credit, write off, refund or record
	Invoicing         Invoicing
}

// Log says how long entries of the activity log stay in it, and where they go
// then.
type Log struct {
	KeepMonths     int
	KeepMoneyYears int
	ArchiveDir     string
}

// TLS names the certificate the server presents itself. Both empty: a proxy in
// front of it does.
type TLS struct {
	CertFile, KeyFile string
}

// The database drivers.
const (
	SQLite = "sqlite"
	MySQL  = "mysql"
)

// Database says where the data is. For SQLite a DSN is a file's path; for MySQL
// and MariaDB it is the driver's, and the four may name different users.
// MaintainDSN has no substitute: it names one who may delete.
type Database struct {
	Driver      string
	WriteDSN    Secret
	ReadDSN     Secret
	MigrateDSN  Secret
	MaintainDSN Secret
	WritePool   int
	ReadPool    int
}

// Sessions are the times after which people have to sign in again.
type Sessions struct {
	CustomerIdle, CustomerAbsolute time.Duration
	StaffIdle, StaffAbsolute       time.Duration
}

// How mail connections are encrypted.
const (
	MailStartTLS = "starttls"
	MailTLS      = "tls"
	MailPlain    = "none"
)

// Mail is the SMTP server that mails are handed to.
type Mail struct {
	Host     string
	Port     int
	User     string
	Password Secret
	From     mail.Address
	TLS      string
}

// Notes says where the signed notes about the activity log go, beside Dir: they
// are worth something only where the database's administrator cannot reach them.
type Notes struct {
	Dir     string
	Webhook *url.URL
	MailTo  string
	// Networks are private networks in which the webhook may be; CAFile vouches for it.
	Networks []netip.Prefix
	CAFile   string
}

// Provider is the brand under which the portal appears.
type Provider struct {
	Name, LegalName                  string
	Address, Registration, VATNumber string
	Accent                           string
	SupportMail                      string
	LogoFile                         string
	TermsURL, PrivacyURL, ImprintURL *url.URL
}

// What stands behind a gateway or a panel.
const (
	None      = "none"
	Sandbox   = "sandbox"
	Stripe    = "stripe"
	DemoPanel = "demo"
)

// Gateway takes payments.
type Gateway struct {
	Kind          string
	WebhookSecret Secret
	SecretKey     Secret // of the provider's account at Stripe
	Account       string // that account's id
	Live          bool   // real money; otherwise Stripe's test mode
	Debits        bool   // Bacs Direct Debit is offered
	DebitNotice   int    // working days between the mail that announces one, and the collection
	StandIn       string // where Stripe is reached instead, on this machine: tests set it, and no setting does
}

// VATCheck says which registers of tax authorities are asked about the VAT numbers of clients.
type VATCheck struct {
	VIES                     bool
	HMRCID                   string // of the application that HMRC registered for the provider; empty: it is not asked
	HMRCSecret               Secret
	StandInVIES, StandInHMRC string // where they are reached instead, on this machine: tests set it, and no setting does
}

// Panel says which hosting panels there are beside those of real servers, which private networks servers may be in, and
// who vouches for them.
type Panel struct {
	Kind     string
	Networks []netip.Prefix
	CAFile   string
}

// Status says which private networks the checks of the status page may look at, and who vouches for what is there.
type Status struct {
	Networks []netip.Prefix
	CAFile   string
}

// Streams says where the log is carried, and where to streams may go at all.
type Streams struct {
	Address  string // of all logs; empty: nowhere
	Secret   Secret
	Networks []netip.Prefix
	CAFile   string
}
