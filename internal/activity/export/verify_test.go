package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// filed is an account's log and its export.
type filed struct {
	w     *testkit.World
	chain id.Scope
	file  []byte
	at    time.Time
}

const many = 25

// exported fills a log and exports it, as far as a filter goes.
func exported(t *testing.T, w *testkit.World, filter activity.Filter, words string) filed {
	t.Helper()
	f := filed{w: w, chain: id.AccountScope(id.New[id.AccountKind]()), at: w.Now(t)}
	testkit.Entries(t, w, f.chain, many)
	f.file = f.export(t, filter, words)
	return f
}

func (f *filed) export(t *testing.T, filter activity.Filter, words string) []byte {
	t.Helper()
	end, err := f.w.Log.End(t.Context(), f.chain)
	if err != nil {
		t.Fatal(err)
	}
	enc := export.New(export.JSONLines, export.About{
		Provider: "Harbour Hosting", Log: f.chain, Made: f.w.Now(t), Filter: words, UpTo: end.Seq, Keys: f.w.Log.Keys(),
	})
	file, err := enc.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for after, more := int64(0), true; more; more = after > 0 {
		var list []activity.Record
		list, after, err = f.w.Log.Records(t.Context(), f.chain, activity.Stretch{
			Filter: filter, After: after, UpTo: end.Seq, Limit: 10,
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range list {
			line, err := enc.Entry(&list[i])
			if err != nil {
				t.Fatal(err)
			}
			file = append(file, line...)
		}
	}
	last, err := enc.End(f.w.Log.Sign)
	if err != nil {
		t.Fatal(err)
	}
	return append(file, last...)
}

func (f *filed) verify(t *testing.T, file []byte, notes ...[]byte) export.Verdict {
	t.Helper()
	v, err := export.Verify(bytes.NewReader(file), export.Proof{Keys: f.w.Log.Keys(), Notes: notes})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// statement is what an owner was mailed about the log as it is now.
func (f *filed) statement(t *testing.T) []byte {
	t.Helper()
	end, err := f.w.Log.End(t.Context(), f.chain)
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.w.Log.SignStatement(activity.Statement{At: f.w.Now(t), Head: end})
	if err != nil {
		t.Fatal(err)
	}
	return []byte(text)
}

// L3: whatever is changed in an exported file is found, with the first bad entry.
func TestAnAlteredExportIsFound(t *testing.T) {
	t.Parallel()
	f := exported(t, testkit.NewSQLite(t), activity.Filter{}, "")
	if v := f.verify(t, f.file); v.Bad != nil || v.Entries != many || v.Signed == "" || !v.Trusted || !v.Whole() {
		t.Fatalf("as it is: %+v %+v", v, v.Bad)
	}
	lines := bytes.SplitAfter(f.file, []byte("\n"))
	lines = lines[:len(lines)-1]
	join := func(lines ...[]byte) []byte { return bytes.Join(lines, nil) }
	swapped := slices.Clone(lines)
	swapped[5], swapped[6] = swapped[6], swapped[5]
	last := len(lines) - 1
	for name, attack := range map[string]struct {
		file []byte
		seq  int64
	}{
		"an entry is dropped":          {join(append(slices.Clone(lines[:5]), lines[6:]...)...), 5},
		"two are swapped":              {join(swapped...), 5},
		"one is there twice":           {join(append(slices.Clone(lines[:6]), lines[5:]...)...), 5},
		"the end is cut off":           {join(lines[:10]...), 10},
		"the tail is cut out":          {join(append(slices.Clone(lines[:10]), lines[last])...), 10},
		"half a line is left":          {f.file[:len(f.file)-10], many + 1},
		"the beginning is cut off":     {join(append([][]byte{lines[0]}, lines[3:]...)...), many + 1},
		"a name is changed":            {swap(f.file, "Person 3", "Person 4"), 4},
		"a time is changed":            {swap(f.file, `"seq":9,"occurred":1`, `"seq":9,"occurred":2`), 9},
		"personal content is gone":     {withoutWho(t, lines, 8), many + 1},
		"a field is added":             {swap(f.file, `"prev"`, `"note":1,"prev"`), 1},
		"something stands behind it":   {append(slices.Clone(f.file), lines[3]...), many + 1},
		"the filter is changed":        {swap(f.file, `"up_to"`, `"filter":"x","up_to"`), many + 1},
		"it is said to have ended now": {swap(f.file, `"up_to":25`, `"up_to":24`), many + 1},
	} {
		if v := f.verify(t, attack.file); v.Bad == nil || v.Bad.Seq != attack.seq {
			t.Errorf("%s: %+v", name, v.Bad)
		}
	}
	for i := 0; i < len(f.file); i += 97 { // every so often a single bit
		flipped := slices.Clone(f.file)
		flipped[i] ^= 1
		v, err := export.Verify(bytes.NewReader(flipped), export.Proof{Keys: f.w.Log.Keys()})
		if err == nil && v.Bad == nil {
			t.Errorf("a flipped bit at %d is not found", i)
		}
	}
}

// swap puts one text in the place of another, once.
func swap(file []byte, was, is string) []byte { return bytes.Replace(file, []byte(was), []byte(is), 1) }

// withoutWho takes what an entry says of the actor out of its line.
func withoutWho(t *testing.T, lines [][]byte, n int) []byte {
	t.Helper()
	var line map[string]json.RawMessage
	if err := json.Unmarshal(lines[n], &line); err != nil {
		t.Fatal(err)
	}
	out := slices.Clone(lines)
	who := fmt.Sprintf(`"who":%s,`, line["who"])
	out[n] = bytes.Replace(lines[n], []byte(who), nil, 1)
	if bytes.Equal(out[n], lines[n]) {
		t.Fatal("there was nothing to take out")
	}
	return bytes.Join(out, nil)
}

// L3: a log that the provider itself wrote anew and exported again does not fit the statement that was mailed before;
// one that was cut off lacks what it lists. The key is that of the provider's page, not one that the file brings.
func TestAnExportIsHeldAgainstWhatWasMailed(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	f := exported(t, w, activity.Filter{}, "")
	mailed := f.statement(t)
	if v := f.verify(t, f.file, mailed); v.Bad != nil || v.Vouched != many || v.Notes != 1 {
		t.Fatalf("%+v %+v", v, v.Bad)
	}
	testkit.Entries(t, w, f.chain, 5)
	longer := f.export(t, activity.Filter{}, "")
	if v := f.verify(t, longer, mailed, f.statement(t)); v.Bad != nil || v.Vouched != many+5 {
		t.Fatalf("%+v %+v", v, v.Bad)
	}
	other := exported(t, w, activity.Filter{}, "")
	if v := f.verify(t, f.file, other.statement(t)); v.Bad != nil || v.Notes != 0 || v.Vouched != 0 {
		t.Errorf("a statement about another log vouches: %+v", v)
	}
	forged := activity.Statement{At: w.Now(t), Head: activity.NotedHead{Chain: f.chain, Seq: 20, Hash: [32]byte{1}}}
	text, err := w.Log.SignStatement(forged)
	if err != nil {
		t.Fatal(err)
	}
	if v := f.verify(t, f.file, []byte(text)); v.Bad == nil || v.Bad.Seq != 20 {
		t.Errorf("written anew: %+v", v.Bad)
	}
	elsewhere := testkit.NewSQLite(t)
	if _, err := export.Verify(bytes.NewReader(f.file), export.Proof{
		Keys: elsewhere.Log.Keys(), Notes: [][]byte{mailed},
	}); err == nil {
		t.Error("a statement counts that another key signed")
	}
	v, err := export.Verify(bytes.NewReader(f.file), export.Proof{Keys: elsewhere.Log.Keys()})
	if err != nil || v.Bad == nil || !strings.Contains(v.Bad.What, "not signed by the given key") {
		t.Errorf("another provider's key: %v %+v", err, v.Bad)
	}
	if v, err := export.Verify(bytes.NewReader(f.file), export.Proof{}); err != nil || v.Bad != nil || v.Trusted {
		t.Errorf("without a key: %v %+v", err, v)
	}
}

// An export of a part says that it is one: each entry is as it was, and what lies between them is not known.
func TestAPartOfALogIsCheckedForWhatItIs(t *testing.T) {
	t.Parallel()
	f := exported(t, testkit.NewSQLite(t), activity.Filter{Action: activity.InvoicePaid}, "Action: Invoice paid")
	v := f.verify(t, f.file, f.statement(t))
	if v.Bad != nil || v.Whole() || v.Entries == 0 || v.Entries >= many || v.Vouched != 0 {
		t.Errorf("%+v %+v", v, v.Bad)
	}
	altered := bytes.Replace(f.file, []byte(`"old":"due"`), []byte(`"old":"new"`), 1)
	if v := f.verify(t, altered); v.Bad == nil {
		t.Error("an altered part is not found")
	}
}

// FuzzJSONLines holds the lines against a reader that is not ours, whatever they say, and checks the file (L4).
func FuzzJSONLines(f *testing.F) {
	for _, text := range nasty() {
		f.Add(text)
	}
	w := testkit.NewSQLite(f)
	f.Fuzz(func(t *testing.T, text string) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		testkit.Append(t, w, chain, 1, func(int) testkit.Line {
			return testkit.Line{
				Who:    actor.Details{Kind: actor.Person, Person: id.New[id.PersonKind](), Name: text, Device: text},
				Action: activity.AccountEdited, Details: activity.Details{
					Target: activity.Target{Kind: "account", Label: text}, Changes: []activity.Change{{Field: "name", Old: text}},
				},
			}
		})
		one := filed{w: w, chain: chain}
		file := one.export(t, activity.Filter{}, "")
		lines := strings.Split(strings.TrimSuffix(string(file), "\n"), "\n")
		if len(lines) != 3 || strings.ContainsAny(string(file), "\r\x1b\x00\u2028\u2029") {
			t.Fatalf("%d lines: %q", len(lines), file)
		}
		var line map[string]any
		if err := json.Unmarshal([]byte(lines[1]), &line); err != nil {
			t.Fatal(err)
		}
		want := string([]rune(text)) // what is no UTF-8 is replaced
		if name, label := at(line, "who", "says", "name"), at(line, "what", "says", "label"); want != "" &&
			(name != want || label != want) {
			t.Errorf("%q came back as %q and %q", want, name, label)
		}
		if v := one.verify(t, file); v.Bad != nil {
			t.Errorf("%+v", v.Bad)
		}
	})
}
