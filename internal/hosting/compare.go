package hosting

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/verb"
)

// mostCompared bounds what is compared at once.
const mostCompared = 5000

// Compared is one account of a server beside our record of it.
type Compared struct {
	Name    string // the domain, or else the user
	User    string
	Service id.Service // zero: none of ours
	Account id.Account
	// Differs says what is not as our record has it; empty: nothing.
	Differs []string
}

// Comparison is what a server carries, beside what our record says.
type Comparison struct {
	Same    int
	Differ  []Compared
	Missing []Compared // ours, and not on the server
	Foreign []Compared // on the server, and none of ours
}

// Compare reads what a server carries and holds it against our record. It changes nothing.
func (h *Hosting) Compare(ctx context.Context, who actor.Actor, server id.Server) (Comparison, error) {
	if _, err := h.gate.View(ctx, who, verb.ServersManage, id.ProviderScope()); err != nil {
		return Comparison{}, err
	}
	m, err := h.machine(ctx, server)
	if err != nil {
		return Comparison{}, err
	}
	panel := h.panels[m.Server.Panel]
	if panel == nil {
		return Comparison{}, fault.Conflict("The panel of this server cannot be asked from here.")
	}
	asking, cancel := context.WithTimeout(ctx, panelTime)
	defer cancel()
	list, err := panel.List(asking, m)
	if err != nil {
		broken := fault.Unavailable("compare accounts", err)
		if f, ok := fault.As(broken); ok {
			f.Message = ServerTrouble(err)
		}
		return Comparison{}, broken
	}
	ours, err := h.carried(ctx, server)
	if err != nil {
		return Comparison{}, err
	}
	return compare(list, ours), nil
}

// record is what our record says of one service.
type record struct {
	Service
	user, plan string
}

func (h *Hosting) carried(ctx context.Context, server id.Server) ([]record, error) {
	var rows []heldRow
	q := db.Across(h.reader.With(ctx), "what a server carries, whosever it is")
	err := joined(q).Where("services.server_id = ? AND services.state IN ?", server, []State{Active, Suspended}).
		Limit(mostCompared).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("compare accounts: %w", err)
	}
	list := make([]record, 0, len(rows))
	for _, row := range rows {
		s, err := h.open(row)
		user, userErr := h.box.Open(row.Held.PanelUser, place(tableServices, "panel_user", row.Held.ID.Bytes()))
		if err := errors.Join(err, userErr); err != nil {
			return nil, fmt.Errorf("compare accounts: %w", err)
		}
		list = append(list, record{Service: s, user: user, plan: row.Held.PanelPlan})
	}
	return list, nil
}

func compare(there []Holding, ours []record) Comparison {
	var c Comparison
	byUser, byDomain := map[string]int{}, map[string]int{}
	for i, h := range there {
		byUser[h.User], byDomain[strings.ToLower(h.Domain)] = i, i
	}
	known := map[int]bool{}
	for _, r := range ours {
		one := Compared{Name: r.Name(), User: r.user, Service: r.ID, Account: r.Account}
		i, found := byUser[r.user]
		if r.user == "" {
			i, found = byDomain[r.Domain]
		}
		if !found {
			c.Missing = append(c.Missing, one)
			continue
		}
		known[i] = true
		if one.Differs = r.differs(there[i]); len(one.Differs) > 0 {
			c.Differ = append(c.Differ, one)
			continue
		}
		c.Same++
	}
	for i, h := range there {
		if !known[i] {
			c.Foreign = append(c.Foreign, Compared{Name: hostname.Shown(h.Domain), User: h.User})
		}
	}
	c.Differ, c.Missing, c.Foreign = sorted(c.Differ), sorted(c.Missing), sorted(c.Foreign)
	return c
}

// differs says what of an account is not as our record has it.
func (r record) differs(h Holding) []string {
	var list []string
	if r.Domain != "" && !strings.EqualFold(r.Domain, h.Domain) {
		list = append(list, "its domain there is "+hostname.Shown(h.Domain))
	}
	switch {
	case r.State == Suspended && !h.Suspended:
		list = append(list, "it runs there, and is suspended here")
	case r.State == Active && h.Suspended:
		list = append(list, "it is suspended there, and runs here")
	}
	if r.plan != "" && r.plan != h.Plan {
		list = append(list, "its plan there is "+h.Plan+", and here "+r.plan)
	}
	return list
}
