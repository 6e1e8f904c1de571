package overview

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/reviews"
	"gatehouse/internal/verb"
)

// Badges are the figures beside the navigation: what waits for this person. What they may not see is 0.
type Badges struct {
	Due     int // invoices to be paid, overdue ones included
	Overdue int
	Lost    int // people who ask an owner to get back in
	Review  int // rows of the open access review that are to be decided
}

// Badges counts what waits, in one statement; in none where nothing that waits could be seen.
func (o *Overview) Badges(ctx context.Context, who actor.Actor, account id.Account) (Badges, error) {
	money, pays, err := o.may(ctx, who, verb.InvoicesView, id.AccountScope(account))
	if err != nil {
		return Badges{}, err
	}
	access, runs, err := o.may(ctx, who, verb.ReviewsRun, id.AccountScope(account))
	if err != nil || !pays && !runs {
		return Badges{}, err
	}
	g := money
	if !pays {
		g = access
	}
	lost, review, args := "0", "0", []any{}
	if decides(who) {
		lost, args = "(SELECT COUNT(*) "+lostSQL+")", lostArgs(g)
	}
	if runs {
		review = "(SELECT " + reviews.WaitingCount + " " + reviews.WaitingFrom + ")"
		args = append(args, account.Bytes(), who.Person.Bytes())
	}
	due, from := "0 AS due, 0 AS overdue, ", " FROM accounts WHERE account_id = ?"
	if pays {
		due = "COUNT(*) AS due, SUM(CASE WHEN due_at <= ? THEN 1 ELSE 0 END) AS overdue, "
		from, args = " FROM invoices WHERE account_id = ? AND "+payable, append([]any{overdueFrom(g.Now())}, args...)
	}
	type counts struct{ due, overdue, lost, review number }
	q := db.Verbatim(g.On(o.reader.With(ctx)), "SELECT "+due+lost+" AS lost, "+review+" AS review"+from,
		append(args, account.Bytes())...)
	rows, err := db.ReadRows(q, func(c *counts) []any { return []any{&c.due, &c.overdue, &c.lost, &c.review} })
	if err != nil {
		return Badges{}, fmt.Errorf("badges: %w", err)
	}
	var b Badges
	for _, c := range rows { // there is one
		b = Badges{Due: int(c.due), Overdue: int(c.overdue), Lost: int(c.lost), Review: int(c.review)}
	}
	return b, nil
}

// Review is an open access review, and how much of it is to be decided by the one who looks.
type Review struct {
	ID   id.Review
	Left int
}

func reviewPart(g gate.Grant) part {
	return part{
		name: "review", columns: map[string]string{"id": "reviews.id", "n1": reviews.WaitingCount},
		from: reviews.WaitingFrom + " GROUP BY reviews.id", args: []any{g.Account(), g.Who().Person},
	}
}

func (w *opener) review(records []record) *Review {
	for _, r := range records { // there is one at most
		return &Review{ID: idOf[id.ReviewKind](w, r.id), Left: int(r.n1)}
	}
	return nil
}
