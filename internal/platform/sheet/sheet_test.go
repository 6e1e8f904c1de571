package sheet_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/platform/sheet"
)

// F3: no cell begins a formula, whatever it is called.
func TestNoCellBeginsAFormula(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A", "'=1", "plain",
		"", "'", "''",
		"Zoë, “the” \"boss\"; x", "a\u2028b",
	} {
		file, err := sheet.Write([][]string{{text, "x"}})
		if err != nil {
			t.Fatal(err)
		}
		cell := strings.TrimPrefix(string(file), `"`)
		if strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
			t.Errorf("%q begins with %q", text, cell[:1])
		}
		rows, err := sheet.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if r == '\t' || r == '\r' || r == '\n' || r == '\u2028' {
				return ' '
			}
			return r
		}, text)
		if rows[0][0] != want || rows[0][1] != "x" {
			t.Errorf("%q came back as %q", text, rows[0][0])
		}
	}
}

func TestRowsOfEveryLength(t *testing.T) {
	t.Parallel()
	given := [][]string{{"a"}, {"b", "c", "d"}, {"e", ""}}
	file, err := sheet.Write(given)
	if err != nil {
		t.Fatal(err)
	}
	back, err := sheet.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(given, back, slices.Equal) {
		t.Errorf("%q came back as %q", given, back)
	}
	if _, err := sheet.Read([]byte("\"open")); err == nil {
		t.Error("half a table was read")
	}
}
