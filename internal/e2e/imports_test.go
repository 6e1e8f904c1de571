//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"
)

// file chooses a file that has a text.
func (b *tab) file(name, text string) {
	b.t.Helper()
	ask[int](b, fmt.Sprintf(`const d = new DataTransfer();
		d.items.add(new File([%q], %q, {type: "text/csv"}));
		document.querySelector("[name=file]").files = d.files; d.files.length`, text, name))
}

// An administrator brings clients over by the pages alone: what is wrong is named, the rest is made.
func TestAnAdministratorImportsAFile(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(root)
	b.press("Import").says("old-clients.csv", "Stopped", "Partly made", "Invitations wait")
	shoot(b, "list")
	b.press("New import").fill("source", "FOSSBilling").file("clients.csv", "client_id;name\n1;Heron\n")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Look through it"))).says("The first line lacks owner_email")
	shoot(b, "new")
	b.file("clients.csv", "client_id,name,owner_email,currency\n1,Heron Homes,h@heron.example,GBP\n2,,x@y.example,GBP\n")
	b.press("Look through it").says("this is empty", "Import 1 line")
	b.press("Import 1 line").says("The import runs")
	if err := s.Imports.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.visit(b.path()).says("Send 1 invitation")
	shoot(b, "one")
	b.press("Send 1 invitation").says("The invitations are on their way")
	b.silent()

	b = s.open(t).signIn(sam)
	b.leads(http.StatusForbidden, b.to("/staff/imports")).says("imports:view")
	b.silent()
}

// shoot keeps pictures of a page where they are wanted.
func shoot(b *tab, name string) {
	folder := os.Getenv("GATEHOUSE_SCREENSHOTS")
	if folder == "" {
		return
	}
	for _, v := range views() {
		b.see(v)
		b.picture(folder, "imports-"+name, v)
	}
}
