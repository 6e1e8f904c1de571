package overview

import (
	"time"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/hostname"
)

// endingDays is from when on the end of a domain that nobody renews is near.
const endingDays = 30

// Ending are the domains of an account that run out soon, and that nobody renews by itself.
type Ending struct {
	Domain  id.Domain // that runs out first
	Name    string
	Expires time.Time
	Count   int // of all
}

func endingPart(g gate.Grant) part {
	p := part{
		name: "ending",
		columns: map[string]string{
			"id": "domains.id", "seal1": "domains.name", "at1": "domains.expires_at", "n1": "COUNT(*) OVER ()",
		},
		from: "FROM domains WHERE domains.account_id = ? AND domains.state = 'active' AND domains.auto_renew = 0 " +
			"AND domains.expires_at < ?",
		args: []any{g.Account(), db.At(g.Now().AddDate(0, 0, endingDays))},
	}
	if chosen, limited := g.Services(); limited {
		p.from += " AND domains.service_id IN ?"
		p.args = append(p.args, chosen)
	}
	p.from += " ORDER BY domains.expires_at, domains.id LIMIT 1"
	return p
}

func (w *opener) ending(records []record) *Ending {
	if len(records) == 0 {
		return nil
	}
	r := records[0]
	e := Ending{Domain: idOf[id.DomainKind](w, r.id), Expires: r.at1.Time, Count: int(r.n1)}
	e.Name = hostname.Shown(w.open("domains", "name", e.Domain.Bytes(), r.seal1))
	return &e
}
