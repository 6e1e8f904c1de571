package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/app"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
)

// errChanged makes the command's exit say that the log is not as it was written.
var errChanged = errors.New("the log is not as it was written")

// nowhere is said where the files of the archive are not on this machine.
const nowhere = "none"

// progressEvery is after how many entries a line says how far it got.
const progressEvery = 1_000_000

func activityVerify() *cobra.Command {
	var s source
	var account, notes, archive, resume, key string
	var mailed []string
	cmd := &cobra.Command{
		Use: "verify [FILE]", Args: cobra.MaximumNArgs(1),
		Short: "Check that nobody changed, dropped or reordered an entry",
		Long: "Without a file, the whole database is checked, or one account. With a file that was exported as JSON lines, " +
			"or one of the archive, " +
			"only the file is: neither database nor server is needed.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return verifyFile(cmd, args[0], key, mailed)
			}
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				check, err := whatToCheck(a.Config, account, notes, archive)
				if err != nil {
					return err
				}
				return verify(ctx, cmd, a, check, resume)
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&account, "account", "", "id of one account; empty: everything")
	cmd.Flags().StringVar(&notes, "notes", "", "folder with signed notes; empty: the configured one")
	cmd.Flags().StringVar(&archive, "archive", "", "folder with what was archived; empty: the configured one; "+
		nowhere+": its files are not looked at")
	cmd.Flags().StringVar(&resume, "resume", "", "file that keeps how far it got, to go on from there when it was stopped")
	cmd.Flags().StringVar(&key, "key", "", "of a FILE: the provider’s public key, or a file that holds it")
	cmd.Flags().StringArrayVar(&mailed, "note", nil,
		"of a FILE: a signed note, or the mail that it came in (several times)")
	return cmd
}

// whatToCheck is the check that the flags ask for. What they leave open, the configuration says.
func whatToCheck(cfg *config.Config, account, notes, archive string) (check activity.Check, err error) {
	check.Notes = cmp.Or(notes, cfg.Notes.Dir)
	if archive != nowhere {
		check.Archive = cmp.Or(archive, cfg.Log.ArchiveDir)
	}
	if account != "" {
		check.Chain, err = accountChain(account)
	}
	return check, err
}

func accountChain(text string) (id.Scope, error) {
	wanted, err := id.Parse[id.AccountKind](text)
	if err != nil {
		return id.Scope{}, fmt.Errorf("--account: %q is no account's id", text)
	}
	return id.AccountScope(wanted), nil
}

func verify(ctx context.Context, cmd *cobra.Command, a *app.App, check activity.Check, resume string) error {
	if resume != "" {
		raw, err := os.ReadFile(resume) //nolint:gosec // the operator names it
		if err == nil {
			check.From, err = a.Log.ResumeFrom(raw)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--resume: %w", err)
		}
	}
	said := check.From.Entries
	check.Progress = func(r activity.Report) {
		if r.Entries-said >= progressEvery {
			said = r.Entries
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%d entries …\n", said) // nobody reads what cannot be written
		}
	}
	r, err := a.Log.Verify(ctx, check)
	if err != nil {
		err = fmt.Errorf("stopped at %s, entry %d: %w", r.Reached.Chain, r.Reached.Seq, err)
		return errors.Join(err, keepPosition(a, r, resume))
	}
	if resume != "" {
		if err := os.Remove(resume); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--resume: %w", err)
		}
	}
	return sayReport(cmd, &r)
}

func keepPosition(a *app.App, r activity.Report, file string) error {
	if file == "" || r.Reached.Chain.IsZero() {
		return nil
	}
	kept, err := a.Log.KeepPosition(r)
	if err == nil {
		err = os.WriteFile(file, kept, 0o600)
	}
	if err != nil {
		return fmt.Errorf("--resume: %w", err)
	}
	return nil
}

func sayReport(cmd *cobra.Command, r *activity.Report) error {
	say(cmd, "%d logs, %d entries (%d without personal content), %d notes.", r.Chains, r.Entries, r.Erased, r.Notes)
	if r.Segments > 0 {
		say(cmd, "%d entries more lie in the archive, in %d files.", r.Archived, r.Segments)
	}
	for _, p := range r.Problems {
		where := "the log as a whole"
		if !p.Chain.IsZero() {
			where = p.Chain.String()
		}
		if p.Seq > 0 {
			where += fmt.Sprintf(", entry %d", p.Seq)
		}
		say(cmd, "BAD  %s: %s", where, p.What)
	}
	if r.More > 0 {
		say(cmd, "and %d more", r.More)
	}
	if !r.OK() {
		return errChanged
	}
	say(cmd, "Nothing was changed.")
	return nil
}

// verifyFile checks an exported file by itself.
func verifyFile(cmd *cobra.Command, name, key string, mailed []string) (err error) {
	with := export.Proof{}
	if key != "" {
		if with.Keys, err = readKeys(key); err != nil {
			return err
		}
	}
	for _, file := range mailed {
		raw, err := os.ReadFile(file) //nolint:gosec // the operator names it
		if err != nil {
			return fmt.Errorf("--note: %w", err)
		}
		with.Notes = append(with.Notes, noteIn(raw))
	}
	file, err := os.Open(name) //nolint:gosec // see above
	if err != nil {
		return fmt.Errorf("open the export: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	content, err := unpacked(file)
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	v, err := export.Verify(content, with)
	if err != nil {
		return err // it says what could not be read
	}
	return sayVerdict(cmd, &v)
}

// unpacked is the content of an export, or of a segment of the archive, which is compressed.
func unpacked(file io.Reader) (io.Reader, error) {
	content := bufio.NewReader(file)
	if start, err := content.Peek(2); err == nil && start[0] == 0x1f && start[1] == 0x8b {
		return gzip.NewReader(content)
	}
	return content, nil
}

// readKeys takes a public key, or a file with one on each line.
func readKeys(text string) ([]string, error) {
	if raw, err := os.ReadFile(text); err == nil { //nolint:gosec // the operator names it
		text = string(raw)
	} else if !strings.Contains(text, "+") {
		return nil, fmt.Errorf("--key: %w", err)
	}
	return strings.Fields(text), nil
}

// noteIn takes a note out of the mail that it came in: from its title to its last signature.
func noteIn(raw []byte) []byte {
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	begin := bytes.Index(raw, []byte("gatehouse "))
	end := bytes.LastIndex(raw, []byte("\n— "))
	if begin < 0 || end < begin {
		return raw
	}
	if line := bytes.IndexByte(raw[end+1:], '\n'); line >= 0 {
		return raw[begin : end+1+line+1]
	}
	return append(raw[begin:len(raw):len(raw)], '\n')
}

func sayVerdict(cmd *cobra.Command, v *export.Verdict) error {
	if v.Bad != nil {
		where := fmt.Sprintf("line %d", v.Bad.Line)
		if v.Bad.Seq > 0 {
			where = fmt.Sprintf("entry %d (line %d)", v.Bad.Seq, v.Bad.Line)
		}
		say(cmd, "BAD  %s: %s", where, v.Bad.What)
		return errChanged
	}
	say(cmd, "%s, %s: %d entries (%d without personal content), %d to %d, exported on %s.", v.Provider, v.Log, v.Entries,
		v.Erased, v.First, v.Last, v.Made.UTC().Format("2 Jan 2006, 15:04 UTC"))
	switch {
	case !v.Whole():
		say(cmd, "This is a part of the log (%s). Each entry in it is as it was written; what lies between them is not "+
			"known.", v.Filter)
	case v.First > 1:
		say(cmd, "No entry is missing from %d on. Those before it are not in this file.", v.First)
	default:
		say(cmd, "No entry is missing, from the first on.")
	}
	if v.Trusted {
		say(cmd, "It is signed with the given key, as it was exported.")
	} else {
		say(cmd, "It is signed with a key that the file itself brings (%s). Compare it with the provider’s page and give it "+
			"with --key: without that, somebody else may have written all of this.", v.Signed)
	}
	switch {
	case v.Vouched > 0:
		say(cmd, "The notes vouch for entry %d and all before it.", v.Vouched)
	default:
		say(cmd, "No note was given that vouches for an entry: the provider itself could have written the log anew before "+
			"the export. Give the mails with the signed ends with --note.")
	}
	say(cmd, "Nothing was changed.")
	return nil
}
