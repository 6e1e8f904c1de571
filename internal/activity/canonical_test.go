package activity_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

func fixed[K id.Kind](n byte) id.ID[K] {
	v, _ := id.FromBytes[K](bytes.Repeat([]byte{n}, 16))
	return v
}

// sample is an entry with every field set.
func sample() activity.Entry {
	at := time.Date(2026, 12, 3, 14, 5, 42, 318e6, time.UTC)
	return activity.Entry{
		Schema: 1, Chain: id.AccountScope(fixed[id.AccountKind](1)), Seq: 1281, Occurred: at, Recorded: at.Add(time.Second),
		Action: activity.InvoicePaid, Category: activity.CategoryBilling, Writes: true, Severity: activity.Info,
		Retention: activity.Money, ActorKind: actor.Staff, ActorID: fixed[id.PersonKind](2), ActorRole: "billing",
		OnBehalfOf: fixed[id.PersonKind](3), Session: fixed[id.SessionKind](4), Factor: "password and “key” <b>&\u2028",
		RequestID: "r1", Service: fixed[id.ServiceKind](5), TargetKind: "invoice",
		TargetID: fixed[id.InvoiceKind](6).String(),
		Outcome:  activity.Success, Verb: verb.InvoicesPay, GrantedBy: "owner", Count: 2, Since: at.Add(-time.Hour),
		StaffReason: "ticket 12",
	}
}

func TestTheFormOfAnEntryIsFixed(t *testing.T) {
	t.Parallel()
	full := sample()
	digests := map[string]string{"who": strings.Repeat("ab", 32), "what": strings.Repeat("cd", 32)}
	first, err := full.Canonical(digests)
	if err != nil {
		t.Fatal(err)
	}
	least := activity.Entry{Chain: id.ProviderScope(), Occurred: time.UnixMilli(0), Recorded: time.UnixMilli(0)}
	second, err := least.Canonical(nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "entry.golden", string(first)+"\n"+string(second)+"\n")
	back, got, err := activity.ParseBody(first)
	if err != nil || !reflect.DeepEqual(back, full) || !reflect.DeepEqual(got, digests) {
		t.Errorf("came back as %+v, %v, %v", back, got, err)
	}
	if quick, ok := activity.ParseQuickly(first); !ok || !reflect.DeepEqual(quick, full) {
		t.Errorf("pages read it as %+v, %v", quick, ok)
	}
}

func TestOnlyOneSpellingIsRead(t *testing.T) { // L3
	t.Parallel()
	full := sample()
	raw, err := full.Canonical(map[string]string{"who": "ab"})
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	for name, bad := range map[string]string{
		"a space":          strings.Replace(good, `"seq":`, `"seq": `, 1),
		"an unknown field": strings.Replace(good, `"seq":`, `"x":1,"seq":`, 1),
		"a field twice":    strings.Replace(good, `"seq":1281`, `"seq":1281,"seq":1281`, 1),
		"another order": strings.Replace(good, `"seq":1281,"occurred":1796306742318,`,
			`"occurred":1796306742318,"seq":1281,`, 1),
		"another number":    strings.Replace(good, `"seq":1281`, `"seq":1281.0`, 1),
		"another escape":    strings.Replace(good, `invoice.paid`, `invoice\u002epaid`, 1),
		"another case":      strings.Replace(good, `"seq"`, `"Seq"`, 1),
		"something behind":  good + "{}",
		"a new line":        good + "\n",
		"an empty object":   strings.Replace(good, `"personal":{"who":"ab"}`, `"personal":{}`, 1),
		"an empty field":    strings.Replace(good, `"seq"`, `"factor":"","seq"`, 1),
		"not UTF-8":         strings.Replace(good, `billing"`, "bill\xffing\"", 1),
		"no chain":          strings.Replace(good, `"chain":"01`, `"chain":"`, 1),
		"another's key":     strings.Replace(good, `"chain_kind":"account"`, `"chain_kind":"provider"`, 1),
		"upper-case key":    strings.Replace(good, `"chain":"0101`, `"chain":"0A01`, 1),
		"nothing":           "",
		"something else":    "[]",
		"half of it":        good[:len(good)/2],
		"an id of no entry": strings.Replace(good, `"session":"`, `"session":"zz`, 1),
	} {
		if bad == good {
			t.Errorf("%s: the test changes nothing", name)
		}
		if _, _, err := activity.ParseBody([]byte(bad)); !errors.Is(err, activity.ErrNotCanonical) {
			t.Errorf("%s was read: %v", name, err)
		}
	}
}

// FuzzCanonical: what is written is read back as it was, so that no two entries share their bytes.
func FuzzCanonical(f *testing.F) {
	f.Add("invoice.paid", "owner", "Owner", "x", "y", int64(1), int64(1796306742318), 3, true)
	f.Add("a\xffb", "\u2028<&>", `"\`, "\x00", "}", int64(-1), int64(0), -1, false)
	f.Fuzz(func(t *testing.T, action, role, name, target, reason string, seq, ms int64, count int, writes bool) {
		if ms/1000 > 1e11 || ms/1000 < -1e11 {
			t.Skip("beyond what time can say in milliseconds")
		}
		e := sample()
		e.Action, e.GrantedBy, e.ActorRole, e.TargetID, e.StaffReason = activity.Action(action), role, name, target, reason
		e.Seq, e.Count, e.Writes, e.Occurred = seq, count, writes, time.UnixMilli(ms).UTC()
		digest := hex.EncodeToString([]byte(role))
		raw, err := e.Canonical(map[string]string{"who": digest})
		if err != nil {
			t.Fatal(err)
		}
		back, digests, err := activity.ParseBody(raw)
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		for _, s := range []*string{(*string)(&e.Action), &e.GrantedBy, &e.ActorRole, &e.TargetID, &e.StaffReason} {
			*s = strings.ToValidUTF8(*s, "\ufffd")
		}
		if quick, ok := activity.ParseQuickly(raw); ok && !reflect.DeepEqual(quick, back) {
			t.Errorf("%+v is read quickly as %+v", back, quick)
		}
		if again := activity.ByHand(raw); !bytes.Equal(again, raw) {
			t.Errorf("%s is written by hand as %s", raw, again)
		}
		if !reflect.DeepEqual(back, e) || digests["who"] != digest {
			t.Errorf("%+v came back as %+v", e, back)
		}
	})
}

// FuzzParseBody: whatever is read is written again as the same bytes.
func FuzzParseBody(f *testing.F) {
	full := sample()
	raw, err := full.Canonical(map[string]string{"who": "ab", "what": "cd"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"v":1}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, digests, err := activity.ParseBody(raw)
		if verified, same, failed := activity.ParseForVerify(raw); (failed == nil) != (err == nil) ||
			err == nil && (!reflect.DeepEqual(verified, e) || !reflect.DeepEqual(same, digests)) {
			t.Errorf("%q is read as %+v, %v, %v; verify reads %+v, %v, %v", raw, e, digests, err, verified, same, failed)
		}
		if err != nil {
			return
		}
		if quick, ok := activity.ParseQuickly(raw); ok && !reflect.DeepEqual(quick, e) {
			t.Errorf("%+v is read quickly as %+v", e, quick)
		}
		again, err := e.Canonical(digests)
		if err != nil || !bytes.Equal(raw, again) {
			t.Errorf("%q was read and is written %q, %v", raw, again, err)
		}
	})
}

// FuzzPersonal: what an entry says of people is read as it was written.
func FuzzPersonal(f *testing.F) {
	f.Add("Ben Okafor", "", "203.0.113.24", "GB", "Chrome", "2026-0412", "", "name", "<a>&\u2028", `"\`, true, 2)
	f.Add("", "", "", "", "", "", "", "", "", "", false, 0)
	f.Fuzz(func(
		t *testing.T, name, behalf, address, country, device, label, reason, field, older, newer string, redacted bool, n int,
	) {
		clean := func(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
		who := activity.Who{
			Name: clean(name), OnBehalf: clean(behalf), Address: clean(address), Country: clean(country), Device: clean(device),
		}
		what := activity.What{Label: clean(label), Reason: clean(reason)}
		for range n % 4 {
			what.Changes = append(what.Changes,
				activity.Change{Field: clean(field), Old: clean(older), New: clean(newer), Redacted: redacted})
		}
		a, b, ok, err := activity.Personal(who, what)
		if err != nil || !ok || a != who || !reflect.DeepEqual(b, what) {
			t.Errorf("%+v %+v came back as %+v %+v, %v, %v", who, what, a, b, ok, err)
		}
	})
}

// L5: what an account calls a role of its own is its people's affair: it stands in the sealed part of an entry only.
func TestTheNameOfAnOwnRoleIsPersonal(t *testing.T) {
	t.Parallel()
	who := actor.Enter(actor.Details{
		Kind: actor.Person, Person: fixed[id.PersonKind](2), Name: "Olivia Marsh",
		Membership: actor.Membership{Role: "custom", CustomRole: fixed[id.RoleKind](7), RoleName: "Olivia’s cousin"},
	})
	scope := id.AccountScope(fixed[id.AccountKind](1))
	e, ok := activity.Draft(scope, time.Now(), who, activity.InvoicePaid, activity.Details{})
	if !ok || e.ActorRole != "" || e.Who.Role != "Olivia’s cousin" {
		t.Errorf("%q stands in clear, %q is sealed", e.ActorRole, e.Who.Role)
	}
	if told := activity.NewWords("Harbour Hosting").Detail(&e); len(told) == 0 || told[0] != "Olivia’s cousin" {
		t.Errorf("the page says %v", told)
	}
}
