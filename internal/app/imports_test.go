package app_test

import (
	"net/http"
	"strings"
	"testing"
)

// What is wrong with a file is said beside its field, what was typed stays, and nothing is made; the report has no
// formula in it, whatever the file had; and a body beyond all bounds is refused before it is read.
func TestAFileIsLookedThroughOnItsPage(t *testing.T) { // F3, D1
	t.Parallel()
	w := newWalker(t)
	root := w.as("administrator@harbour.example")
	root.Get("/staff/imports/new").Is(t, http.StatusOK)
	file := root.Page.Doc.Find("form[enctype='multipart/form-data'] input[type=file]")
	if file.AttrOr("name", "") != "file" {
		t.Fatal("the form takes no file")
	}
	fields := typed("kind", "contacts", "source", "WHMCS", "invite", "now")
	for name, content := range map[string]string{
		"UTF-16": "\xff\xfec\x00", "a column twice": "client_id,client_id\n", "nothing": "",
		"one line": "contact_id,client_id,email,role\n",
	} {
		page := root.SubmitFile("/staff/imports/new", fields, "x.csv", []byte(content)).Is(t, http.StatusUnprocessableEntity)
		if page.Doc.Find("input[name=file].is-invalid").Length() != 1 ||
			page.Doc.Find("input[name=source]").AttrOr("value", "") != "WHMCS" ||
			page.Doc.Find("input[name=kind][checked]").AttrOr("value", "") != "contacts" {
			t.Errorf("%s: %s", name, page.Text)
		}
	}
	root.Get("/staff/imports/new")
	root.Submit("/staff/imports/new", typed("kind", "clients", "source", "WHMCS")).Is(t, http.StatusUnprocessableEntity)
	at := lookedThrough(t, root, "client_id,name,owner_email,currency\n\"@SUM(1)\",Kestrel,none,GBP\n")
	report := string(root.Get(at + "/report").Body)
	if !strings.Contains(report, "'@SUM(1)") || strings.Contains(report, ",@SUM") ||
		!strings.Contains(report, "owner_email") {
		t.Errorf("the report: %s", report)
	}
	big := strings.Repeat("1,a,b@c.example,GBP\n", 1<<20+1<<18)
	page := root.SubmitFile("/staff/imports/new", fields, "x.csv", []byte(big))
	if page.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d for %d bytes", page.Status, len(big))
	}
	var kept int64
	if err := w.Reader.With(t.Context()).Raw("SELECT COUNT(*) FROM imports").Scan(&kept).Error; err != nil || kept != 1 {
		t.Errorf("%d imports, %v", kept, err)
	}
}
