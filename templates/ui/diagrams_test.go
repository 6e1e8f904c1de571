package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

func date(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

// cells are the words of a row, one cell after the other.
func cells(row *goquery.Selection) string {
	return strings.Join(row.Find("th, td").Map(func(_ int, s *goquery.Selection) string { return words(s) }), " ")
}

func pulse() ui.PulseProps {
	return ui.PulseProps{
		Total: 1285,
		Days: []ui.DayCount{
			{Day: date(6, 7), Entries: 99}, // a Sunday, the day before the map begins
			{Day: date(6, 8), Entries: 1},
			{Day: date(11, 25), Entries: 100},
			{Day: date(12, 2), Entries: 4, Refused: 1, Failed: 4},
			{Day: date(12, 3), Entries: 34, ByStaff: 1},
		},
		People: []ui.SignIns{
			{Person: ui.Person{Name: "Olivia Marsh"}, Days: []ui.SignIn{
				{Day: date(11, 4), Kind: ui.SignInStrong, Many: 1},
				{Day: date(12, 3), Kind: ui.SignInStrong, Many: 2},
				{Day: date(11, 3), Kind: ui.SignInWeak, Many: 1}, // before the 30 days
			}},
			{Person: ui.Person{Name: "Ben Okafor"}, Days: []ui.SignIn{
				{Day: date(12, 2), Kind: ui.SignInWeak, Many: 1}, {Day: date(12, 2), Kind: ui.SignInFailed, Many: 4},
			}},
			{Person: ui.Person{Name: "Ben Archer"}},
			{Person: ui.Person{Name: "Harbour staff", Kind: ui.Ours}, Days: []ui.SignIn{
				{Day: date(12, 3), Kind: ui.SignInStaff, Many: 1},
			}},
		},
	}
}

func TestThePulseShowsHalfAYear(t *testing.T) {
	doc := render(t, ui.Pulse(london(t), pulse()))
	heat := doc.Find(".gh-heat [role=img]")
	if got := heat.Find(".gh-h0, .gh-h1, .gh-h2, .gh-h3, .gh-h4").Length(); got != 25*7+4 {
		t.Errorf("%d days up to a Thursday", got)
	}
	if got := heat.Find(".gh-h1").Length(); got != 2 {
		t.Errorf("%d days with few entries: one busy day must leave the others visible", got)
	}
	if heat.Find(".gh-h4").Length() != 1 || heat.Find(".gh-hbad").Length() != 1 || heat.Find(".gh-hsel").Length() != 1 {
		t.Error("the busiest day, the failed sign-ins or today is not marked")
	}
	want := "Entries per day, 8 Jun to 3 Dec 2026: 139 entries in all. The busiest day was 25 Nov 2026, with 100." +
		" Sign-ins failed on 2 Dec 2026."
	if got := heat.AttrOr("aria-label", ""); got != want {
		t.Errorf("the map says %q", got)
	}
	week := "This week: 38 entries. 1 refused, 4 failed sign-ins, 1 look by staff. 1,285 entries in all."
	if got := words(doc.Find(".gh-fit")); got != week {
		t.Errorf("the week reads %q", got)
	}
}

func TestTheStripTellsSignInsApartByShape(t *testing.T) {
	doc := render(t, ui.Pulse(london(t), pulse()))
	var names, said []string
	doc.Find(".gh-strip dt").Each(func(_ int, s *goquery.Selection) { names = append(names, words(s)) })
	doc.Find(".gh-strip [role=img]").Each(func(_ int, s *goquery.Selection) {
		said = append(said, s.AttrOr("aria-label", ""))
	})
	if got := strings.Join(names, ", "); got != "Olivia, Ben O, Ben A, Harbour" {
		t.Errorf("the strip names %s", got)
	}
	want := []string{
		"Olivia Marsh: 2 days, always with a second factor",
		"Ben Okafor: 1 day with a password only; 4 failed attempts",
		"Ben Archer: no sign-in in the last 30 days",
		"Harbour staff: looked at the account on 1 day",
	}
	for i, sentence := range want {
		if said[i] != sentence {
			t.Errorf("row %d says %q, want %q", i, said[i], sentence)
		}
	}
	ben := doc.Find(".gh-strip dd").Eq(1)
	if ben.Find("circle.gh-s-pass").Length() != 1 || ben.Find("path.gh-s-bad").Length() != 1 {
		t.Error("a day with a sign-in and a failure shows not both")
	}
	if doc.Find(".gh-strip rect.gh-s-staff").Length() != 1 || doc.Find(".gh-strip circle.gh-s-strong").Length() != 2 {
		t.Error("staff or second factors have the wrong shape")
	}
}

func TestThePulseIsThereAsTables(t *testing.T) {
	doc := render(t, ui.Pulse(london(t), pulse()))
	tables := doc.Find("details.gh-astable table")
	rows := tables.Eq(0).Find("tbody tr")
	if rows.Length() != 7 || cells(rows.First()) != "Dec 2026 38 1 4 1" || cells(rows.Last()) != "Jun 2026 1 – – –" {
		t.Errorf("%d months, from %q to %q", rows.Length(), cells(rows.First()), cells(rows.Last()))
	}
	if got := cells(tables.Eq(1).Find("tbody tr").Eq(1)); got != "Ben Okafor – 1 day 4 –" {
		t.Errorf("Ben's row reads %q", got)
	}
	quiet := render(t, ui.Pulse(london(t), ui.PulseProps{}))
	got := words(quiet.Find(".gh-pulse > section"))
	if !strings.Contains(got, "Nothing yet.") || !strings.Contains(got, "Nobody signed in.") {
		t.Errorf("an empty pulse reads %q", got)
	}
}

func TestChartsSayWhatTheyShow(t *testing.T) {
	traffic := ui.ChartProps{Subject: "Traffic per day", Unit: ui.Unit{Bytes: true}, Points: []ui.Point{
		{Day: date(12, 1), Value: 10 << 27}, {Day: date(12, 2), Value: 32 << 27}, {Day: date(12, 3), Value: 0},
	}}
	spark := render(t, ui.Spark(london(t), traffic))
	want := "Traffic per day, 1 to 3 Dec 2026: between 0 bytes and 4 GB, 5.2 GB in all."
	if got := spark.Find(".gh-spark").AttrOr("aria-label", ""); got != want {
		t.Errorf("the line says %q", got)
	}
	if got := spark.Find(".gh-spark-line").AttrOr("d", ""); got != "M0.0 35.6L150.0 4.0L300.0 50.0" {
		t.Errorf("the line is %q", got)
	}
	if got := cells(spark.Find("tbody tr").First()); got != "3 Dec 2026 0 bytes" {
		t.Errorf("the table begins with %q", got)
	}
	traffic.Points = traffic.Points[:1]
	if got := render(t, ui.Spark(london(t), traffic)).Find(".gh-spark-line").AttrOr("d", ""); got != "M0 4.0L300.0 4.0" {
		t.Errorf("one value draws %q", got)
	}
}

func TestBarsOfBadDaysAreShortAsWellAsRed(t *testing.T) {
	doc := render(t, ui.Bars(london(t), ui.ChartProps{Subject: "Server up", Unit: ui.Unit{Share: true}, Points: []ui.Point{
		{Day: date(12, 1), Value: 100, Tone: ui.OK},
		{Day: date(12, 2), Value: 30, Tone: ui.Bad, Note: "Down"},
		{Day: date(12, 3)},
	}}))
	bars := doc.Find(".gh-bars rect")
	var look []string
	bars.Each(func(_ int, s *goquery.Selection) {
		look = append(look, s.AttrOr("class", "")+" "+s.AttrOr("height", ""))
	})
	if got := strings.Join(look, ", "); got != "gh-b-ok 34.0, gh-b-bad 10.2, gh-b-none 3.0" {
		t.Errorf("the bars are %s", got)
	}
	if got := doc.Find(".gh-bars").AttrOr("aria-label", ""); got != "Server up, 1 to 3 Dec 2026: between 0% and 100%." {
		t.Errorf("the bars say %q", got)
	}
	if got := cells(doc.Find("tbody tr").Eq(1)); got != "2 Dec 2026 Down 30%" {
		t.Errorf("the table says %q", got)
	}
	none := render(t, ui.Bars(london(t), ui.ChartProps{Subject: "Use per day"}))
	if got := words(none.Find(".card-body")); got != "Use per day: no numbers yet." {
		t.Errorf("nothing reads %q", got)
	}
}

func TestUnitsReadForPeople(t *testing.T) {
	for _, c := range []struct {
		unit ui.Unit
		n    int64
		want string
	}{
		{ui.Unit{Currency: money.GBP}, 14880, "£148.80"},
		{ui.Unit{Bytes: true}, 999, "999 bytes"},
		{ui.Unit{Bytes: true}, 1_400_000_000, "1.3 GB"},
		{ui.Unit{Bytes: true}, 412 << 20, "412 MB"},
		{ui.Unit{Bytes: true}, 2 << 10, "2 kB"},
		{ui.Unit{Share: true}, 99, "99%"},
		{ui.Unit{One: "visit", Many: "visits"}, 1, "1 visit"},
		{ui.Unit{One: "visit", Many: "visits"}, 12_850, "12,850 visits"},
	} {
		if got := c.unit.Say(c.n); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
