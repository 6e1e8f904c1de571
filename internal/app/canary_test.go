package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"gatehouse/internal/app"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
)

// canary is a personal value that is put in through the interface. Each is unlike anything else in a database.
func canaries() map[string]string {
	return map[string]string{
		"account name": "Qxaccountname Vzlor", "new account name": "Qxrenamed Vzlor",
		"reason of a request": "Qxreasoned Vzlor", "address line 1": "Qxlineone Vzlor 7",
		"address line 2": "Qxlinetwo Vzlor 8", "city": "Qxcity Vzlor", "postcode": "QX9 VZLOR",
		"owner's e-mail": "qxowner.vzlor@mail.example", "owner's name": "Qxperson Vzlor",
		"password": "qxpassphrase vzlor harbour", "code app's name": "Qxphone Vzlor", "domain": "qxdomain-vzlor.example",
		"invoice about": "Qxabout Vzlor", "invoice line": "Qxline Vzlor", "wrong password": "qxwrong vzlor typed here",
		"stranger's e-mail": "qxstranger.vzlor@mail.example", "server credentials": "qxcredential-vzlor-token",
		"stream's name": "Qxstream Vzlor", "stream's path": "qxpath-vzlor", "saved view's name": "Qxview Vzlor",
		"address of the browser": "203.0.113.177", "what was not them": "Qxnotme Vzlor", "reply in a case": "Qxreply Vzlor",
		"VAT number": "XI734912864", "subscriber's e-mail": "qxreader.vzlor@mail.example",
		"registered name": "qxregistered-vzlor.example", "name server": "ns1.qxserver-vzlor.example",

		"colleague's e-mail": "qxcolleague.vzlor@mail.example", "colleague's name": "Qxcolleague Vzlor",
		"why a colleague": "Qxwhyseat Vzlor",
	}
}

// lockedBuffer collects the server's log.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// browser sends requests with its cookies and reads the token out of the page before each form.
type browser struct {
	t       *testing.T
	handler http.Handler
	cookies map[string]string
	all     map[string]string // every cookie there was, as secrets to look for
}

func newBrowser(t *testing.T, h http.Handler) *browser {
	t.Helper()
	return &browser{t: t, handler: h, cookies: map[string]string{}, all: map[string]string{}}
}

func (b *browser) do(method, path string, form url.Values) (*http.Response, string) {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, "http://localhost:8080"+path, body)
	r.RemoteAddr = canaries()["address of the browser"] + ":4711"
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.handler.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		b.cookies[c.Name] = c.Value
		if c.Value != "" && c.Name != "gatehouse-flash" {
			b.all[c.Name+" "+fmt.Sprint(len(b.all))] = c.Value
		}
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	content, _ := io.ReadAll(rec.Result().Body)
	return rec.Result(), string(content)
}

// fill opens a page, fills its form in, sends it, and follows to the page that it leads to.
func (b *browser) fill(page, action string, fields map[string]string) (path, body string) {
	b.t.Helper()
	res, shown := b.do(http.MethodGet, page, nil)
	token := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(shown)
	if res.StatusCode != http.StatusOK || token == nil {
		b.t.Fatalf("%s: %d, no form: %s", page, res.StatusCode, shown)
	}
	form := url.Values{"csrf": {token[1]}}
	_, own, _ := strings.Cut(shown, `action="`+action+`"`) // a page may have other forms, with fields of their own
	own, _, _ = strings.Cut(own, "</form>")
	for _, name := range []string{"version", "key"} {
		if v := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(own); v != nil {
			form.Set(name, v[1])
		}
	}
	for name, value := range fields {
		form.Set(name, value)
	}
	res, body = b.do(http.MethodPost, action, form)
	if res.StatusCode == http.StatusSeeOther {
		path = strings.TrimPrefix(res.Header.Get("Location"), "http://localhost:8080")
		_, body = b.do(http.MethodGet, path, nil)
	}
	return path, body
}

// TestNothingPersonalIsReadable puts a canary into every personal field through the pages, as staff and owner do, and
// looks for it in the database's files or dump and in the server's log: in clear, in base64 and in hexadecimal
// (G7 L5).
func TestNothingPersonalIsReadable(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		var cfg *config.Config
		log, secrets := live(t, func(c *config.Config) { cfg = c })
		look(t, "the log", log, secrets)
		look(t, "the database's files", databaseFiles(t, cfg.Database.WriteDSN.Reveal()), secrets)
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		server := testkit.MariaDBDatabase(t)
		log, secrets := live(t, func(cfg *config.Config) {
			cfg.Database.Driver = config.MySQL
			cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(server.Migrate), config.NewSecret(server.Read)
			cfg.Database.MigrateDSN = config.NewSecret(server.Migrate)
		})
		look(t, "the log", log, secrets)
		look(t, "the dump", dump(t, server.Migrate), secrets)
	})
}

// live runs a day of a provider through the pages and returns the server's log and everything that must not be found.
func live(t *testing.T, change func(*config.Config), after ...func(*house)) (log []byte, secrets map[string]string) {
	t.Helper()
	cfg, err := config.Demo("localhost:8080", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	change(cfg)
	if _, err := secretbox.Create(cfg.KeysDir, secretbox.Demo()); err != nil {
		t.Fatal(err)
	}
	out := &lockedBuffer{}
	logger := slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if _, err := app.Migrate(t.Context(), cfg, logger); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	h := &house{App: a, cookies: map[string]*http.Cookie{}, tokens: map[string]string{}}
	if h.handler, err = a.Handler(nil); err != nil {
		t.Fatal(err)
	}
	secrets = day(t, h)
	for _, see := range after {
		see(h)
	}
	maps.Copy(secrets, canaries())
	delete(secrets, "wrong password") // never stored; looked for below under its own name
	secrets["a password that was wrong"] = canaries()["wrong password"]
	return append([]byte(nil), out.b.Bytes()...), secrets
}

// day is what staff, an owner and a stranger do.
func day(t *testing.T, h *house) map[string]string {
	t.Helper()
	made, err := h.Accounts.CreateStaff(t.Context(), operatorOf("root"), persons.NewPerson{
		Email: "root@harbour.example", Name: "Robin Hale", Password: persons.DemoPassword,
	}, "administrator")
	if err != nil {
		t.Fatal(err)
	}
	h.codeApp(t, made.Person)
	h.signIn(t, "staff", "root@harbour.example", noAccount())
	c := canaries()
	staff := newBrowser(t, h.handler)
	staff.cookies["gatehouse"] = h.cookies["staff"].Value
	address := map[string]string{
		"line1": c["address line 1"], "line2": c["address line 2"],
		"city": c["city"], "postcode": c["postcode"], "country": "GB",
	}
	client := with(address, "name", c["account name"], "owner-email", c["owner's e-mail"], "currency", "GBP")
	base := staff.must(first(staff.fill("/staff/clients/new", "/staff/clients/new", client)))
	staff.must(first(staff.fill("/staff/servers/new", "/staff/servers/new", map[string]string{
		"name": "tern", "panel": "demo", "host": "tern.harbour.example", "location": "London", "address": "192.0.2.10",
		"credentials": c["server credentials"],
	})))
	_, shown := staff.do(http.MethodGet, base+"/services/new", nil)
	server := regexp.MustCompile(`<option value="([0-9a-z]{26})"`).FindStringSubmatch(shown)
	if server == nil {
		t.Fatalf("no server to choose: %s", shown)
	}
	staff.must(first(staff.fill(base+"/services/new", base+"/services/new", map[string]string{
		"plan": "Business Hosting 20", "domain": c["domain"], "server": server[1], "price": "79.00",
	})))
	keepsADomain(t, h, staff, base)
	staff.must(first(staff.fill(base+"/invoices/new", base+"/invoices/new", map[string]string{
		"about": c["invoice about"], "due": time.Now().AddDate(0, 0, 14).Format(time.DateOnly),
		"line-0-text": c["invoice line"], "line-0-quantity": "1", "line-0-price": "12.50", "line-0-rate": "standard 2000",
		"version": "0",
	})))
	owner := ownersDay(t, h, address)
	stranger := newBrowser(t, h.handler)
	for _, email := range []string{c["owner's e-mail"], c["stranger's e-mail"]} {
		stranger.fill("/sign-in", "/sign-in", map[string]string{"email": email, "password": c["wrong password"]})
	}
	const news = "/status/mails"
	stranger.fill(news, news, map[string]string{"email": c["subscriber's e-mail"]})
	if _, err := h.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	invitesAColleague(t, h, staff)
	saysNotMe(t, h, staff)
	h.Offset.Advance(45 * time.Minute)
	if n, err := h.Gate.Flush(t.Context()); err != nil || n == 0 {
		t.Fatalf("nothing was chained: %d, %v", n, err)
	}
	maps.Copy(owner, staff.all)
	return owner
}

// ownersDay accepts the invitation, signs in, changes the account, adds a code app, pays and opens the panel.
func ownersDay(t *testing.T, h *house, address map[string]string) map[string]string {
	t.Helper()
	if _, err := h.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := canaries()
	b := newBrowser(t, h.handler)
	token := ""
	for _, m := range h.Mailbox.List() {
		if found := regexp.MustCompile(`/invitations/([A-Za-z0-9_-]+)`).FindStringSubmatch(m.Text); found != nil {
			token = found[1]
		}
	}
	b.all["invitation"] = token
	b.must(first(b.fill("/invitations/"+token, "/invitations/"+token, map[string]string{
		"name": c["owner's name"], "password": c["password"],
	})))
	b.must(first(b.fill("/sign-in", "/sign-in", map[string]string{
		"email": c["owner's e-mail"], "password": c["password"], "next": "/",
	})))
	_, list := b.do(http.MethodGet, "/accounts", nil)
	base := regexp.MustCompile(`/accounts/[0-9a-z]{26}`).FindString(list)
	b.must(first(b.fill(base+"/settings", base+"/settings", with(address, "tax-id", c["VAT number"]))))
	rename := base + "/settings/requests/name"
	b.must(first(b.fill(rename, rename, map[string]string{
		"name": c["new account name"], "reason": c["reason of a request"],
	})))
	getsKeys(b, base)
	_, invoices := b.do(http.MethodGet, base+"/invoices", nil)
	invoice := regexp.MustCompile(base + `/invoices/[0-9a-z]{26}`).FindString(invoices)
	b.must(first(b.fill(invoice+"/pay", invoice+"/pay", map[string]string{"amount": "15.00"})))
	_, services := b.do(http.MethodGet, base+"/services", nil)
	service := regexp.MustCompile(base + `/services/[0-9a-z]{26}`).FindString(services)
	changesADomain(b, base)
	link, _ := b.fill(service+"/panel", service+"/panel", nil)
	b.all["panel link"] = filepath.Base(b.must(link))
	return b.all
}

// look searches for each secret as it is and in the ways in which it might be written down by mistake.
func look(t *testing.T, where string, content []byte, secrets map[string]string) {
	t.Helper()
	if len(content) < 1000 {
		t.Fatalf("%s holds only %d bytes: there is nothing to look through", where, len(content))
	}
	folded := bytes.ToLower(content)
	for name, value := range secrets {
		for how, shape := range shapes(value) {
			if bytes.Contains(folded, bytes.ToLower([]byte(shape))) {
				t.Errorf("%s: the %s stands in it %s", where, name, how)
			}
		}
	}
}

// shapes are a text in clear, in hexadecimal, and in base64 at each of the three alignments.
func shapes(text string) map[string]string {
	out := map[string]string{"in clear": text, "in hexadecimal": hex.EncodeToString([]byte(text))}
	for shift := range 3 {
		raw := append(bytes.Repeat([]byte{'x'}, shift), text...)
		raw = raw[:len(raw)/3*3]
		encoded := base64.StdEncoding.EncodeToString(raw)[(shift*4+2)/3:]
		out[fmt.Sprintf("in base64, shifted by %d", shift)] = encoded
	}
	return out
}

func databaseFiles(t *testing.T, path string) []byte {
	t.Helper()
	var all []byte
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}

func dump(t *testing.T, dsn string) []byte {
	t.Helper()
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := strings.Cut(cfg.Addr, ":")
	cmd := exec.CommandContext(t.Context(), "mariadb-dump", "--no-defaults", "--host="+host, "--port="+port,
		"--user="+cfg.User, "--password="+cfg.Passwd, "--skip-lock-tables", "--no-tablespaces", cfg.DBName)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("mariadb-dump: %v %s", err, complaint.String())
	}
	return out
}
