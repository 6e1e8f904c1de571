package reviews

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/reviews/record"
	"gatehouse/internal/verb"
)

// Summary is a review in a list.
type Summary struct {
	ID        id.Review
	Title     string
	State     State
	StartedAt time.Time
	Due       time.Time
	Closes    time.Time
	ClosedAt  time.Time
	ClosedBy  string // empty: by itself
}

// Overview is what the page of an account's reviews shows.
type Overview struct {
	Schedule Schedule
	Open     *Summary // nil: none is open
	Left     int      // how many the reader has still to decide about in it
	Past     []Summary
}

// Overview reads the schedule and the reviews of an account, the newest first.
func (r *Reviews) Overview(ctx context.Context, who actor.Actor, account id.Account) (Overview, error) {
	g, err := r.gate.View(ctx, who, verb.ReviewsView, id.AccountScope(account))
	if err != nil {
		return Overview{}, err
	}
	of := account.Bytes()
	rows, err := db.ReadRows(g.On(r.reader.With(ctx)).Raw(overviewSQL, of, who.Person.Bytes(), of, of, mostPast),
		(*overviewRow).targets)
	if err != nil {
		return Overview{}, fmt.Errorf("list reviews: %w", err)
	}
	var out Overview
	for _, row := range rows {
		if out.Schedule, out.Left = row.schedule.schedule(), row.left; row.review.ID.IsZero() {
			break // there is none
		}
		name, _, err := r.accounts.PersonCalled(row.review.ClosedBy, row.closer, secretbox.Sealed{})
		if err != nil {
			return Overview{}, err // accounts says what it did
		}
		s := row.review.summary(map[id.Person]string{row.review.ClosedBy: name})
		if s.State == Open {
			out.Open = &s
		} else {
			out.Past = append(out.Past, s)
		}
	}
	return out, nil
}

// overviewSQL reads the schedule, what waits in the open review, and the reviews with who closed each: in one
// statement, and one row where there is nothing.
const overviewSQL = `SELECT s.every_months, s.grace_days, s.next_at, s.last_finished_at, s.version,
 (SELECT ` + WaitingCount + ` ` + WaitingFrom + `), v.id, v.state, v.started_at, v.due_at, v.closes_at, v.closed_by,
 v.closed_at, p.name FROM (SELECT 1 AS one) x LEFT JOIN review_schedules s ON s.account_id = ?
 LEFT JOIN (SELECT id, state, started_at, due_at, closes_at, closed_by, closed_at FROM reviews WHERE account_id = ?
 ORDER BY id DESC LIMIT ?) v ON 1 = 1 LEFT JOIN persons p ON p.id = v.closed_by ORDER BY v.id DESC`

type overviewRow struct {
	schedule scheduleRow
	left     int
	review   reviewRow
	closer   secretbox.Sealed
}

func (r *overviewRow) targets() []any {
	s, v := &r.schedule, &r.review
	return []any{
		db.OrZero(&s.EveryMonths), db.OrZero(&s.GraceDays), &s.NextAt, &s.LastFinishedAt, db.OrZero(&s.Version), &r.left,
		&v.ID, db.OrZero(&v.State), &v.StartedAt, &v.DueAt, &v.ClosesAt, &v.ClosedBy, &v.ClosedAt, &r.closer,
	}
}

func (r reviewRow) summary(names map[id.Person]string) Summary {
	return Summary{
		ID: r.ID, Title: title(r.StartedAt.Time), State: State(r.State), StartedAt: r.StartedAt.Time, Due: r.DueAt.Time,
		Closes: r.ClosesAt.Time, ClosedAt: r.ClosedAt.Time, ClosedBy: names[r.ClosedBy],
	}
}

// Progress counts the rows of a review, the reader's own aside.
type Progress struct{ All, Keep, Change, Remove int }

// Decided are the rows with an answer that counts.
func (p Progress) Decided() int { return p.Keep + p.Change + p.Remove }

// Left are the rows without one.
func (p Progress) Left() int { return p.All - p.Decided() }

// joinPlace joins what a row is about as it is now: the access of a contact or team, or a role of the account's own.
const joinPlace = "LEFT JOIN memberships m ON m.account_id = review_rows.account_id " +
	"AND m.id = review_rows.subject_id " +
	"LEFT JOIN custom_roles o ON o.account_id = review_rows.account_id AND o.id = review_rows.subject_id " +
	"AND o.deleted_at IS NULL " +
	"LEFT JOIN team_access ta ON ta.account_id = review_rows.account_id AND ta.id = review_rows.subject_id " +
	"AND ta.state = 'active'"

// What is still there of what rows are about, its version, and which rows are not about the reader.
const (
	isThere   = "(m.id IS NOT NULL OR o.id IS NOT NULL OR ta.id IS NOT NULL)"
	isVersion = "COALESCE(m.version, o.version, ta.version)"
	isOther   = "(review_rows.person_id IS NULL OR review_rows.person_id <> ?)"
)

// What other rooms count of an account's open review, in statements of their own: WaitingFrom takes the account and the
// person who looks, whose own row others decide about; WaitingCount is how many rows are still to be decided.
const (
	WaitingFrom = "FROM reviews JOIN review_rows ON review_rows.review_id = reviews.id " + joinPlace +
		" WHERE reviews.open_for = ? AND " + isThere + " AND " + isOther
	WaitingCount = "COUNT(CASE WHEN answer IS NULL OR seen_version <> " + isVersion + " THEN 1 END)"
)

// progress counts the rows of an open review, those aside whose access ended meanwhile.
func (r *Reviews) progress(q *gorm.DB, g gate.Grant, review id.Review) (Progress, error) {
	var p Progress
	counted := "COUNT(CASE WHEN answer = '%s' AND seen_version = " + isVersion + " THEN 1 END)"
	err := g.On(q.Table(tableRows)).Joins(joinPlace).
		Select("COUNT(*) AS `all`, "+fmt.Sprintf(counted, Keep)+" AS keep, "+fmt.Sprintf(counted, Change)+" AS `change`, "+
			fmt.Sprintf(counted, Remove)+" AS `remove`").
		Where("review_id = ? AND "+isThere+" AND "+isOther, review, g.Who().Person.Bytes()).
		Limit(1).Scan(&p).Error
	if err != nil {
		return p, fmt.Errorf("count rows: %w", err)
	}
	return p, nil
}

// Row is one row of an open review as the reader sees it.
type Row struct {
	Subject id.Subject
	Contact accounts.Contact
	Role    *RoleNow // where the row is about a role, and about no contact
	Own     bool     // the role is the reader's own
	Facts   Facts
	Verdict Verdict // that counts; empty: to be decided
	Before  bool    // there was an answer, but the access was changed since
	To      string  // what they are to have, where the verdict is Change
	By      string  // who decided
	At      time.Time
	Version int64
}

// Page is a part of an open review.
type Page struct {
	Summary
	Progress Progress
	Open     []Row      // to be decided
	Decided  []Row      // and the reader's own
	More     id.Subject // where the next rows to be decided begin; zero where these are all
	MoreDone id.Subject // the same of those that are decided
}

// Review reads an open review, the reader's own row last. after and done are where the two lists begin.
func (r *Reviews) Review(
	ctx context.Context, who actor.Actor, account id.Account, review id.Review, after, done id.Subject,
) (Page, error) {
	g, err := r.gate.View(ctx, who, verb.ReviewsView, id.AccountScope(account))
	if err != nil {
		return Page{}, err
	}
	q := r.reader.With(ctx)
	row, found, err := db.One[reviewRow](g.On(q).Omit("record").Where("id = ?", review))
	if err != nil {
		return Page{}, fmt.Errorf("read review: %w", err)
	}
	if !found {
		return Page{}, fault.NotFound("read review")
	}
	names, err := r.accounts.NamesOf(q, []id.Person{row.ClosedBy})
	if err != nil {
		return Page{}, err // accounts says what it did
	}
	p := Page{Summary: row.summary(names)}
	if p.State != Open {
		return p, nil
	}
	if p.Progress, err = r.progress(q, g, review); err != nil {
		return Page{}, err
	}
	open, more, err := rows(q, g, review, true, after)
	if err != nil {
		return Page{}, err
	}
	decided, moreDone, err := rows(q, g, review, false, done)
	if err != nil {
		return Page{}, err
	}
	p.More, p.MoreDone = more, moreDone
	all, err := r.fill(q, g, append(slices.Clone(open), decided...)) // what belongs to them is read once for both
	for _, one := range all {
		if slices.ContainsFunc(open, func(row subjectRow) bool { return row.SubjectID == one.Subject }) {
			p.Open = append(p.Open, one)
		} else {
			p.Decided = append(p.Decided, one)
		}
	}
	return p, err
}

// rows reads a page of the rows that are to be decided, or of the others.
func rows(
	q *gorm.DB, g gate.Grant, review id.Review, open bool, after id.Subject,
) ([]subjectRow, id.Subject, error) {
	undecided, other := "(answer IS NULL OR seen_version <> "+isVersion+")", isOther
	if !open {
		undecided, other = "((answer IS NOT NULL AND seen_version = "+isVersion+")", "review_rows.person_id = ?)"
	}
	join := " AND "
	if !open {
		join = " OR "
	}
	query := g.On(q.Table(tableRows)).Select("review_rows.*").Joins(joinPlace).
		Where("review_id = ? AND "+isThere, review).Where(undecided+join+other, g.Who().Person.Bytes())
	if !after.IsZero() {
		query = query.Where("subject_id > ?", after)
	}
	var found []subjectRow
	if err := query.Order("subject_id").Limit(pageSize + 1).Find(&found).Error; err != nil {
		return nil, id.Subject{}, fmt.Errorf("list rows: %w", err)
	}
	var next id.Subject
	if len(found) > pageSize {
		found = found[:pageSize]
		next = found[pageSize-1].SubjectID
	}
	return found, next, nil
}

// Row reads one row of an open review, for the page that changes it.
func (r *Reviews) Row(
	ctx context.Context, who actor.Actor, account id.Account, review id.Review, subject id.Subject,
) (Summary, Row, error) {
	g, err := r.gate.View(ctx, who, verb.ReviewsRun, id.AccountScope(account))
	if err != nil {
		return Summary{}, Row{}, err
	}
	q := r.reader.With(ctx)
	of, found, err := db.One[reviewRow](g.On(q).Omit("record").Where("id = ?", review))
	if err != nil {
		return Summary{}, Row{}, fmt.Errorf("read review: %w", err)
	}
	row, there, err := db.One[subjectRow](g.On(q).Where("review_id = ? AND subject_id = ?", review, subject))
	if err != nil {
		return Summary{}, Row{}, fmt.Errorf("read row: %w", err)
	}
	if !found || !there || row.Kind == kindRole {
		return Summary{}, Row{}, fault.NotFound("read row")
	}
	list, err := r.fill(q, g, []subjectRow{row})
	if err == nil && len(list) == 0 {
		err = fault.Conflict("This person has no access any more, so there is nothing to decide.")
	}
	if err == nil && of.State != string(Open) {
		err = closed()
	}
	if err != nil {
		return Summary{}, Row{}, err
	}
	return of.summary(nil), list[0], nil
}

// Record reads the signed record of a closed review.
func (r *Reviews) Record(
	ctx context.Context, who actor.Actor, account id.Account, review id.Review,
) ([]byte, record.Record, error) {
	g, err := r.gate.View(ctx, who, verb.ReviewsView, id.AccountScope(account))
	if err != nil {
		return nil, record.Record{}, err
	}
	row, found, err := db.One[reviewRow](g.On(r.reader.With(ctx)).Where("id = ?", review))
	if err != nil {
		return nil, record.Record{}, fmt.Errorf("read record: %w", err)
	}
	if !found || row.Record.IsZero() {
		return nil, record.Record{}, fault.NotFound("read record")
	}
	text, err := r.box.Open(row.Record, recordPlace(review))
	if err != nil {
		return nil, record.Record{}, fmt.Errorf("read record: %w", err)
	}
	read, err := record.Parse([]byte(text), r.box.NoteVerifiers())
	return []byte(text), read, err
}
