package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

func (h *house) invite(t *testing.T, account id.Account, email string, terms accounts.Terms) {
	t.Helper()
	if err := h.Accounts.Invite(t.Context(), actor.NewSystem("test"), account, email, terms); err != nil {
		t.Fatal(err)
	}
	h.accept(t, email)
}

// accept reads the invitation's mail, does what the invited person does, and gives them a code app.
func (h *house) accept(t *testing.T, email string) {
	t.Helper()
	h.join(t, email)
	person, err := h.People.Find(t.Context(), actor.NewShell("root"), email)
	if err != nil {
		t.Fatal(err)
	}
	h.codeApp(t, person)
}

// join is accept without a second step.
func (h *house) join(t *testing.T, email string) {
	t.Helper()
	if _, err := h.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, m := range h.Mailbox.List() {
		found := regexp.MustCompile(`/invitations/([A-Za-z0-9_-]+)`).FindStringSubmatch(m.Text)
		if m.To != email || found == nil {
			continue
		}
		who := actor.Enter(actor.Details{Kind: actor.Anonymous})
		_, err := h.Accounts.Accept(t.Context(), who, found[1], accounts.Acceptance{
			Name: "Person " + email, Password: persons.DemoPassword,
		})
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("no invitation came to %s", email)
}

func (h *house) codeApp(t *testing.T, person id.Person) {
	t.Helper()
	err := h.Gate.ChangeWith(t.Context(), actor.NewSystem("test"), verb.StaffManage, id.ProviderScope(),
		[]id.Scope{id.PersonScope(person)}, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return h.People.AddDemoTOTP(tx, g, person)
		})
	if err != nil {
		t.Fatal(err)
	}
}

// signIn keeps the cookie and the form token of somebody who has signed in with a code.
func (h *house) signIn(t *testing.T, as, email string, account id.Account) {
	t.Helper()
	stranger := actor.Enter(actor.Details{Kind: actor.Anonymous, Address: netip.MustParseAddr("192.0.2.1")})
	out, err := h.People.SignIn(t.Context(), stranger, email, persons.DemoPassword)
	if err != nil {
		t.Fatal(err)
	}
	now, err := h.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(persons.DemoSecret, now)
	if err != nil {
		t.Fatal(err)
	}
	if out, err = h.People.SecondFactor(t.Context(), stranger, out.Half, factors.Code(code)); err != nil {
		t.Fatal(err)
	}
	h.cookies[as] = &http.Cookie{Name: "gatehouse", Value: out.Token}
	path := "/me/security"
	if account.IsZero() && strings.HasPrefix(as, "staff") {
		path = "/me/sessions"
	}
	_, body := h.send(as, http.MethodGet, path, nil)
	found := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("%s has no form token on %s", as, path)
	}
	h.tokens[as] = found[1]
}

// send sends a request as somebody, with more headers where there are any: name, value.
func (h *house) send(as, method, path string, form url.Values, headers ...string) (*http.Response, string) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, "http://localhost:8080"+path, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if c := h.cookies[as]; c != nil {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	h.handler.ServeHTTP(rec, r)
	content, _ := io.ReadAll(rec.Result().Body)
	return rec.Result(), string(content)
}
