package registers_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing/registers"
	"gatehouse/internal/testkit/taxregisters"
)

const (
	german  = "DE136695976"
	british = "GB980780684"
	oursEU  = "IE6433435F"
	oursUK  = "GB123456782"
)

// both are the two registers, each with a number that it covers.
func both(t *testing.T, asked func(t *testing.T, r registers.Register, s *taxregisters.Server, number, ours string)) {
	t.Helper()
	t.Run("VIES", func(t *testing.T) {
		t.Parallel()
		s := taxregisters.VIES(t)
		r, err := registers.NewVIES(oursEU, s.URL)
		if err != nil {
			t.Fatal(err)
		}
		asked(t, r, s, german, oursEU)
	})
	t.Run("HMRC", func(t *testing.T) {
		t.Parallel()
		s := taxregisters.HMRC(t)
		r, err := registers.NewHMRC("client", "secret", oursUK, s.URL)
		if err != nil {
			t.Fatal(err)
		}
		asked(t, r, s, british, oursUK)
	})
}

// A register's answer is taken with the name and the reference; where our own number is not in it, without.
func TestARegisterAnswers(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, r registers.Register, s *taxregisters.Server, number, ours string) {
		if a, err := r.Check(t.Context(), number); err != nil || a.Valid {
			t.Errorf("a number that nobody has: %+v, %v", a, err)
		}
		s.Knows(number, "  Credite \n Sberger  GmbH ")
		a, err := r.Check(t.Context(), number)
		if err != nil || a != (registers.Answer{Valid: true, Name: "Credite Sberger GmbH"}) {
			t.Errorf("without a reference: %+v, %v", a, err)
		}
		s.Knows(ours, "Harbour Hosting")
		if a, err = r.Check(t.Context(), number); err != nil || !a.Valid || a.Reference == "" {
			t.Errorf("with a reference: %+v, %v", a, err)
		}
		s.Knows(number, "---")
		if a, err = r.Check(t.Context(), number); err != nil || !a.Valid || a.Name != "" {
			t.Errorf("a name that is not told: %+v, %v", a, err)
		}
	})
}

// I5: what a register cannot or does not answer is neither yes nor no, its answer is bounded in length and time, and it
// leads nowhere else. The number is in no error's text.
func TestARegisterThatIsAwaySaysNothing(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, r registers.Register, s *taxregisters.Server, number, _ string) {
		s.Knows(number, "Credite Sberger GmbH")
		for _, mood := range []taxregisters.Mood{
			taxregisters.Down, taxregisters.Busy, taxregisters.Garbage, taxregisters.Endless, taxregisters.Slow,
			taxregisters.Elsewhere, taxregisters.Other,
		} {
			s.Is(mood)
			ctx, enough := context.WithTimeout(t.Context(), 500*time.Millisecond)
			a, err := r.Check(ctx, number)
			enough()
			away, ok := errors.AsType[*registers.AwayError](err)
			if !ok || a != (registers.Answer{}) || away.Why == "" || strings.Contains(err.Error(), number[2:]) {
				t.Errorf("%s: %+v, %v", mood, a, err)
			}
		}
		s.Is(taxregisters.Well)
		s.Close()
		if _, err := r.Check(t.Context(), number); err == nil {
			t.Error("nobody listens, and it answers")
		}
	})
}

// Whoever has wrong credentials gets no answer, and no number is asked for.
func TestHMRCWithoutCredentials(t *testing.T) {
	t.Parallel()
	s := taxregisters.HMRC(t)
	r, err := registers.NewHMRC("client", "wrong", "", s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Check(t.Context(), british)
	_, away := errors.AsType[*registers.AwayError](err)
	if !away || len(s.Asked()) != 0 || strings.Contains(err.Error(), "wrong") {
		t.Errorf("%v, asked %v", err, s.Asked())
	}
}

func TestWhichNumbersARegisterCovers(t *testing.T) {
	t.Parallel()
	vies, err := registers.NewVIES("", "")
	if err != nil {
		t.Fatal(err)
	}
	hmrc, err := registers.NewHMRC("client", "secret", "", "")
	if err != nil {
		t.Fatal(err)
	}
	for number, want := range map[string][2]bool{
		german: {true, false}, "EL094259216": {true, false}, "XI980780684": {true, false}, british: {false, true},
		"GBGD001": {}, "CHE107787577": {}, "T1234567890123": {}, "": {}, "D": {}, "GB980780684001": {false, true},
	} {
		if vies.Covers(number) != want[0] || hmrc.Covers(number) != want[1] {
			t.Errorf("%q: VIES %t, HMRC %t", number, vies.Covers(number), hmrc.Covers(number))
		}
	}
	for _, elsewhere := range []string{"http://192.0.2.1", "https://example.com", "http://10.0.0.1"} {
		if _, err := registers.NewVIES("", elsewhere); err == nil {
			t.Errorf("a stand-in at %s", elsewhere)
		}
	}
}
