package activity_test

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; read it, and if it is right run `go test ./internal/activity -run %s -update`\n%s",
			path, t.Name(), difference(string(want), got))
	}
}

// difference shows the lines that only one of two texts has.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	out := ""
	for _, line := range a {
		if !slices.Contains(b, line) {
			out += "- " + line + "\n"
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out += "+ " + line + "\n"
		}
	}
	return out
}

type cast struct {
	account     id.Account
	olivia, ben id.Person
}

func newCast() cast {
	return cast{id.New[id.AccountKind](), id.New[id.PersonKind](), id.New[id.PersonKind]()}
}

func (c cast) details(person id.Person, name string) actor.Details {
	return actor.Details{
		Kind: actor.Person, Person: person, Name: name, Session: id.New[id.SessionKind](), Factor: "password and code",
		Address: netip.MustParseAddr("203.0.113.24"), Device: "Chrome on Windows",
		Membership: actor.Membership{Account: c.account, Role: "owner", RoleName: "Owner"},
	}
}

func (c cast) draft(t *testing.T, d actor.Details, a activity.Action, det activity.Details) activity.Entry {
	t.Helper()
	e, ok := activity.Draft(id.AccountScope(c.account), time.Now().UTC(), actor.Enter(d), a, det)
	if !ok {
		t.Fatalf("no entry of %s", a)
	}
	return e
}

func TestEveryActionHasASentence(t *testing.T) {
	t.Parallel()
	c, w, out := newCast(), activity.NewWords("Harbour Hosting"), ""
	for _, m := range activity.Catalogue() {
		for _, outcome := range []activity.Outcome{activity.Success, activity.RefusedResult, activity.Failed} {
			e := c.draft(t, c.details(c.ben, "Ben Okafor"), m.Action, activity.Details{
				Target: activity.Target{Kind: "thing", ID: "x", Label: "2026-0412"}, Outcome: outcome,
			})
			e.Verb = verb.InvoicesView
			text := activity.Plain(w.Sentence(e, c.olivia))
			if strings.ContainsAny(text, "{}") || text == "" {
				t.Errorf("%s: %q", m.Action, text)
			}
			out += fmt.Sprintf("%-26s %-8s %s\n", m.Action, outcome, text)
		}
	}
	golden(t, "sentences.golden", out)
}

func TestTheCatalogueIsWhole(t *testing.T) {
	t.Parallel()
	seen := map[activity.Action]bool{}
	for _, m := range activity.Catalogue() {
		if seen[m.Action] {
			t.Errorf("%s is there twice", m.Action)
		}
		seen[m.Action] = true
		if m.Category == "" || m.Severity == "" || m.Retention == "" || m.Label == "" || m.Did == "" || m.Tried == "" {
			t.Errorf("%s lacks something: %+v", m.Action, m)
		}
		if got, ok := m.Action.Meaning(); !ok || got != m {
			t.Errorf("%s is found as %+v", m.Action, got)
		}
		if len(m.Action) > 60 || len(m.Category) > 30 {
			t.Errorf("%s does not fit its column", m.Action)
		}
	}
	if _, ok := activity.Action("thing.done").Meaning(); ok {
		t.Error("an unknown action has a meaning")
	}
}

func TestSentencesKnowTheirReader(t *testing.T) {
	t.Parallel()
	c, w := newCast(), activity.NewWords("Harbour Hosting")
	ben, olivia := c.details(c.ben, "Ben Okafor"), c.details(c.olivia, "Olivia Marsh")
	staff := actor.Details{
		Kind: actor.Staff, Person: id.New[id.PersonKind](), Name: "Sam Doyle", Seat: actor.Seat{Department: "support"},
	}
	assist := staff
	assist.OnBehalfOf = c.olivia
	aboutBen := activity.TargetOf("person", c.ben, "Ben Okafor")
	invoice := activity.Target{Kind: "invoice", ID: "i1", Label: "2026-0412"}
	none := id.Person{}
	for _, test := range []struct {
		reader id.Person
		entry  activity.Entry
		want   string
	}{
		{c.ben, c.draft(t, ben, activity.InvoicePaid, activity.Details{Target: invoice}), "You paid invoice 2026-0412"},
		{c.olivia, c.draft(t, ben, activity.InvoicePaid, activity.Details{
			Target: invoice, Changes: []activity.Change{{Field: "amount", New: "£120.00"}},
		}), "Ben Okafor paid invoice 2026-0412, £120.00"},
		{
			c.olivia, c.draft(t, ben, activity.PasswordChanged, activity.Details{Target: aboutBen}),
			"Ben Okafor changed their own password",
		},
		{c.ben, c.draft(t, ben, activity.PasswordChanged, activity.Details{Target: aboutBen}), "You changed your password"},
		{
			c.ben, c.draft(t, staff, activity.SignInReopened, activity.Details{Target: aboutBen}),
			"Sam Doyle of Harbour Hosting let you try to sign in again",
		},
		{
			c.ben, c.draft(t, staff, activity.PersonDisabled, activity.Details{Target: aboutBen}),
			"Sam Doyle of Harbour Hosting disabled your sign-in",
		},
		{c.ben, c.draft(t, ben, activity.SessionEnded, activity.Details{
			Target: activity.TargetOf("session", id.New[id.SessionKind](), "Ben Okafor"),
		}), "You ended a session of yours"},
		{c.olivia, c.draft(t, ben, activity.SessionEnded, activity.Details{
			Target: activity.TargetOf("session", id.New[id.SessionKind](), "Ben Okafor"),
		}), "Ben Okafor ended a session of their own"},
		{c.ben, c.draft(t, actor.Details{Kind: actor.Anonymous}, activity.SignInFailed, activity.Details{
			Target: aboutBen, Outcome: activity.Failed, Count: 4,
		}), "Somebody failed to sign in as you, 4 times"},
		{c.ben, c.draft(t, actor.Details{Kind: actor.Anonymous}, activity.CodeFailed, activity.Details{
			Target: aboutBen, Outcome: activity.Failed,
		}), "Somebody with your password failed the second step"},
		{c.ben, c.draft(t, ben, activity.PanelFailed, activity.Details{
			Target: activity.Target{Kind: "service", ID: "s", Label: "northwind.example"}, Outcome: activity.Failed,
		}), "The panel of northwind.example did not open for you"},
		{
			none, c.draft(t, actor.NewSystem("mails").Details, activity.MailSent, activity.Details{Target: aboutBen}),
			"Gatehouse mailed Ben Okafor",
		},
		{c.olivia, c.draft(t, assist, activity.AccountEdited, activity.Details{
			Target: activity.Target{Kind: "account", ID: "a", Label: "Northwind Bakery Ltd"},
		}), "Sam Doyle of Harbour Hosting on behalf of you changed the details of Northwind Bakery Ltd"},
		{c.olivia, c.draft(t, actor.NewWebhook("Stripe", netip.Addr{}).Details, activity.InvoicePaid, activity.Details{
			Target: invoice, ByOther: "Ben Okafor",
		}), "Ben Okafor paid invoice 2026-0412"},
		{c.olivia, refusedOf(c.draft(t, ben, activity.Refused, activity.Details{Outcome: activity.RefusedResult, Count: 3}),
			verb.PanelOpen), "Ben Okafor tried to open the hosting panel and was refused, 3 times"},
		{c.olivia, refusedOf(c.draft(t, ben, activity.Refused, activity.Details{
			Target:  activity.Target{Kind: "service", ID: "s", Label: "northwind.example"},
			Outcome: activity.RefusedResult, Count: 3,
		}), verb.PanelOpen), "Ben Okafor tried to open the hosting panel (northwind.example) and was refused, 3 times"},
		{
			c.olivia, refusedOf(c.draft(t, staff, activity.DataViewed, activity.Details{}), verb.BillingView),
			"Sam Doyle of Harbour Hosting looked at this account’s invoices and payments",
		},
		{
			c.ben, c.draft(t, olivia, activity.ContactRoleChanged, activity.Details{Target: aboutBen}),
			"Olivia Marsh changed what you may do",
		},
		{
			c.olivia, erased(c.draft(t, ben, activity.ContactInvited, activity.Details{Target: aboutBen})),
			"Somebody whose details were erased invited themselves",
		},
		{
			c.olivia, erased(c.draft(t, ben, activity.InvoicePaid, activity.Details{Target: invoice})),
			"Somebody whose details were erased paid invoice something whose details were erased",
		},
		{
			c.ben, refusedOf(c.draft(t, ben, activity.Refused, activity.Details{
				Target: activity.Target{Kind: "service", ID: "s", Label: "not.theirs.example"}, Outcome: activity.RefusedResult,
			}), verb.PanelOpen),
			"You tried to open the hosting panel and were refused",
		},
		{c.olivia, activity.Entry{Action: "thing.{done}", Who: activity.Who{Name: "Ben Okafor"}}, "Ben Okafor: thing.(done)"},
	} {
		if got := activity.Plain(w.Sentence(test.entry, test.reader)); got != test.want {
			t.Errorf("%s: got  %q\nwant %q", test.entry.Action, got, test.want)
		}
	}
}

func refusedOf(e activity.Entry, v verb.Verb) activity.Entry { e.Verb = v; return e }

func erased(e activity.Entry) activity.Entry {
	e.Who, e.What, e.Erased = activity.Who{}, activity.What{}, true
	return e
}

func TestPartsNameWhatTheyAre(t *testing.T) {
	t.Parallel()
	c, w := newCast(), activity.NewWords("")
	e := c.draft(t, c.details(c.ben, "Ben Okafor"), activity.InvoicePaid,
		activity.Details{Target: activity.Target{Kind: "invoice", ID: "i1", Label: "2026-0412"}})
	want := []activity.Part{
		{Text: "Ben Okafor", Strong: true, Kind: "person", ID: c.ben.String()},
		{Text: " paid invoice "},
		{Text: "2026-0412", Kind: "invoice", ID: "i1"},
	}
	if got := w.Sentence(e, c.olivia); !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestDetailsUnderTheSentence(t *testing.T) {
	t.Parallel()
	c, w := newCast(), activity.NewWords("Harbour Hosting")
	staff := actor.Details{Kind: actor.Staff, Name: "Sam Doyle", Seat: actor.Seat{Department: "support"}}
	for want, d := range map[string]actor.Details{
		"Owner · 203.0.113.24 · Chrome on Windows · password and code": c.details(c.ben, "Ben Okafor"),
		"Support department":  staff,
		"by itself":           actor.NewSystem("mails").Details,
		"at the command line": actor.NewShell("root").Details,
	} {
		e := c.draft(t, d, activity.AccountEdited, activity.Details{})
		if got := strings.Join(w.Detail(&e), " · "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for field, want := range map[string]string{
		"email": "E-mail address", "ends_at": "Ends", "name": "Name", "trading_name": "Trading name",
	} {
		if got := activity.Field(field); got != want {
			t.Errorf("%s: %q", field, got)
		}
	}
}

func BenchmarkSentence(b *testing.B) {
	c, w := newCast(), activity.NewWords("Harbour Hosting")
	who := actor.Enter(c.details(c.ben, "Ben Okafor"))
	e, _ := activity.Draft(id.AccountScope(c.account), time.Now(), who, activity.NoteSigned, activity.Details{})
	b.ReportAllocs()
	for b.Loop() {
		w.Sentence(e, c.olivia)
	}
}

func BenchmarkMeaning(b *testing.B) {
	for b.Loop() {
		activity.NoteSigned.Meaning()
	}
}
