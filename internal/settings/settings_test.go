package settings_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/settings"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
)

const (
	root = "root@harbour.example"
	sam  = "sam@harbour.example"
)

// office is a provider with two nodes.
type office struct {
	*house.House
	one, two *settings.Settings
}

func open(t *testing.T, w *testkit.World, base settings.Base) *office {
	t.Helper()
	o := &office{House: house.Open(w)}
	o.Keep(settings.MailTest)
	o.one = settings.New(w.Gate, w.Reader, w.Outbox, slog.New(slog.DiscardHandler), base)
	o.two = settings.New(w.Gate, w.Reader, w.Outbox, slog.New(slog.DiscardHandler), base)
	for email, department := range map[string]string{root: "administrator", sam: "support"} {
		if _, err := o.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
			Email: email, Name: "Person " + email, Password: house.Passphrase,
		}, department); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// by is one of the staff who has just used a security key.
func (o *office) by(t testing.TB, email string) actor.Actor {
	t.Helper()
	d := o.As(t, email, id.Account{}).Details
	d.FactorAt, d.Factor, d.ProvedAt = d.Now, actor.With(actor.ByPassword, actor.ByKey), d.Now
	return actor.Enter(d)
}

func (o *office) sets(t *testing.T, pairs ...string) error {
	t.Helper()
	d := settings.Draft{Version: o.version(t), Values: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		d.Values[pairs[i]] = pairs[i+1]
	}
	return o.one.Change(t.Context(), o.by(t, root), d)
}

func (o *office) version(t *testing.T) int64 {
	t.Helper()
	shown, err := o.one.Group(t.Context(), o.by(t, root), "brand")
	if err != nil {
		t.Fatal(err)
	}
	return shown.Version
}

func isCalled(t *testing.T, s *settings.Settings, want string) {
	t.Helper()
	if got := s.Get(settings.Name); got != want {
		t.Errorf("it is called %q, not %q", got, want)
	}
}

func drawn(t *testing.T, wide, high int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, wide, high))
	m.Set(0, 0, color.White)
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A1, A6: settings are the administrator's. Each change is in the log and in the history, holds on the other node at
// its next look, and can be taken back, which is in the history as well.
func TestSettingsAreChangedAndTakenBack(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w, settings.Base{Values: map[string]string{settings.Name: "Gatehouse"}})
		ctx := t.Context()
		err := o.one.Change(ctx, o.by(t, sam), settings.Draft{Values: map[string]string{settings.Name: "Mine"}})
		house.KindIs(t, "changed by support", err, fault.KindDenied)
		d := o.by(t, root).Details
		d.ProvedAt, d.FactorAt = d.Now.Add(-3600e9), d.Now.Add(-3600e9)
		err = o.one.Change(ctx, actor.Enter(d), settings.Draft{Values: map[string]string{settings.Name: "Mine"}})
		house.KindIs(t, "changed an hour after the factor", err, fault.KindStepUp)
		_, err = o.one.History(ctx, o.by(t, sam), "", 0)
		house.KindIs(t, "history for support", err, fault.KindDenied)
		_, err = o.one.Export(ctx, o.by(t, sam))
		house.KindIs(t, "export for support", err, fault.KindDenied)
		house.KindIs(t, "import by support", o.one.Import(ctx, o.by(t, sam), []byte("{}")), fault.KindDenied)

		old := o.version(t)
		if err := o.sets(t, settings.Name, " Harbour  Hosting "); err != nil {
			t.Fatal(err)
		}
		isCalled(t, o.one, "Harbour Hosting")
		isCalled(t, o.two, "Gatehouse")
		if err := o.two.Load(ctx); err != nil {
			t.Fatal(err)
		}
		isCalled(t, o.two, "Harbour Hosting")
		err = o.one.Change(ctx, o.by(t, root), settings.Draft{
			Version: old, Values: map[string]string{settings.Name: "Another"},
		})
		house.FieldIs(t, "a stale form", err, settings.Name)

		list, err := o.one.History(ctx, o.by(t, root), settings.Name, 0)
		if err != nil || len(list.Changes) != 1 || list.Changes[0].Before != "Gatehouse" ||
			list.Changes[0].After != "Harbour Hosting" || !list.Changes[0].Back || list.Changes[0].By.IsZero() {
			t.Fatalf("%+v, %v", list, err)
		}
		house.KindIs(t, "taken back by support", o.one.Undo(ctx, o.by(t, sam), list.Changes[0].ID), fault.KindDenied)
		if err := o.one.Undo(ctx, o.by(t, root), list.Changes[0].ID); err != nil {
			t.Fatal(err)
		}
		isCalled(t, o.one, "Gatehouse")
		list, err = o.one.History(ctx, o.by(t, root), settings.Name, 0)
		if err != nil || len(list.Changes) != 2 || !list.Changes[0].Undone || list.Changes[0].After != "Gatehouse" {
			t.Fatalf("%+v, %v", list, err)
		}
		for action, want := range map[activity.Action]int64{activity.SettingsChanged: 1, activity.SettingUndone: 1} {
			if n := o.Count(t, "entries", "action = ?", string(action)); n != want {
				t.Errorf("%d entries of %s, not %d", n, action, want)
			}
		}
	})
}

// Each value is looked at, and nothing of a form holds where one of its fields is wrong.
func TestSettingsAreLookedAt(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w, settings.Base{
			Values: map[string]string{settings.Name: "Gatehouse", settings.TermsURL: "https://a.example/terms"},
			Locked: map[string]string{settings.TermsURL: "file /etc/gatehouse.toml"},
		})
		for _, bad := range [][2]string{
			{settings.Name, ""},
			{settings.Name, "a\nb"},
			{settings.Name, strings.Repeat("x", 61)},
			{settings.Accent, "#ffdd00"},
			{settings.Accent, "red"},
			{settings.AccentDark, "#0b6273"},
			{settings.PrivacyURL, "javascript:alert(1)"},
			{settings.PrivacyURL, "http://a.example"},
			{settings.SenderAddress, "A <a@b.example>"},
			{settings.SenderName, "x\r\nBcc: y"},
			{settings.Greeting, "Hello {password},"},
			{settings.Greeting, "Hello {name"},
			{settings.Greeting, "{{name}}"},
			{settings.ClientsFactor, "off"},
			{settings.StaffIdle, "16"},
			{settings.ClientsIdle, "31"},
			{settings.KeepMonths, "2"},
			{settings.KeepMoneyYears, "5"},
			{settings.KeepMonths, "119"},
			{settings.InvoicePrefix, "2026"},
			{settings.InvoicePrefix, "CN"},
			{settings.VATNumber, "12"},
			{settings.TermsURL, "https://b.example"},
			{settings.Logo, "x"},
		} {
			field := bad[0]
			if bad[1] == "119" {
				field = settings.KeepMoneyYears
			}
			house.FieldIs(t, bad[0]+"="+bad[1], o.sets(t, settings.LegalName, "Some Ltd", bad[0], bad[1]), field)
		}
		house.FieldIs(t, "idle beyond absolute", o.sets(t, settings.StaffAbsolute, "10"), settings.StaffIdle)
		err := o.sets(t, settings.VATNumber, "GB 1234", settings.Country, "FR")
		house.FieldIs(t, "another country", err, settings.Country)
		err = o.sets(t, settings.Accent, "#ffdd00")
		if f, ok := fault.As(err); !ok || !strings.Contains(f.Fields[0].Message, "white text on a button") {
			t.Errorf("the pair is not named: %v", err)
		}
		if n := o.Count(t, "provider_setting_changes", "1 = 1"); n != 0 {
			t.Errorf("%d changes came of what is wrong", n)
		}
		for what, file := range map[string][]byte{
			"no picture": []byte("<svg onload=alert(1)>"), "too wide": drawn(t, 1201, 10),
			"cut off": drawn(t, 10, 10)[:60],
		} {
			err := o.one.Change(t.Context(), o.by(t, root), settings.Draft{Picture: file})
			house.FieldIs(t, what, err, settings.Logo)
		}
		sent := append(drawn(t, 20, 10), "<script>alert(1)</script>"...)
		if err := o.one.Change(t.Context(), o.by(t, root), settings.Draft{Picture: sent}); err != nil {
			t.Fatal(err)
		}
		if hash, content := o.one.Logo(); len(hash) != 64 || bytes.Contains(content, []byte("script")) || len(content) == 0 {
			t.Errorf("the logo is %q, %d bytes", hash, len(content))
		}
	})
}

// What is taken out and read in again is the same; with a bad line nothing is read in, and each is named.
func TestSettingsGoThroughAFile(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w, settings.Base{Values: map[string]string{
			settings.Name: "Gatehouse", settings.SenderAddress: "no-reply@a.example",
		}})
		ctx, who := t.Context(), o.by(t, root)
		if err := o.sets(t, settings.Name, "A “b” <c> & d\\", settings.SignOff, "{provider}\n\n“Ahoy” \\n"); err != nil {
			t.Fatal(err)
		}
		if err := o.one.Change(ctx, who, settings.Draft{Version: o.version(t), Picture: drawn(t, 9, 9)}); err != nil {
			t.Fatal(err)
		}
		file, err := o.one.Export(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := o.one.Try(ctx, who, file); err != nil || len(p.Steps)+len(p.Bad) != 0 {
			t.Fatalf("its own file would change something: %+v, %v", p, err)
		}
		logo, _ := o.one.Logo()
		if err := o.sets(t, settings.Name, "Else", settings.SignOff, "Else", settings.Logo, ""); err != nil {
			t.Fatal(err)
		}
		p, err := o.one.Try(ctx, who, file)
		if err != nil || len(p.Steps) != 3 || p.Steps[0].Before != "Else" || len(p.Bad) != 0 {
			t.Fatalf("%+v, %v", p, err)
		}
		isCalled(t, o.one, "Else")
		if err := o.one.Import(ctx, who, file); err != nil {
			t.Fatal(err)
		}
		again, err := o.one.Export(ctx, who)
		if back, _ := o.one.Logo(); err != nil || !bytes.Equal(file, again) || back != logo {
			t.Errorf("it came back as\n%s\nnot\n%s (%v)", again, file, err)
		}

		bad := []byte("{\n\"format\": \"gatehouse-settings\",\n\"version\": 1,\n\"settings\": {\n" +
			"\"brand.name\": \"New\",\n\"brand.colour\": \"x\",\n\"brand.accent\": \"#eeeeee\",\n\"tax.country\": 4\n}}")
		p, err = o.one.Try(ctx, who, bad)
		if err != nil || len(p.Bad) != 3 || p.Bad[0].Line != 6 || p.Bad[1].Line != 7 || p.Bad[2].Line != 8 {
			t.Errorf("%+v, %v", p, err)
		}
		house.KindIs(t, "with bad lines", o.one.Import(ctx, who, bad), fault.KindInvalid)
		isCalled(t, o.one, "A “b” <c> & d\\")
		for _, text := range []string{
			"", "[]", "{}", "{\"format\":\"x\"}", "{\"format\":\"gatehouse-settings\",\"version\":2}", string(file) + "x",
			strings.Replace(string(file), "}\n", "\n", 1), string(file[:len(file)/2]),
		} {
			house.KindIs(t, "a file that is none", o.one.Import(ctx, who, []byte(text)), fault.KindInvalid)
		}
	})
}

// Two who change the same setting at once: one of them is told.
func TestRaceTwoChangeOneSetting(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w, settings.Base{Values: map[string]string{settings.Name: "Gatehouse"}})
		who, version := o.by(t, root), o.version(t)
		var errs [2]error
		var all sync.WaitGroup
		for i, node := range []*settings.Settings{o.one, o.two} {
			all.Go(func() {
				errs[i] = node.Change(t.Context(), who, settings.Draft{
					Version: version, Values: map[string]string{settings.Name: string(rune('A' + i))},
				})
			})
		}
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%v, %v", errs[0], errs[1])
		}
		if n := o.Count(t, "provider_setting_changes", "1 = 1"); n != 1 {
			t.Errorf("%d changes", n)
		}
	})
}
