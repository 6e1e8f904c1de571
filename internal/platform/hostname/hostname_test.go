package hostname_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"gatehouse/internal/platform/hostname"
)

func TestNamesAreShownAsPeopleReadThem(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"müller.example", "bücher.example", "łódź.example", "straße.example", "smørrebrød.example", "việtnam.example",
		"почта.example", "укр.example", "ελλάδα.example", "日本語.example", "webサイト.example", "한국어.example", "中文abc.example",
		"עברית.example", "العربية.example", "हिन्दी.example", "ไทย.example", "հայաստան.example", "büro-24.müller.example",
	} {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if shown := hostname.Shown(ascii); shown != name {
			t.Errorf("%s is shown as %s, want %s", ascii, shown, name)
		}
		if shown := hostname.Shown(name); shown != name {
			t.Errorf("%s is shown as %s", name, shown)
		}
	}
}

func TestWhatLooksLikeAnotherNameIsShownAsItIsKept(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"аррӏе.example",    // Cyrillic through and through
		"сосо.example",     // the same
		"pаypal.example",   // one Cyrillic letter
		"gοοgle.example",   // two Greek ones
		"νονο.example",     // Greek through and through
		"ցօօց.example",     // Armenian through and through
		"почтa.example",    // one Latin letter
		"ɡoogle.example",   // a letter of phonetics
		"ᎪᏢᏢᏞᎬ.example",    // Cherokee
		"৪৪.example",       // digits of another script
		"webデザイン.example",  // one that looks like a slash beside Latin
		"aノb.example",      // a stroke that looks like a slash
		"m\u0331e.example", // a mark that can be put on any letter
	} {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, form := range []string{ascii, name} {
			if shown := hostname.Shown(form); shown != ascii || !strings.Contains(shown, "xn--") {
				t.Errorf("%s is shown as %s, want %s", form, shown, ascii)
			}
		}
	}
}

func TestNamesInATextAreShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Studio for xn--mller-kva.example":          "Studio for müller.example",
		"ns1.xn--mller-kva.example, ns2.example":    "ns1.müller.example, ns2.example",
		"its domain there is XN--MLLER-KVA.example": "its domain there is müller.example",
		"xn--80ak6aa92e.example":                    "xn--80ak6aa92e.example",
		"Nothing of this kind.":                     "Nothing of this kind.",
		"xn--mller-kva.example.":                    "müller.example.",
		"xn--, and no more":                         "xn--, and no more",
	} {
		if got := hostname.In(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := hostname.Forms("xn--mller-kva.example"); got != "müller.example (xn--mller-kva.example)" {
		t.Error(got)
	}
	if got := hostname.Forms("plain.example"); got != "plain.example" {
		t.Error(got)
	}
}

func FuzzShown(f *testing.F) {
	for _, seed := range []string{
		"xn--mller-kva.example", "müller.example", "xn--", "xn--a", "a\u202eb.example", "\x00", "xn--80ak6aa92e.com", "\xff",
		"a\u200db.example", ".", "xn--a-ecp.ru", "XN--MLLER-KVA.EXAMPLE", "xn--0.example", "日本語。example",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		shown := hostname.Shown(name)
		if !utf8.ValidString(shown) || strings.ContainsFunc(shown, func(r rune) bool {
			return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
		}) {
			t.Fatalf("%q is shown with a character that cannot be seen: %q", name, shown)
		}
		kept, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return
		}
		if _, err := idna.Lookup.ToASCII(kept); err != nil {
			return // no name either
		}
		shown = hostname.Shown(kept)
		if again := hostname.Shown(shown); again != shown {
			t.Fatalf("%q is shown as %q, and that as %q", kept, shown, again)
		}
		back, err := idna.Lookup.ToASCII(shown)
		if err != nil || back != kept {
			t.Fatalf("%q is shown as %q, which is typed as %q (%v)", kept, shown, back, err)
		}
	})
}
