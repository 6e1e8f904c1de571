package support

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const pageSize = 50

// Filter narrows the list of cases. Before is the Older of another page.
type Filter struct {
	State  State // empty: all
	Mine   bool  // only those that whoever asks has taken
	Before string
}

// Page is a part of the cases, the last changed first. Older is empty where there is nothing more.
type Page struct {
	Cases []Case
	Older string
}

// heldRow is a case with the names of those it concerns.
type heldRow struct {
	Case      caseRow `gorm:"embedded"`
	ForName   secretbox.Sealed
	OwnerName secretbox.Sealed
}

const heldColumns = `cases.id, cases.person_id, cases.account_id, cases.kind, cases.severity, cases.state,
 cases.owner_id, cases.subject, cases.created_at, cases.changed_at, cases.version, p.name AS for_name,
 o.name AS owner_name`

// held selects cases with the names of those they concern.
func held(q *gorm.DB, g gate.Grant) *gorm.DB {
	q = g.On(q.Table(tableCases)).Select(heldColumns).
		Joins("LEFT JOIN persons p ON p.id = cases.person_id").Joins("LEFT JOIN persons o ON o.id = cases.owner_id")
	if g.Decision().Billing {
		q = q.Where("cases.kind = ?", Billing)
	}
	return q
}

// Cases lists the cases for staff, in one statement.
func (s *Support) Cases(ctx context.Context, who actor.Actor, f Filter) (Page, error) {
	g, err := s.gate.View(ctx, who, verb.CasesView, id.ProviderScope())
	if err != nil {
		return Page{}, err
	}
	q := held(s.reader.With(ctx), g)
	if f.State != "" {
		q = q.Where("cases.state = ?", f.State)
	}
	if f.Mine {
		q = q.Where("cases.owner_id = ?", who.Person)
	}
	if at, before, ok := placeIn(f.Before); ok {
		q = q.Where("cases.changed_at < ? OR cases.changed_at = ? AND cases.id < ?", at, at, before)
	}
	return s.page(q)
}

// MyCases lists the cases of whoever asks.
func (s *Support) MyCases(ctx context.Context, who actor.Actor) ([]Case, error) {
	g, err := s.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return nil, err
	}
	page, err := s.page(held(s.reader.With(ctx), g))
	return page.Cases, err
}

// openShown bounds how many cases of a client are offered to choose from.
const openShown = 20

// OpenOf lists the cases of an account, or of one of its people, that are not closed, for staff.
func (s *Support) OpenOf(
	ctx context.Context, who actor.Actor, account id.Account, person id.Person,
) ([]Case, error) {
	g, err := s.gate.View(ctx, who, verb.CasesView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	page, err := s.page(held(s.reader.With(ctx), g).Where("cases.state <> ?", Closed).
		Where("cases.account_id = ? OR cases.person_id = ?", account.Bytes(), person.Bytes()))
	return page.Cases[:min(openShown, len(page.Cases))], err
}

// Of lists the cases of an account for staff, the last changed first, in one statement. That they looked is in the
// client's log.
func (s *Support) Of(ctx context.Context, who actor.Actor, account id.Account, before string) (Page, error) {
	g, err := s.gate.View(ctx, who, verb.CasesView, id.AccountScope(account))
	if err != nil {
		return Page{}, err
	}
	q := held(s.reader.With(ctx), g)
	if at, last, ok := placeIn(before); ok {
		q = q.Where("cases.changed_at < ? OR cases.changed_at = ? AND cases.id < ?", at, at, last)
	}
	return s.page(q)
}

func (s *Support) page(q *gorm.DB) (Page, error) {
	var rows []heldRow
	err := q.Order("cases.changed_at DESC, cases.id DESC").Limit(pageSize + 1).Scan(&rows).Error
	if err != nil {
		return Page{}, fmt.Errorf("list cases: %w", err)
	}
	var page Page
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		last := rows[pageSize-1].Case
		page.Older = strconv.FormatInt(last.ChangedAt.UnixMilli(), 10) + "-" + last.ID.String()
	}
	for i := range rows {
		c, err := s.open(&rows[i])
		if err != nil {
			return Page{}, err
		}
		page.Cases = append(page.Cases, c)
	}
	return page, nil
}

// placeIn reads a place in the list; false where it is none.
func placeIn(text string) (int64, id.Case, bool) {
	at, rest, ok := strings.Cut(text, "-")
	ms, err := strconv.ParseInt(at, 10, 64)
	c, idErr := id.Parse[id.CaseKind](rest)
	return ms, c, ok && err == nil && idErr == nil
}

func (s *Support) open(row *heldRow) (Case, error) {
	r := row.Case
	c := Case{
		ID: r.ID, Person: r.PersonID, Account: r.AccountID, Kind: r.Kind, Severity: r.Severity, State: r.State,
		Owner: r.OwnerID, Created: r.CreatedAt.Time, Changed: r.ChangedAt.Time, Version: r.Version,
	}
	var err error
	if c.Subject, err = s.box.Open(r.Subject, place(tableCases, "subject", r.ID.Bytes())); err != nil {
		return Case{}, err
	}
	if c.For, err = s.people.OpenName(r.PersonID, row.ForName); err != nil {
		return Case{}, err
	}
	c.OwnedBy, err = s.people.OpenName(r.OwnerID, row.OwnerName)
	return c, err
}

// Whole is a case with its history and what it is about.
type Whole struct {
	Case
	Messages []Message
	Links    []Link
}

// MyCase reads a case of whoever asks. Somebody else's is not found.
func (s *Support) MyCase(ctx context.Context, who actor.Actor, c id.Case) (Whole, error) {
	return s.read(ctx, who, verb.SelfView, id.PersonScope(who.Person), c)
}

// StaffCase reads a case for staff. One that their department has nothing to do with is not found.
func (s *Support) StaffCase(ctx context.Context, who actor.Actor, c id.Case) (Whole, error) {
	return s.read(ctx, who, verb.CasesView, id.ProviderScope(), c)
}

func (s *Support) read(
	ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope, c id.Case,
) (Whole, error) {
	g, err := s.gate.View(ctx, who, v, scope)
	if err != nil {
		return Whole{}, err
	}
	row, err := find(s.reader.With(ctx), g, c)
	if err != nil {
		return Whole{}, err
	}
	if scope == id.ProviderScope() && !row.Case.AccountID.IsZero() { // a client's: they read who looks at it, and why
		if _, err := s.gate.View(ctx, who, v, id.AccountScope(row.Case.AccountID)); err != nil {
			return Whole{}, err
		}
	}
	var out Whole
	if out.Case, err = s.open(&row); err != nil {
		return Whole{}, err
	}
	var lines []messageRow
	if err := s.reader.With(ctx).Where("case_id = ?", c).Order("created_at, id").Find(&lines).Error; err != nil {
		return Whole{}, fmt.Errorf("read case: %w", err)
	}
	for _, l := range lines {
		m := Message{Kind: l.Kind, ByStaff: l.ByStaff, Mine: l.AuthorID == who.Person, At: l.CreatedAt.Time}
		if m.Author, err = s.box.Open(l.Author, place(tableMessages, "author", l.ID.Bytes())); err != nil {
			return Whole{}, err
		}
		if m.Body, err = s.box.Open(l.Body, place(tableMessages, "body", l.ID.Bytes())); err != nil {
			return Whole{}, err
		}
		out.Messages = append(out.Messages, m)
	}
	out.Links, err = s.links(ctx, out.Case)
	return out, err
}

// links are the entries that a case is about: in the chain of the person that it is for, and in those of accounts.
func (s *Support) links(ctx context.Context, c Case) ([]Link, error) {
	var rows []entryRow
	if err := s.reader.With(ctx).Where("case_id = ?", c.ID).Order("seq DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read case: %w", err)
	}
	var links []Link
	for _, r := range rows {
		chain := id.PersonScope(c.Person)
		if string(chain.Bytes()) != string(r.Chain) {
			account, err := id.FromBytes[id.AccountKind](r.Chain)
			if err != nil {
				return nil, fmt.Errorf("read case: %w", err)
			}
			chain = id.AccountScope(account)
		}
		links = append(links, Link{Chain: chain, Seq: r.Seq})
	}
	return links, nil
}

// find reads a case as far as the grant reaches.
func find(q *gorm.DB, g gate.Grant, c id.Case) (heldRow, error) {
	var rows []heldRow
	err := held(q, g).Where("cases.id = ?", c).Limit(1).Scan(&rows).Error
	if err != nil {
		return heldRow{}, fmt.Errorf("read case: %w", err)
	}
	if len(rows) == 0 {
		return heldRow{}, fault.NotFound("read case")
	}
	return rows[0], nil
}

// Entries reads what a case is about, the newest first, for whoever was shown the case: that look is recorded already.
func (s *Support) Entries(ctx context.Context, who actor.Actor, of Whole) ([]activity.Entry, error) {
	if !who.Valid() {
		return nil, nil
	}
	wanted := map[id.Scope]map[int64]bool{}
	for _, l := range of.Links {
		if wanted[l.Chain] == nil {
			wanted[l.Chain] = map[int64]bool{}
		}
		wanted[l.Chain][l.Seq] = true
	}
	var list []activity.Entry
	for chain, numbers := range wanted {
		newest := slices.Max(slices.Collect(maps.Keys(numbers)))
		v, f := verb.SelfView, activity.Filter{Before: newest + 1, Limit: mostRead}
		if chain.Kind() == id.ScopeAccount {
			v, f.Person = verb.ActivityView, of.Person // between theirs stand many of others
		}
		page, err := s.gate.Log(ctx, actor.NewSystem("case"), v, chain, f)
		if err != nil {
			return nil, err
		}
		list = append(list, slices.DeleteFunc(page.Entries, func(e activity.Entry) bool { return !numbers[e.Seq] })...)
	}
	slices.SortStableFunc(list, func(a, b activity.Entry) int { return b.Occurred.Compare(a.Occurred) })
	return list, nil
}
