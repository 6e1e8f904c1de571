package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

func london(t *testing.T) ui.Reader {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return ui.Reader{Now: time.Date(2026, 12, 3, 14, 20, 0, 0, time.UTC), Location: zone}
}

func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	var out strings.Builder
	if err := c.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// words is the text as a person reads it.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestTimesReadForPeople(t *testing.T) {
	r := london(t)
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, time.UTC)
	}
	for _, c := range []struct{ got, want string }{
		{r.When(at(12, 3, 14, 5)), "Today, 14:05"},
		{r.When(at(12, 2, 16, 20)), "Yesterday, 16:20"},
		{r.When(at(11, 25, 6, 0)), "25 Nov 2026, 06:00"},
		{r.When(at(7, 1, 23, 30)), "2 Jul 2026, 00:30"},
		{r.When(time.Time{}), "Never"},
		{r.Then(at(12, 3, 14, 5)), "today, 14:05"},
		{r.Then(at(12, 2, 16, 20)), "yesterday, 16:20"},
		{r.Then(at(11, 25, 6, 0)), "25 Nov 2026, 06:00"},
		{r.Then(time.Time{}), "never"},
		{r.Due(at(12, 9, 0, 0)), "in 6 days (9 Dec 2026)"},
		{r.Due(at(12, 4, 0, 0)), "tomorrow (4 Dec 2026)"},
		{r.Due(at(12, 3, 0, 0)), "today (3 Dec 2026)"},
		{r.Due(at(11, 30, 0, 0)), "3 days ago (30 Nov 2026)"},
		{r.Period(at(12, 1, 0, 0), at(12, 31, 0, 0)), "1 to 31 Dec 2026"},
		{r.Period(at(11, 25, 0, 0), at(12, 3, 0, 0)), "25 Nov to 3 Dec 2026"},
		{r.Ago(at(12, 3, 13, 32)), "48 minutes ago"},
		{r.Ago(at(12, 3, 9, 0)), "5 hours ago"},
		{r.Exact(at(7, 1, 12, 0)), "Wednesday 1 July 2026, 13:00:00.000 BST"},
		{r.Zone(), "London (GMT)"},
		{r.Greeting(), "Good afternoon"},
		{ui.Number(1264), "1,264"},
		{ui.Number(12850300), "12,850,300"},
		{ui.Count(1, "person", "people"), "1 person"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestADueDateIsTheSameDayEverywhere(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	r := ui.Reader{Now: time.Date(2026, 12, 3, 20, 0, 0, 0, time.UTC), Location: zone}
	if got := r.Due(time.Date(2026, 12, 9, 0, 0, 0, 0, time.UTC)); got != "in 6 days (9 Dec 2026)" {
		t.Errorf("got %q", got)
	}
}

func TestMomentHasAnExactTitle(t *testing.T) {
	m := render(t, ui.Moment(london(t), time.Date(2026, 12, 3, 14, 5, 7, 0, time.UTC))).Find("time")
	title, _ := m.Attr("title")
	if words(m) != "Today, 14:05" || title != "Thursday 3 December 2026, 14:05:07.000 GMT" {
		t.Errorf("%q with the title %q", words(m), title)
	}
}

func TestMoneyKeepsItsDigitsTogether(t *testing.T) {
	for minor, want := range map[int64]string{123450: "£1,234.50", -1240: "−£12.40"} {
		got := render(t, ui.Money(money.New(minor, "GBP"))).Find(".gh-money")
		if words(got) != want {
			t.Errorf("%d reads %q, want %q", minor, words(got), want)
		}
	}
}

func TestSentenceAddsNoSpaces(t *testing.T) {
	doc := render(t, ui.Say(ui.Sentence{
		ui.Strong("Ben Okafor"), ui.Plain(" paid invoice "), ui.To("2026-0427", "/i/1"), ui.Plain(", £36.00"),
	}))
	if got := doc.Find("body").Text(); got != "Ben Okafor paid invoice 2026-0427, £36.00" {
		t.Errorf("got %q", got)
	}
}

func TestLinksNeverRunScripts(t *testing.T) {
	doc := render(t, ui.Say(ui.Sentence{ui.To("<b>x</b>", "javascript:alert(1)")}))
	href, _ := doc.Find("a").Attr("href")
	if strings.HasPrefix(href, "javascript") || doc.Find("b").Length() > 0 {
		t.Errorf("got %q", href)
	}
}
