package sheet_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/platform/sheet"
)

// What people paste, as the programs that they use write it.
func TestReadPasted(t *testing.T) {
	t.Parallel()
	const at, bom = "a@x.example", "\ufeff"
	for name, c := range map[string]struct {
		text string
		want [][]string
	}{
		"addresses": {"a@x.example\nb@x.example", [][]string{{"a@x.example"}, {"b@x.example"}}},
		"commas":    {"e-mail,role\n" + at + ",Billing\n", [][]string{{"e-mail", "role"}, {at, "Billing"}}},
		"Excel, in Europe": {
			bom + "e-mail;role\r\n" + at + ";Billing\r\n", [][]string{{"e-mail", "role"}, {at, "Billing"}},
		},
		"Excel says":           {"sep=;\r\ne-mail;note\r\na;b,c", [][]string{{"e-mail", "note"}, {"a", "b,c"}}},
		"cells of a sheet":     {"e-mail\tnote\na\tone, two; 3", [][]string{{"e-mail", "note"}, {"a", "one, two; 3"}}},
		"old Mac":              {"a\rb\rc", [][]string{{"a"}, {"b"}, {"c"}}},
		"quotes":               {"a,\"b, \"\"c\"\"\",d", [][]string{{"a", `b, "c"`, "d"}}},
		"lines in a cell":      {"a,\"b\nc\",d\ne,f,g", [][]string{{"a", "b c", "d"}, {"e", "f", "g"}}},
		"a text, not a sum":    {`"=""007""",="x"`, [][]string{{"007", "x"}}},
		"our own export":       {"'=cmd,'+44 1", [][]string{{"=cmd", "+44 1"}}},
		"empty lines":          {"\n , \n\na\n\n", [][]string{{"a"}}},
		"quotes in a name":     {`Ben "Benny" Okafor <ben@x.example>`, [][]string{{`Ben "Benny" Okafor <ben@x.example>`}}},
		"a quote never closed": {"a,\"b\nc,d\n", [][]string{nil, {"c", "d"}}},
		"nothing":              {" \n", nil},
	} {
		rows, more := sheet.ReadPasted(c.text, 10)
		if more || len(rows) != len(c.want) {
			t.Errorf("%s: %+v", name, rows)
			continue
		}
		for i, row := range rows {
			if !slices.Equal(row.Cells, c.want[i]) || (row.Cells == nil) != (c.want[i] == nil) {
				t.Errorf("%s: %q, not %q", name, row.Cells, c.want[i])
			}
		}
	}
	rows, more := sheet.ReadPasted("\na\n\nb\nc\n", 2)
	if !more || len(rows) != 2 || rows[0].Line != 2 || rows[1].Line != 4 {
		t.Errorf("%+v, %v", rows, more)
	}
}

// Whatever is pasted: it ends, nothing is lost, lines are in order, and a table that encoding/csv wrote comes back.
func FuzzReadPasted(f *testing.F) {
	for _, seed := range []string{
		"a@x.example\nb@x.example", "\ufeffe-mail;role\r\na;b", "a,\"b\nc\",d\n", "a,\"b\nc", "sep=;\n\"", "\t\"\t\"\"\t",
		"\"\n\"\n\"",
		"=\"x\",'=y", "\r\n\r", "\u2028\u2029",
	} {
		f.Add(seed, "x", "y\nz")
	}
	f.Fuzz(func(t *testing.T, text, one, other string) {
		rows, more := sheet.ReadPasted(text, 5_000)
		last := 0
		var kept strings.Builder
		for _, row := range rows {
			if row.Line <= last || row.Text == "" {
				t.Fatalf("%q: line %d comes after %d: %q", text, row.Line, last, row.Text)
			}
			last = row.Line
			kept.WriteString(row.Text)
		}
		if letters := onlyLetters(text); !more && !strings.HasPrefix(strings.ToLower(text), "sep=") &&
			onlyLetters(kept.String()) != letters && !strings.Contains(strings.ToLower(text), "sep=") {
			t.Fatalf("%q: only %q is left", text, kept.String())
		}
		var written strings.Builder
		w := csv.NewWriter(&written)
		w.Comma = ';'
		if w.Write([]string{"e-mail", "note", "last"}) != nil || w.Write([]string{"k" + one, other, "m"}) != nil {
			return
		}
		w.Flush()
		if strings.ContainsAny(one+other, "\r\n\"'=\u2028\u2029\ufeff") {
			return // these have a meaning of their own
		}
		back, _ := sheet.ReadPasted(written.String(), 10)
		if len(back) != 2 || !slices.Equal(back[1].Cells, []string{plain("k" + one), plain(other), "m"}) {
			t.Fatalf("%q came back as %+v", written.String(), back)
		}
	})
}

func plain(s string) string { return sheet.Plain(strings.Join(strings.Fields(s), " ")) }

func onlyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
