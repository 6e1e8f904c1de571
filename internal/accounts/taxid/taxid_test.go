package taxid_test

import (
	"errors"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/accounts/taxid"
)

// Numbers are put in order, with or without their country, and refused where they are of another form.
func TestNumbersOfCountries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, typed, want string }{
		{"GB", "gb 123 4567 82", "GB123456782"},
		{"GB", "123456782", "GB123456782"},
		{"GB", "XI 123456782", "XI123456782"},
		{"GB", "GBGD001", "GBGD001"},
		{"DE", "DE-123.456.788", "DE123456788"},
		{"GR", "EL123456783", "EL123456783"},
		{"GR", "123456783", "EL123456783"},
		{"AT", "u12345675", "ATU12345675"},
		{"NL", "NL123456782B01", "NL123456782B01"},
		{"IE", "1234567FA", "IE1234567FA"},
		{"CH", "CHE-123.456.788 MWST", "CHE123456788MWST"},
		{"MC", "FR36345678908", "FR36345678908"},
		{"JP", "t1234567890123", "T1234567890123"},
		{"", "12345", "12345"},
		{"DE", "  ", ""},
	} {
		if got, err := taxid.Read(c.country, c.typed); got != c.want || err != nil {
			t.Errorf("%s %q: %q, %v; want %q", c.country, c.typed, got, err, c.want)
		}
	}
	for country, list := range map[string][]string{
		"GB": {"GB12345678", "GB1234567890", "DE123456789", "GBHA400", "12345678X"},
		"DE": {"DE12345678", "DE1234567890", "DEU12345678", "FR12345678901"},
		"AT": {"AT12345678"},
		"GR": {"GR123456789X", "EL12345678"},
		"NL": {"NL123456789A01"},
		"SE": {"SE123456789002"},
		"US": {"=cmd|' /C calc'!A0", "no digits", "1234567890123456789012", "<svg onload=x>1"},
	} {
		for _, typed := range list {
			if got, err := taxid.Read(country, typed); !errors.Is(err, taxid.ErrForm) {
				t.Errorf("%s %q: taken as %q, %v", country, typed, got, err)
			}
		}
	}
}

// The example of each country is a number of that country, and reading is stable.
func TestExamplesAreNumbers(t *testing.T) {
	t.Parallel()
	known := 0
	for _, c := range accounts.Countries() {
		example := taxid.Example(c.Code)
		if example == "" {
			continue
		}
		known++
		if got, err := taxid.Read(c.Code, example); got != example || err != nil {
			t.Errorf("%s: %q becomes %q, %v", c.Code, example, got, err)
		}
	}
	if known < 31 {
		t.Errorf("the forms of only %d countries are known", known)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("GB", "GB 123 4567 82")
	f.Fuzz(func(t *testing.T, country, typed string) {
		first, err := taxid.Read(country, typed)
		if err != nil {
			return
		}
		if again, err := taxid.Read(country, first); again != first || err != nil {
			t.Errorf("%s %q: %q becomes %q, %v", country, typed, first, again, err)
		}
	})
}
