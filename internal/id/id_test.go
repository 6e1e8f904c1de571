package id_test

import (
	"encoding/base32"
	"strings"
	"testing"

	"gatehouse/internal/id"
)

func TestTextFormRoundTrips(t *testing.T) {
	t.Parallel()
	for range 1000 {
		a := id.New[id.AccountKind]()
		b, err := id.Parse[id.AccountKind](a.String())
		if err != nil || a != b {
			t.Fatalf("%s: %v, %v", a, b, err)
		}
		var c id.Account
		if err := c.Scan(a.Bytes()); err != nil || c != a {
			t.Fatalf("scan: %v, %v", c, err)
		}
	}
}

func TestOneTextPerIdentifier(t *testing.T) {
	t.Parallel()
	good := id.New[id.AccountKind]().String()
	for _, bad := range []string{
		"", good[:25], good + "0", "u" + good[1:], good[:25] + "z", "é" + good[2:], "\u212a" + good[3:],
	} {
		if _, err := id.Parse[id.AccountKind](bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestTheTextFormIsBase32(t *testing.T) {
	t.Parallel()
	want := base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
	for range 1000 {
		a := id.New[id.AccountKind]()
		if a.String() != want.EncodeToString(a.Bytes()) {
			t.Fatalf("%x is written %s", a.Bytes(), a)
		}
		if b, err := id.Parse[id.AccountKind](strings.ToUpper(a.String())); err != nil || a != b {
			t.Fatalf("%s in capitals: %v, %v", a, b, err)
		}
	}
}

func TestProviderSortsLast(t *testing.T) {
	t.Parallel()
	a := id.AccountScope(id.New[id.AccountKind]())
	if a.Compare(id.ProviderScope()) >= 0 {
		t.Fatal("the provider's scope must be locked last")
	}
	if _, ok := id.ScopeOf(id.ScopeProvider, a.Bytes()); ok {
		t.Fatal("an account's key was taken for the provider's")
	}
	if s, ok := id.ScopeOf(id.ScopeAccount, a.Bytes()); !ok || s != a {
		t.Fatal("a stored scope did not come back")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(id.New[id.PersonKind]().String())
	f.Fuzz(func(t *testing.T, text string) {
		v, err := id.Parse[id.PersonKind](text)
		if err == nil && len(text) == 26 && v.String() != text && v.String() == "" {
			t.Fatalf("%q parsed to %s", text, v)
		}
	})
}
