package access_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRolesGolden holds the whole matrix of roles against a file that is read in review: ✓ all of it, otherwise the
// condition; ! after using a factor again, 2 with a second factor.
func TestRolesGolden(t *testing.T) {
	t.Parallel()
	a := open(t)
	var out strings.Builder
	type question func(role string, v verb.Verb) access.Decision
	matrix := func(title string, roles []access.Role, vocabulary []verb.Verb, decide question) {
		fmt.Fprintf(&out, "%-24s", title)
		for _, r := range roles {
			fmt.Fprintf(&out, " %-13s", r.Key)
		}
		for _, v := range vocabulary {
			fmt.Fprintf(&out, "\n%-24s", v)
			for _, r := range roles {
				fmt.Fprintf(&out, " %-13s", cell(decide(r.Key, v)))
			}
		}
		out.WriteString("\n\n")
	}
	matrix("over an account", a.Roles(), verb.Portal(), func(role string, v verb.Verb) access.Decision {
		return check(a, member(role), v)
	})
	matrix("over the provider", a.Departments(), verb.Staff(), func(department string, v verb.Verb) access.Decision {
		return a.Check(actor.Enter(staff(department)), v, id.ProviderScope())
	})
	got := strings.ReplaceAll(out.String(), " \n", "\n")
	for strings.Contains(got, " \n") {
		got = strings.ReplaceAll(got, " \n", "\n")
	}
	const golden = "testdata/roles.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != got {
		t.Errorf("the roles are not those of %s (run with -update and read the difference): %v\n%s", golden, err, got)
	}
}

func cell(d access.Decision) string {
	text := "✓"
	switch {
	case !d.Allowed:
		return "·"
	case d.Own:
		text = "own"
	case d.Billing:
		text = "billing"
	case d.NotOwners:
		text = "not-owners"
	case d.Limited:
		text = "chosen"
	}
	switch d.Assurance {
	case access.Recent:
		text += " !"
	case access.TwoFactor:
		text += " 2"
	case access.AnySession:
	}
	return text
}
