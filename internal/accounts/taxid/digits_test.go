package taxid_test

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/internal/accounts/taxid"
)

// vectors are numbers that tax authorities, or those who describe their procedures, give as examples.
func vectors() map[string][]string {
	return map[string][]string{
		"AT": {"ATU13585627"},
		"BE": {"BE0428759497"},
		"CH": {"CHE107787577IVA", "CHE107787577"},
		"DE": {"DE136695976"},
		"DK": {"DK13585628"},
		"EE": {"EE100931558"},
		"ES": {"ESB58378431", "ES54362315K", "ESX2482300W", "ESJ99216582"},
		"FI": {"FI20774740"},
		"FR": {"FR40303265045", "FR83404833048"},
		"GB": {"GB980780684", "XI980780684"},
		"GR": {"EL094259216"},
		"HR": {"HR33392005961"},
		"HU": {"HU12892312"},
		"IE": {"IE6433435F", "IE6433435OA", "IE8D79739I"},
		"IT": {"IT00743110157"},
		"LU": {"LU15027442"},
		"MT": {"MT11679112"},
		"NL": {"NL004495445B01", "NL123456789B13"},
		"NO": {"NO995525828MVA"},
		"PL": {"PL8567346215"},
		"PT": {"PT501964843"},
		"RO": {"RO18547290"},
		"SE": {"SE123456789701"},
		"SI": {"SI50223054"},
		"SK": {"SK2022749619"},
	}
}

// A number whose check digits do not fit is somebody's typing mistake: any single digit that is another is found.
func TestCheckDigits(t *testing.T) {
	t.Parallel()
	for country, list := range vectors() {
		for _, number := range list {
			if got, err := taxid.Read(country, number); got != number || err != nil {
				t.Errorf("%s %s: %q, %v", country, number, got, err)
			}
			found, tried := 0, 0
			for i := 2; i < len(number); i++ {
				if number[i] < '0' || number[i] > '9' {
					continue
				}
				for d := byte('0'); d <= '9'; d++ {
					wrong := number[:i] + string(d) + number[i+1:]
					if _, err := taxid.Read(country, wrong); d != number[i] && !errors.Is(err, taxid.ErrForm) {
						tried++
						if errors.Is(err, taxid.ErrDigits) {
							found++
						}
					}
				}
			}
			// The remainders of some procedures are written as one digit, so that a few mistakes are not seen.
			if found*100 < tried*75 {
				t.Errorf("%s: %d of %d mistakes are found", number, found, tried)
			}
		}
	}
}

// Where the procedure is not published, or a number has none, its form is all that is looked at.
func TestNumbersWithoutCheckDigits(t *testing.T) {
	t.Parallel()
	for country, number := range map[string]string{
		"GB": "GBGD001", "CZ": "CZ12345678", "FR": "FRK7399859412", "JP": "T1234567890123", "LI": "LI12345",
	} {
		if got, err := taxid.Read(country, number); got != number || err != nil {
			t.Errorf("%s: %q, %v", number, got, err)
		}
		if fits, known := taxid.Fits(number); !fits || known {
			t.Errorf("%s: fits %t, known %t", number, fits, known)
		}
	}
	if _, err := taxid.Read("GB", strings.Repeat("1", 9)); !errors.Is(err, taxid.ErrDigits) {
		t.Errorf("nine ones: %v", err)
	}
}
