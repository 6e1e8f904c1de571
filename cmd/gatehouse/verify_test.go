package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// L3: an exported file is checked by itself, with the key of the provider's page and the mail of last month, where
// there is neither database nor server.
func TestAnExportIsVerifiedOffline(t *testing.T) {
	t.Parallel()
	w, chain, dir := testkit.NewSQLite(t), id.AccountScope(id.New[id.AccountKind]()), t.TempDir()
	testkit.Entries(t, w, chain, 12)
	head, err := w.Log.End(t.Context(), chain)
	if err != nil {
		t.Fatal(err)
	}
	statement, err := w.Log.SignStatement(activity.Statement{At: w.Now(t), Head: head})
	if err != nil {
		t.Fatal(err)
	}
	put := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	content := exportOf(t, w, head)
	file := put("activity.jsonl", content)
	key := put("key.txt", strings.Join(w.Log.Keys(), "\n"))
	mail := put("mail.txt", "Subject: Keep this\r\n\r\nHello Olivia,\r\n\r\n"+
		strings.ReplaceAll(statement, "\n", "\r\n")+"\r\nHarbour Hosting\r\n")
	altered := put("altered.jsonl", strings.Replace(content, "Person 6", "Person 9", 1))
	other := put("other.txt", strings.Join(testkit.NewSQLite(t).Log.Keys(), "\n"))
	run := runner(t, build(t))
	for _, step := range []struct {
		args []string
		exit int
		says []string
	}{
		{[]string{file, "--key", key, "--note", mail}, 0, []string{
			"12 entries", "from the first on", "signed with the given key", "vouch for entry 12", "Nothing was changed",
		}},
		{[]string{file}, 0, []string{"Compare it with the provider’s page", "No note was given"}},
		{[]string{altered, "--key", key}, 1, []string{"BAD", "entry 7 (line 8)"}},
		{[]string{file, "--key", other}, 1, []string{"BAD", "not signed by the given key"}},
		{[]string{file, "--key", other, "--note", mail}, 1, []string{"note 1"}},
		{[]string{file, "--key", "nonsense"}, 1, nil},
		{[]string{filepath.Join(dir, "none.jsonl")}, 1, nil},
	} {
		out, exit := run("", append([]string{"activity", "verify"}, step.args...)...)
		if exit != step.exit {
			t.Errorf("%v: exit %d: %s", step.args, exit, out)
		}
		for _, words := range step.says {
			if !strings.Contains(out, words) {
				t.Errorf("%v does not say %q: %s", step.args, words, out)
			}
		}
	}
}

func exportOf(t *testing.T, w *testkit.World, end activity.NotedHead) string {
	t.Helper()
	enc := export.New(export.JSONLines, export.About{
		Provider: "Harbour Hosting", Log: end.Chain, Made: w.Now(t), UpTo: end.Seq, Keys: w.Log.Keys(),
	})
	var file strings.Builder
	add := func(part []byte, err error) {
		if err != nil {
			t.Fatal(err)
		}
		file.Write(part)
	}
	add(enc.Begin())
	list, _, err := w.Log.Records(t.Context(), end.Chain, activity.Stretch{UpTo: end.Seq})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		add(enc.Entry(&list[i]))
	}
	add(enc.End(w.Log.Sign))
	return file.String()
}
