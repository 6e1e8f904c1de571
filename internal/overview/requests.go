package overview

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// requestsPage is how many requests a page of the list shows.
const requestsPage = 50

// Request is something that somebody asked for and that is not decided. It tells no more of a client than the list of
// clients does; the rest stands where it is decided, and staff say there why they look.
type Request struct {
	Queue   QueueName
	Kind    string // within the queue: "refund", "cancel"
	ID      string
	Account id.Account // zero: it is about no client
	Client  string
	More    int    // how many further clients it is about
	By      string // empty: one of the client's people who is no owner
	Since   time.Time
	Turn    Turn
}

// RequestQuery says which requests are wanted.
type RequestQuery struct {
	Only  QueueName // empty: of every kind
	Mine  bool      // those that the reader may decide
	After string    // the Next of the page before; anything else is the beginning
}

// RequestPage is a part of the list of requests, the oldest first.
type RequestPage struct {
	Rows  []Request
	Kinds []QueueName // that the reader sees
	Next  string      // where the next page begins; empty where there is none
}

// Requests lists what is asked for and not decided, of all kinds that the reader's permissions reach, in one statement.
// A kind beyond them is left out; asked for by name it is refused, and the refusal recorded.
func (o *Overview) Requests(ctx context.Context, who actor.Actor, query RequestQuery) (RequestPage, error) {
	g, err := o.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return RequestPage{}, err
	}
	var page RequestPage
	parts, err := o.requestParts(ctx, who, query, &page)
	if err != nil || len(parts) == 0 {
		return page, err
	}
	found, err := o.read(ctx, g, parts...)
	if err != nil {
		return RequestPage{}, err
	}
	page.Rows, page.Next, err = o.requestRows(found)
	return page, err
}

// requestParts are the parts of the statement that the reader may have, of what the query wants. It notes on the page
// which kinds there are for them.
func (o *Overview) requestParts(
	ctx context.Context, who actor.Actor, query RequestQuery, page *RequestPage,
) (parts []part, err error) {
	if err := o.mayNarrow(ctx, who, query.Only); err != nil {
		return nil, err
	}
	for _, s := range sources() {
		own, sees, err := o.may(ctx, who, s.sees, id.ProviderScope())
		if err != nil {
			return nil, err
		}
		if !sees {
			continue
		}
		page.Kinds = append(page.Kinds, s.name)
		if query.Only == "" || query.Only == s.name {
			parts = append(parts, s.part(own, desk{o: o, who: who}, query, requestsPage+1))
		}
	}
	return parts, nil
}

// mayNarrow refuses a kind that is beyond the reader, or that there is not.
func (o *Overview) mayNarrow(ctx context.Context, who actor.Actor, only QueueName) error {
	if only == "" {
		return nil
	}
	list := sources()
	at := slices.IndexFunc(list, func(s source) bool { return s.name == only })
	if at < 0 {
		return fault.NotFound("list requests")
	}
	_, err := o.gate.View(ctx, who, list[at].sees, id.ProviderScope())
	return err
}

// part are so many of the source's open rows, the oldest first.
func (s source) part(g gate.Grant, d desk, query RequestQuery, most int) part {
	t := s.turn(d)
	p := part{name: string(s.name), columns: map[string]string{
		"id": "x.id", "at1": s.at, "t1": s.kind, "ref2": "p.id", "seal2": "p.name",
		"t2": "CASE WHEN " + t.yours + " THEN '" + string(Yours) + "' ELSE " + t.otherwise + " END",
	}}
	p.args = append(slices.Clone(t.args), t.rest...)
	p.from = "FROM " + s.table + " x"
	asker := s.asker
	if s.theirs {
		p.from += " LEFT JOIN memberships o ON o.account_id = " + s.account + " AND o.person_id = " + s.asker +
			" AND o.role = 'owner' AND o.suspended = 0"
		asker = "o.person_id"
	}
	p.from += " LEFT JOIN persons p ON p.id = " + asker
	if s.account != "" {
		p.columns["ref"], p.columns["seal1"] = "a.account_id", "a.name"
		p.from += " LEFT JOIN accounts a ON a.account_id = " + s.account
	}
	if s.more != "" {
		p.columns["n1"] = s.more
	}
	condition, args := s.waiting(g)
	p.from, p.args = p.from+" WHERE ("+condition+")", append(p.args, args...)
	if query.Mine {
		p.from, p.args = p.from+" AND ("+t.yours+")", append(p.args, t.args...)
	}
	if at, last, ok := readPlace(query.After); ok {
		p.from += " AND (" + s.at + " > ? OR " + s.at + " = ? AND x.id > ?)"
		p.args = append(p.args, at, at, last)
	}
	p.from, p.args = p.from+" ORDER BY "+s.at+", x.id LIMIT ?", append(p.args, most)
	return p
}

// requestRows puts what was found of each kind in one order, and opens what the page shows of it.
func (o *Overview) requestRows(found map[string][]record) (list []Request, next string, err error) {
	var all []record
	for _, records := range found {
		all = append(all, records...)
	}
	slices.SortFunc(all, func(a, b record) int {
		if c := a.at1.Compare(b.at1.Time); c != 0 {
			return c
		}
		return bytes.Compare(a.id, b.id)
	})
	if len(all) > requestsPage {
		all = all[:requestsPage]
		next = placeOf(all[requestsPage-1])
	}
	w := &opener{o: o}
	for _, r := range all {
		one := Request{
			Queue: QueueName(r.part), Kind: string(r.t1), Since: r.at1.Time, Turn: Turn(r.t2),
			ID: idOf[id.OrderKind](w, r.id).String(), // of whichever kind: only its text is wanted
		}
		if r.ref != nil {
			one.Account = idOf[id.AccountKind](w, r.ref)
			one.Client, one.More = w.accountName(one.Account, r), max(int(r.n1)-1, 0)
		}
		if r.ref2 != nil {
			one.By = w.person(idOf[id.PersonKind](w, r.ref2), r.seal2)
		}
		list = append(list, one)
	}
	return list, next, w.err
}

const bytesOfTime, bytesOfPlace = 8, 24

// placeOf is where in the list a request stands.
func placeOf(r record) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(r.at1.UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(append(raw, r.id...))
}

func readPlace(text string) (at db.Time, last db.Blob, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != bytesOfPlace {
		return db.Time{}, nil, false
	}
	ms := binary.BigEndian.Uint64(raw)
	return db.At(time.UnixMilli(int64(ms))), raw[bytesOfTime:], true //nolint:gosec // any time will do
}
