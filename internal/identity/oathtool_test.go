package identity_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/totp"
	"gatehouse/internal/testkit"
)

// oathtool lets an independent generator make as many codes in a row as are asked for, the first at a time. Without it
// nothing is compared, so it may be missing only where nobody asked for every tool.
func oathtool(t *testing.T, secret string, at time.Time, codes int) []string {
	t.Helper()
	program, err := exec.LookPath("oathtool")
	if err != nil {
		if os.Getenv("GATEHOUSE_REQUIRE_MARIADB") != "" {
			t.Fatal("oathtool is missing: install the package oathtool")
		}
		t.Skip("no codes are compared: oathtool is missing; install the package oathtool")
	}
	tool := exec.CommandContext(t.Context(), program, "--totp", "--base32", fmt.Sprintf("--window=%d", codes-1),
		fmt.Sprintf("--now=@%d", at.Unix()), "-") // the secret comes by a pipe: others could read arguments
	tool.Stdin = strings.NewReader(secret + "\n")
	var problem bytes.Buffer
	tool.Stderr = &problem
	out, err := tool.Output()
	if err != nil {
		t.Fatalf("oathtool: %v: %s", err, problem.String())
	}
	list := strings.Fields(string(out))
	if len(list) != codes {
		t.Fatalf("oathtool made %d codes, not %d", len(list), codes)
	}
	return list
}

// S6: what another program makes of our secrets is what we take, and for that step alone: fresh secrets, five hundred
// steps from each of several times, some of them beyond 32 bits of seconds.
func TestCodesOfAnotherGenerator(t *testing.T) {
	t.Parallel()
	const steps = 500
	for _, from := range []time.Time{
		time.Unix(59, 0), time.Date(2026, 2, 28, 23, 59, 31, 0, time.UTC), time.Date(2038, 1, 19, 3, 10, 0, 0, time.UTC),
		time.Date(2106, 2, 7, 6, 20, 0, 0, time.UTC),
	} {
		secret := totp.NewSecret()
		leading := 0
		for i, code := range oathtool(t, secret, from, steps) {
			at := from.Add(time.Duration(i) * 30 * time.Second)
			want := at.Unix() / 30
			if step, ok := totp.Match(secret, code, at, want-1); !ok || step < want || step > want+1 {
				t.Fatalf("%s at %s is step %d, %v, not %d", code, at, step, ok, want)
			}
			if ours := codeAt(t, secret, at); ours != code {
				t.Fatalf("at %s we say %s, oathtool %s", at, ours, code)
			}
			if strings.HasPrefix(code, "0") {
				leading++
			}
		}
		if leading == 0 {
			t.Error("no code began with a nought: padding was not compared")
		}
	}
}

// S6: an app that shows what another program makes completes an enrolment and a sign-in.
func TestAnotherGeneratorSignsIn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		e, err := h.people.StartTOTP(t.Context(), who, "Phone")
		if err != nil {
			t.Fatal(err)
		}
		code := func() string { return oathtool(t, e.Secret, h.Now(t), 1)[0] }
		token, err := h.people.ConfirmTOTP(t.Context(), who, e.Factor, code())
		if err != nil {
			t.Fatal(err)
		}
		h.keepCodes(t, token)
		h.nextStep()
		out, err := h.people.SecondFactor(t.Context(), stranger(), h.half(t), factors.Code(code()))
		if err != nil || out.Token == "" {
			t.Fatalf("%+v, %v", out, err)
		}
	})
}
