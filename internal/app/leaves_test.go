package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/config"
)

// L3: each note of the hour is mailed to the keeper whom the operator named as well, once and as it stands in the
// folder.
func TestNotesAreMailedToTheirKeeper(t *testing.T) {
	eachHouse(t, func(c *config.Config) { c.Notes.MailTo = noteKeeper }, notesAreMailed)
}

// noteKeeper is whom the operator has the notes mailed to.
const noteKeeper = "keeper@elsewhere.example"

func notesAreMailed(t *testing.T, h *house) {
	t.Helper()
	for range 2 { // the second hour has nothing to say
		if err := h.SignNote(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.deliver(t)
	}
	files, err := filepath.Glob(filepath.Join(h.Config.Notes.Dir, "note-*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the folder holds %v, %v", files, err)
	}
	mails := 0
	for _, m := range h.Mailbox.List() {
		if m.To != noteKeeper {
			continue
		}
		mails++
		found := false
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			found = found || strings.Contains(m.Text, strings.TrimSpace(string(text)))
		}
		if !found {
			t.Errorf("the mail holds no note of the folder: %s", m.Text)
		}
	}
	if mails != len(files) {
		t.Errorf("%d mails of %d notes", mails, len(files))
	}
}

// L5, L7: a file of the log holds no password, key or link that lets anybody in, in none of its forms.
func TestExportsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	w.signsIn()
	w.sendsItsLog()
	v := w.as("owner@here.example")
	secrets := map[string]string{"the password": persons.DemoPassword}
	w.deliver(t)
	for _, m := range w.Mailbox.List() {
		for _, link := range regexp.MustCompile(`/[a-z-]+/([A-Za-z0-9_-]{43})`).FindAllStringSubmatch(m.Text, -1) {
			secrets["a link of "+m.Subject] = link[1]
		}
	}
	if len(secrets) < 2 {
		t.Fatal("no mail has a link")
	}
	account := w.here.account.String()
	for _, log := range []string{"/accounts/" + account + "/activity/export", "/me/activity/export"} {
		for _, format := range []string{"csv", "jsonl", "ocsf"} {
			v.Get(log)
			file := string(v.Submit(log, typed("format", format)).Is(t, http.StatusOK).Body)
			if len(file) < 500 || strings.Contains(file, "<html") {
				t.Fatalf("%s as %s is no file: %.80s", log, format, file)
			}
			for name, secret := range secrets {
				if strings.Contains(file, secret) {
					t.Errorf("%s as %s holds %s", log, format, name)
				}
			}
		}
	}
}
