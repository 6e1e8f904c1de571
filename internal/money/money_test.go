package money_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"gatehouse/internal/money"
)

func TestAmountsAreWrittenForPeople(t *testing.T) {
	for want, a := range map[string]money.Amount{
		"£1,234.50":                   money.New(123450, money.GBP),
		"−£12.40":                     money.New(-1240, money.GBP),
		"£0.05":                       money.New(5, money.GBP),
		"−£0.05":                      money.New(-5, money.GBP),
		"£0.00":                       money.New(0, money.GBP),
		"€999.99":                     money.New(99999, money.EUR),
		"US$1,000,000.00":             money.New(100000000, money.USD),
		"¥1,235":                      money.New(1235, money.JPY),
		"KWD\u00a01.250":              money.New(1250, "KWD"),
		"0.00":                        {},
		"−£92,233,720,368,547,758.08": money.New(math.MinInt64, money.GBP),
	} {
		if got := a.String(); got != want {
			t.Errorf("%d %s is written %q, want %q", a.Minor(), a.Currency(), got, want)
		}
	}
	if got := money.New(-123450, money.GBP).Plain(); got != "-1234.50" {
		t.Errorf("plainly written %q", got)
	}
}

func TestParseReadsWhatPeopleType(t *testing.T) {
	for text, want := range map[string]int64{
		"12.40": 1240, "12.4": 1240, "12": 1200, "£12.40": 1240, "-12.40": -1240, "−£12.40": -1240, "£-12.40": -1240,
		" £ 1,234.50 ": 123450, "1,234,567.89": 123456789, "1234567.89": 123456789, "0": 0, "007": 700,
	} {
		got, err := money.Parse(text, money.GBP)
		if err != nil || got != money.New(want, money.GBP) {
			t.Errorf("%q is read as %v, %v, want %d pence", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "£", "-", ".", ".5", "5.", "1.234", "1,50", "1.234,50", ",123", "1,,234", "12,34,567", "1234,567", "--5",
		"-£-5", "+5", "1e3", "0x10", "NaN", "Inf", "€5", "5 000", "٣", "1_000", "92233720368547758.08",
		strings.Repeat("9", 400),
	} {
		if got, err := money.Parse(text, money.GBP); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	if got, err := money.Parse("12.5", money.JPY); err == nil {
		t.Errorf("half a yen is read as %v", got)
	}
}

func TestSumsNeitherMixNorOverflow(t *testing.T) {
	a, b := money.New(1000, money.GBP), money.New(250, money.GBP)
	if sum, err := a.Add(b); err != nil || sum.Minor() != 1250 {
		t.Errorf("sum is %v, %v", sum, err)
	}
	if rest, err := b.Sub(a); err != nil || rest.Minor() != -750 {
		t.Errorf("difference is %v, %v", rest, err)
	}
	if _, err := a.Add(money.New(1, money.EUR)); err == nil {
		t.Error("pounds and euros add up")
	}
	if _, err := a.Sub(money.Amount{}); err == nil {
		t.Error("pounds and nothing add up")
	}
	most := money.New(math.MaxInt64, money.GBP)
	if sum, err := most.Add(money.New(1, money.GBP)); err == nil {
		t.Errorf("overflowed to %v", sum)
	}
	if sum, err := most.Neg().Sub(money.New(1, money.GBP)); err == nil {
		t.Errorf("overflowed to %v", sum)
	}
	if a.Cmp(b) != 1 || b.Cmp(a) != -1 || a.Cmp(a) != 0 {
		t.Error("amounts compare wrongly")
	}
	defer func() {
		if recover() == nil {
			t.Error("pounds compare with euros")
		}
	}()
	a.Cmp(money.New(1000, money.EUR))
}

func TestPercentRoundsHalvesAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		minor int64
		rate  string
		want  int64
	}{
		{1000, "20", 200},
		{1999, "20", 400},
		{25, "50", 13},
		{-25, "50", -13},
		{10, "17.5", 2},
		{10, "14.9", 1},
		{123456789, "0", 0},
		{100, "-20", -20},
	} {
		got, err := money.New(c.minor, money.GBP).Percent(decimal.RequireFromString(c.rate))
		if err != nil || got != money.New(c.want, money.GBP) {
			t.Errorf("%s%% of %d is %v, %v, want %d", c.rate, c.minor, got, err, c.want)
		}
	}
	if got, err := money.New(math.MaxInt64, money.GBP).Percent(decimal.NewFromInt(101)); err == nil {
		t.Errorf("overflowed to %v", got)
	}
}

func TestAmountsSurviveJSON(t *testing.T) {
	raw, err := json.Marshal(money.New(-1240, money.GBP))
	if err != nil || string(raw) != `{"minor":-1240,"currency":"GBP"}` {
		t.Fatalf("%s, %v", raw, err)
	}
	var a money.Amount
	if err := json.Unmarshal(raw, &a); err != nil || a != money.New(-1240, money.GBP) {
		t.Fatalf("%v, %v", a, err)
	}
	if err := json.Unmarshal([]byte(`{"minor":12.4,"currency":"GBP"}`), &a); err == nil {
		t.Error("a fraction of a penny is read")
	}
}

func TestCurrencyCodesAreChecked(t *testing.T) {
	if c, err := money.ParseCurrency("GBP"); err != nil || c != money.GBP || c.Digits() != 2 {
		t.Errorf("GBP is %v, %v", c, err)
	}
	for _, code := range []string{"", "gbp", "XXX", "GBPX"} {
		if _, err := money.ParseCurrency(code); err == nil {
			t.Errorf("%q is a currency", code)
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add(int64(123450), "GBP", "£1,234.50")
	f.Add(int64(-1), "KWD", "-0.001")
	f.Add(int64(math.MaxInt64), "JPY", "1e9")
	f.Add(int64(0), "", "−")
	f.Fuzz(func(t *testing.T, minor int64, code, text string) {
		cur, err := money.ParseCurrency(code)
		if err != nil {
			cur = money.GBP
		}
		if a := money.New(minor, cur); minor != math.MinInt64 {
			for _, written := range []string{a.String(), a.Plain()} {
				if got, err := money.Parse(written, cur); err != nil || got != a {
					t.Fatalf("%d %s is written %q and read as %v, %v", minor, cur, written, got, err)
				}
			}
		}
		if a, err := money.Parse(text, cur); err == nil {
			if again, err := money.Parse(a.String(), cur); err != nil || again != a {
				t.Fatalf("%q is read as %v, then as %v, %v", text, a, again, err)
			}
		}
	})
}
