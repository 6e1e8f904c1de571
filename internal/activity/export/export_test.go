package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

// record is an entry that says the given things of people, as the log would give it out.
func record(name, label, reason, old string) activity.Record {
	account := id.New[id.AccountKind]()
	who := actor.Enter(actor.Details{
		Kind: actor.Person, Person: id.New[id.PersonKind](), Name: name, Device: reason,
		Membership: actor.Membership{Account: account, RoleName: "Owner"},
	})
	e, _ := activity.Draft(id.AccountScope(account), time.UnixMilli(1_800_000_000_123).UTC(), who, activity.AccountEdited,
		activity.Details{
			Target: activity.Target{Kind: "account", ID: account.String(), Label: label}, Reason: reason,
			Changes: []activity.Change{{Field: "name", Old: old, New: label}},
		})
	e.Seq = 7
	return activity.Record{Entry: e, Salted: map[string]string{}}
}

func about(r *activity.Record) export.About {
	return export.About{Provider: "Harbour Hosting", Log: r.Chain, Made: time.Unix(1_800_000_000, 0), UpTo: r.Seq}
}

// nasty are texts that break careless writers.
func nasty() []string {
	return []string{
		"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'quoted", "a\r\nb", "a\nb", "a\rb", "\x1b[31mred",
		"a\u2028b\u2029c", `say "hi", twice`, `back\slash`, "\xff\xfe", "\x00", " ", "", "<script>&amp;", "é å 漢 🙂", "\ufeff",
	}
}

// FuzzCSV holds every cell against what a reader of CSV that is not ours gives back, and lets no cell be a formula
// (L4, F3).
func FuzzCSV(f *testing.F) {
	for _, text := range nasty() {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, name, label string) {
		r := record(name, label, label, name)
		enc := export.New(export.CSV, about(&r))
		head, err := enc.Begin()
		if err != nil {
			t.Fatal(err)
		}
		line, err := enc.Entry(&r)
		if err != nil {
			t.Fatal(err)
		}
		text, marked := bytes.CutPrefix(append(head, line...), []byte("\ufeff"))
		if !marked {
			t.Fatal("spreadsheets would not know that this is UTF-8")
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != len(rows[0]) {
			t.Fatalf("%d rows, %v: %q", len(rows), err, line)
		}
		cells := map[string]string{}
		for i, title := range rows[0] {
			cell := rows[1][i]
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				t.Errorf("%s: a spreadsheet would take %q for a formula", title, cell)
			}
			cells[title] = strings.TrimPrefix(cell, "'")
		}
		for title, said := range map[string]string{"Person": name, "Thing": label, "Why": label, "Device": label} {
			want := strings.ReplaceAll(strings.ToValidUTF8(said, "\ufffd"), "\r\n", "\n") // as that reader says it does
			if cells[title] != want {
				t.Errorf("%s: %q came back as %q", title, want, cells[title])
			}
		}
	})
}

// What happened reads as people write a name, as in the log itself; the thing is the form that the entry keeps and its
// hash is of.
func TestANameBeyondASCIIInAFile(t *testing.T) {
	t.Parallel()
	const kept, read = "xn--mller-kva.example", "müller.example"
	r := record("Tess Lindqvist", kept, "", "")
	r.Action, r.TargetKind, r.What.Changes = activity.PanelOpened, "service", nil
	line, err := export.New(export.CSV, about(&r)).Entry(&r)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(line)).ReadAll()
	if err != nil || len(rows) != 1 {
		t.Fatalf("%q: %v", line, err)
	}
	said := 0
	for _, cell := range rows[0] {
		switch {
		case strings.Contains(cell, read):
			said++
			if !strings.Contains(cell, "opened the panel of "+read) {
				t.Errorf("it reads %q", cell)
			}
		case strings.Contains(cell, kept) && cell != kept:
			t.Errorf("the kept form stands in %q", cell)
		}
	}
	if said != 1 || !slices.Contains(rows[0], kept) {
		t.Errorf("the line is %q", line)
	}
}

// FuzzOCSF holds each event against what the schema demands of its class, and what it says against what was put in
// (L4).
func FuzzOCSF(f *testing.F) {
	for i, text := range nasty() {
		f.Add(text, uint8(i*7))
	}
	catalogue := activity.Catalogue()
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		m := catalogue[int(which)%len(catalogue)]
		r := record(text, text, text, text)
		r.Action, r.Category, r.Writes, r.Severity = m.Action, m.Category, m.Writes, m.Severity
		line, err := export.New(export.OCSF, about(&r)).Entry(&r)
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(line) || bytes.Count(line, []byte("\n")) != 1 || bytes.ContainsAny(line[:len(line)-1], "\r\x1b\x00") {
			t.Fatalf("not one line: %q", line)
		}
		var event map[string]any
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatal(err)
		}
		demandsOf(t, event)
		want := string([]rune(text)) // what is no UTF-8 is replaced
		if got := at(event, "status_detail"); want != "" && got != want {
			t.Errorf("%q came back as %q", want, got)
		}
		if got := at(event, "actor", "user", "name"); want != "" && got != want {
			t.Errorf("%q came back as %q", want, got)
		}
	})
}

// at is what stands in an event under some names.
func at(v any, names ...string) any {
	for _, name := range names {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// demandsOf fails where an event lacks what version 1.3.0 of the schema requires of its class: its own requirements,
// those of the objects in it, and that the numbers fit one another.
func demandsOf(t *testing.T, event map[string]any) {
	t.Helper()
	number := func(names ...string) float64 {
		n, ok := at(event, names...).(float64)
		if !ok {
			t.Errorf("%v is no number: %v", names, at(event, names...))
		}
		return n
	}
	class, activity := number("class_uid"), number("activity_id")
	if number("category_uid") != float64(int(class)/1000) || number("type_uid") != class*100+activity {
		t.Errorf("class %v, category %v, activity %v, type %v", class, event["category_uid"], activity, event["type_uid"])
	}
	for _, name := range []string{"severity_id", "time", "status_id"} {
		number(name)
	}
	texts := [][]string{{"metadata", "version"}, {"metadata", "product", "vendor_name"}, {"metadata", "product", "name"}}
	allowed := []float64{99}
	switch class {
	case 3001:
		allowed = append(allowed, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	case 3002:
		allowed = append(allowed, 1, 2, 3, 4, 5)
		texts = append(texts, []string{"service", "name"}) // or dst_endpoint
	case 6003:
		allowed = append(allowed, 1, 2, 3, 4)
		texts = append(texts, []string{"api", "operation"}, []string{"api", "service", "name"})
		if at(event, "actor", "user") == nil || at(event, "src_endpoint") == nil {
			t.Error("it has no actor, or does not say from where")
		}
	default:
		t.Errorf("class %v is none of ours", class)
	}
	if class < 4000 && at(event, "user", "uid") == nil && at(event, "user", "name") == nil {
		t.Error("it does not say whose sign-in it is")
	}
	known := false
	for _, n := range allowed {
		known = known || n == activity
	}
	if !known {
		t.Errorf("class %v has no activity %v", class, activity)
	}
	for _, names := range texts {
		if text, _ := at(event, names...).(string); text == "" {
			t.Errorf("%v is missing", names)
		}
	}
}
