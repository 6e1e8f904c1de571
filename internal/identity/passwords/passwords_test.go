package passwords_test

import (
	"strings"
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/identity/passwords"
)

func olivia() passwords.Context {
	return passwords.Context{
		Email: "olivia@northwind.example", Name: "Olivia Wren", Brand: "Harbour Hosting",
	}
}

// S1: lengths in code points, nothing cut off, no rules about kinds of characters.
func TestPasswordLengths(t *testing.T) {
	t.Parallel()
	rules := &passwords.Rules{}
	second := olivia()
	second.SecondFactor = true
	for name, c := range map[string]struct {
		password string
		about    passwords.Context
		good     bool
	}{
		"14 characters alone":          {"wkzuvtrmlbxgqo", olivia(), false},
		"15 characters alone":          {"wkzuvtrmlbxgqod", olivia(), true},
		"14 with emoji":                {"wkzuvtrml🐢🐇🦔🦦🦜", olivia(), false},
		"15 with emoji":                {"wkzuvtrmlb🐢🐇🦔🦦🦜", olivia(), true},
		"7 with a second factor":       {"wkzuvtr", second, false},
		"8 with a second factor":       {"wkzuvtrm", second, true},
		"64 characters":                {strings.Repeat("wkzuvtrm lbxgqod", 4), olivia(), true},
		"64 with emoji":                {strings.Repeat("wkzuvtr🐢lbxgqo🦔", 4), olivia(), true},
		"spaces and one kind only":     {"seven wooden ferries sail", olivia(), true},
		"none":                         {"", olivia(), false},
		"more than anybody can type":   {strings.Repeat("wkzuvtrmlb", 101), olivia(), false},
		"bytes that are no characters": {"wkzuvtrmlbxgqod\xff", olivia(), false},
	} {
		err := rules.Check(c.password, c.about)
		if (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: not a fault of the form: %v", name, err)
		}
	}
}

// S2: what everybody tries first is refused, dressed up or not; the list holds the 3,000 commonest and more.
func TestPasswordsThatAreEasyToGuess(t *testing.T) {
	t.Parallel()
	rules := &passwords.Rules{}
	second := olivia()
	second.SecondFactor = true
	list, err := passwords.Common()
	if err != nil || len(list) < 3000 {
		t.Fatalf("%d common passwords, %v", len(list), err)
	}
	for _, entry := range list {
		if rules.Check(entry, second) == nil {
			t.Fatalf("%q is on the list and was accepted", entry)
		}
	}
	for _, password := range []string{
		"passwordpassword", "Password12345678", "P@ssw0rd!!!!!!!!", "iloveyousunshine", "qwertyuiopasdfgh",
		"1234567890123456", "abcdefghijklmnop", "zxcvbnmasdfghjkl", "aaaaaaaaaaaaaaaa", "abcabcabcabcabcabc",
		"HarbourHosting2026", "Harbour-2026-2026", "olivia@northwind.example", "OliviaWren19841984", "0l1v1a-wren-2026!",
		"northwind.2026.northwind", "gatehouse-2026-11-21",
	} {
		if rules.Check(password, olivia()) == nil {
			t.Errorf("%q was accepted", password)
		}
	}
	for _, password := range []string{
		"harbour-demo-passphrase", "correct horse battery staple", "seven wooden ferries", "blåbær og ugler i mosen",
		"olivia grows tomatoes at dawn", "q7!xV2#mLp9&wRtB",
	} {
		if err := rules.Check(password, olivia()); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// S1: none is cut off, and letters with accents are the same however they are typed.
func TestHashCoversTheWholePassword(t *testing.T) {
	t.Parallel()
	h := passwords.NewHasher()
	long := strings.Repeat("wkzuvtrm lbxgqod", 5) + "é"
	hash, err := h.Hash(t.Context(), long) // 81 code points, more than some hashes take bytes
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{
		long:                                true,
		strings.TrimSuffix(long, "é") + "é": true,
		strings.TrimSuffix(long, "é") + "e": false,
		strings.TrimSuffix(long, "é"):       false,
		"":                                  false,
	} {
		fits, weak, err := h.Check(t.Context(), password, hash)
		if err != nil || fits != want || weak {
			t.Errorf("%q: fits %v, weak %v, %v", password, fits, weak, err)
		}
	}
}

// S3: a hash made with less is found weak; S5: nobody's hash costs what everybody's does and fits nothing.
func TestHashParameters(t *testing.T) {
	t.Parallel()
	h := passwords.NewHasher()
	const weaker = "$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$Eo7EnGZXdj4ixCfgWNLIxKJAfLwfmJTjOnPvhPN+MTA"
	if _, weak, err := h.Check(t.Context(), "anything", weaker); err != nil || !weak {
		t.Errorf("weak %v, %v", weak, err)
	}
	own, err := h.Hash(t.Context(), "anything but short")
	if err != nil {
		t.Fatal(err)
	}
	parameters := func(hash string) string { return strings.Join(strings.Split(hash, "$")[:4], "$") }
	if nobodys := h.NobodysHash(); parameters(own) != parameters(nobodys) || len(own) != len(nobodys) {
		t.Errorf("%s costs something else than %s", nobodys, own)
	}
	if !strings.Contains(own, "m=19456,t=2,p=1") || passwords.ArgonMemory < 19456 {
		t.Errorf("parameters below the requirement: %s", own)
	}
	quick, err := passwords.NewQuickHasher().Hash(t.Context(), "anything but short")
	if err != nil {
		t.Fatal(err)
	}
	if _, weak, err := h.Check(t.Context(), "anything but short", quick); err != nil || !weak {
		t.Errorf("a quick hash is taken for a good one: %v, %v", weak, err)
	}
	if fits, _, err := h.Check(t.Context(), "", ""); fits || err != nil {
		t.Errorf("no password fitted nobody: %v, %v", fits, err)
	}
}

// S1: what is kept says whether the password may stand alone, wherever it comes from; a wrong word about it is found at
// the next sign-in.
func TestShortPasswordsAreKnown(t *testing.T) {
	t.Parallel()
	h := passwords.NewHasher()
	for password, alone := range map[string]bool{
		"wkzuvtrm": false, "wkzuvtrmlb🐢🐇🦔🦦": false, "wkzuvtrmlb🐢🐇🦔🦦🦜": true, strings.Repeat("é", 14): false,
	} {
		kept, err := h.Hash(t.Context(), password)
		if err != nil || passwords.StandsAlone(kept) != alone {
			t.Errorf("%q: %v, %v", password, passwords.StandsAlone(kept), err)
		}
		if fits, stale, err := h.Check(t.Context(), password, kept); !fits || stale || err != nil {
			t.Errorf("%q: fits %v, stale %v, %v", password, fits, stale, err)
		}
		if fits, _, _ := h.Check(t.Context(), password+"x", kept); fits {
			t.Errorf("%q is not the whole password", password)
		}
	}
	kept, err := h.Hash(t.Context(), "wkzuvtrm")
	if err != nil {
		t.Fatal(err)
	}
	if fits, stale, _ := h.Check(t.Context(), "wkzuvtrm", strings.TrimSuffix(kept, " short")); !fits || !stale {
		t.Errorf("fits %v, stale %v", fits, stale)
	}
	if passwords.StandsAlone("") {
		t.Error("no password stands alone")
	}
}
