package overview

import (
	"slices"

	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
)

// Services are the services of an account that the asker may see, without those that have ended.
type Services struct {
	List      []Service // the first few: suspended ones, then those that are being set up, then the others
	Count     int       // of all
	Suspended int       // of all
	Limited   bool      // the asker sees chosen ones only
}

// Service is a service in short.
type Service struct {
	ID       id.Service
	Name     string // its domain, or else its plan
	Plan     string
	Server   string
	State    hosting.State
	Usage    hosting.Usage // of the disk
	HasPanel bool
}

func servicesPart(g gate.Grant, limit int) part {
	p := part{
		name: "service",
		columns: map[string]string{
			"id": "services.id", "seal1": "services.domain", "t1": "services.plan", "t2": "services.state",
			"t3": "servers.name", "t4": "servers.panel", "n1": "services.disk_used", "n2": "services.disk_limit",
			"n3":  "COUNT(*) OVER ()",
			"n4":  "SUM(CASE WHEN services.state = 'suspended' THEN 1 ELSE 0 END) OVER ()",
			"at1": "services.measured_at",
		},
		from: "FROM services JOIN servers ON servers.id = services.server_id " +
			"WHERE services.account_id = ? AND services.state <> 'cancelled'",
		args: []any{g.Account()},
	}
	if chosen, limited := g.Services(); limited {
		p.from += " AND services.id IN ?"
		p.args = append(p.args, chosen)
	}
	p.from += " ORDER BY CASE services.state WHEN 'suspended' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END, services.id LIMIT ?"
	p.args = append(p.args, limit)
	return p
}

func (w *opener) services(g gate.Grant, records []record) Services {
	_, limited := g.Services()
	out := Services{Limited: limited}
	panels := w.o.hosting.Panels()
	for _, r := range records {
		s := Service{
			ID: idOf[id.ServiceKind](w, r.id), Plan: string(r.t1), State: hosting.State(r.t2), Server: string(r.t3),
			Usage:    hosting.Usage{DiskUsed: int64(r.n1), DiskLimit: int64(r.n2), MeasuredAt: r.at1.Time},
			HasPanel: slices.Contains(panels, string(r.t4)),
		}
		domain, err := w.o.hosting.OpenDomain(s.ID, r.seal1)
		w.keep(err)
		s.Name = hosting.Service{Plan: s.Plan, Domain: domain}.Name()
		out.List = append(out.List, s)
		out.Count, out.Suspended = int(r.n3), int(r.n4)
	}
	return out
}
