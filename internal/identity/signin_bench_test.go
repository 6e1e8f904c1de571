package identity_test

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/testkit"
)

// BenchmarkSignIn prints what a sign-in costs, how far a known and an unknown address are apart when they fail (S5: the
// aim is less than 5 %), and how much of the bare hash rate sign-ins reach.
func BenchmarkSignIn(b *testing.B) {
	h := openWith(testkit.NewSQLite(b), passwords.NewHasher())
	h.olivia(b)
	hasher := passwords.NewHasher()
	hash, err := hasher.Hash(b.Context(), passphrase)
	if err != nil {
		b.Fatal(err)
	}
	var bare, known, unknown, good time.Duration
	for i := range b.N {
		// One after the other in the same loop, so that all see the same noise; fresh addresses, so that none waits.
		bare += took(func() { _, _, _ = hasher.Check(b.Context(), wrong, hash) })
		h.create(b, fmt.Sprintf("known%d@northwind.example", i), "Known", false)
		known += took(func() {
			_, _ = h.people.SignIn(b.Context(), stranger(), fmt.Sprintf("known%d@northwind.example", i), wrong)
		})
		unknown += took(func() {
			_, _ = h.people.SignIn(b.Context(), stranger(), fmt.Sprintf("other%d@northwind.example", i), wrong)
		})
		good += took(func() { _, _ = h.people.SignIn(b.Context(), stranger(), oliviasEmail, passphrase) })
	}
	n := float64(b.N)
	b.ReportMetric(float64(bare.Microseconds())/n, "µs/hash")
	b.ReportMetric(float64(known.Microseconds())/n, "µs/known-wrong")
	b.ReportMetric(float64(unknown.Microseconds())/n, "µs/unknown")
	b.ReportMetric(float64(good.Microseconds())/n, "µs/sign-in")
	b.ReportMetric(100*(known-unknown).Abs().Seconds()/known.Seconds(), "%gap")
	b.ReportMetric(100*bare.Seconds()/good.Seconds(), "%of-hash-rate")
}

func took(work func()) time.Duration {
	start := time.Now()
	work()
	return time.Since(start)
}
