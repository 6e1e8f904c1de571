package support

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	longestSubject = 200
	longestText    = 10_000
)

// NewCase is a case that is to be opened for a person.
type NewCase struct {
	ID       id.Case // the same id opens the same case once
	Person   id.Person
	Name     string // of the person
	Kind     Kind
	Severity Severity
	Subject  string
	Text     string // what the person says; may be empty
	Links    []Link
}

// OpenCase opens a case for a person, once.
func (s *Support) OpenCase(ctx context.Context, who actor.Actor, n NewCase) error {
	subject, err := checkSubject(n.Subject)
	if err != nil {
		return err
	}
	row := caseRow{
		ID: n.ID, PersonID: n.Person, Kind: n.Kind, Severity: n.Severity, State: Open, Version: 1,
	}
	if row.Subject, err = s.box.Seal(subject, place(tableCases, "subject", n.ID.Bytes())); err != nil {
		return err
	}
	err = s.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(n.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row.CreatedAt, row.ChangedAt = db.At(g.Now()), db.At(g.Now())
			if err := g.On(tx.DB).Create(&row).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("open case: %w", err)
			}
			for _, l := range n.Links {
				e := entryRow{CaseID: n.ID, Chain: l.Chain.Bytes(), Seq: l.Seq}
				if err := tx.Create(&e).Error; err != nil {
					return gate.Entry{}, fmt.Errorf("open case: %w", err)
				}
			}
			line := messageRow{CaseID: n.ID, Kind: Opened, AuthorID: n.Person}
			if err := s.say(tx, g, line, n.Name, n.Text); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.CaseOpened, activity.Details{Target: about(n.ID, subject)}), nil
		})
	if db.IsDuplicate(err) {
		return nil
	}
	return err
}

// say adds a line to the history of a case.
func (s *Support) say(tx *db.Tx, g gate.Grant, row messageRow, author, text string) error {
	row.ID, row.CreatedAt = id.New[id.CaseMessageKind](), db.At(g.Now())
	var err error
	if row.Author, err = s.box.Seal(author, place(tableMessages, "author", row.ID.Bytes())); err != nil {
		return err
	}
	if text != "" {
		if row.Body, err = s.box.Seal(text, place(tableMessages, "body", row.ID.Bytes())); err != nil {
			return err
		}
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("write in case: %w", err)
	}
	return nil
}

func about(c id.Case, subject string) activity.Target { return activity.TargetOf("case", c, subject) }

func checkSubject(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "":
		return "", fault.InvalidField("subject", "Say in a few words what it is about.")
	case utf8.RuneCountInString(text) > longestSubject:
		return "", fault.InvalidField("subject", fmt.Sprintf("Use at most %d characters.", longestSubject))
	}
	return text, nil
}

func checkText(text string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	switch {
	case text == "":
		return "", fault.InvalidField("text", "Write what you want to say.")
	case utf8.RuneCountInString(text) > longestText:
		return "", fault.InvalidField("text", fmt.Sprintf("Use at most %d characters.", longestText))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, bad):
		return "", fault.InvalidField("text", "This has characters that cannot be stored.")
	}
	return text, nil
}
