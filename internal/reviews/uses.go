package reviews

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// used is what somebody, or everybody behind a place, used of an account and when they last did, to the day.
type used struct {
	areas    map[string]time.Time // as gate names them
	opened   map[id.Service]time.Time
	services map[id.Service]time.Time // that the account has now, and since when
}

// uses are what people of an account used, with the services that it has.
type uses struct {
	by       map[id.Person]used
	services map[id.Service]time.Time
}

// usesSQL reads all of it in one statement. A row of nobody is a service.
const usesSQL = `SELECT u.person_id, u.area, NULL, u.last_at FROM permission_uses u WHERE u.account_id = ?%[1]s
 UNION ALL SELECT u.person_id, '', u.service_id, u.last_at FROM service_uses u WHERE u.account_id = ?%[1]s
 UNION ALL SELECT NULL, '', s.id, s.created_at FROM services s WHERE s.account_id = ? AND s.state <> 'cancelled'`

type useRow struct {
	person  id.Person
	area    string
	service id.Service
	last    db.Time
}

// usesIn are the uses of the account by some people, or by everybody where none are named.
func usesIn(q *gorm.DB, g gate.Grant, only ...id.Person) (uses, error) {
	of, text := g.Account().Bytes(), fmt.Sprintf(usesSQL, "")
	args := []any{of, of, of}
	if len(only) > 0 {
		people := make([][]byte, len(only))
		for i, one := range only {
			people[i] = one.Bytes()
		}
		text, args = fmt.Sprintf(usesSQL, " AND u.person_id IN ?"), []any{of, people, of, people, of}
	}
	rows, err := db.ReadRows(g.On(q).Raw(text, args...),
		func(r *useRow) []any { return []any{&r.person, &r.area, &r.service, &r.last} })
	if err != nil {
		return uses{}, fmt.Errorf("read uses: %w", err)
	}
	out := uses{map[id.Person]used{}, map[id.Service]time.Time{}}
	for _, row := range rows {
		one, known := out.by[row.person]
		if !known {
			one = used{map[string]time.Time{}, map[id.Service]time.Time{}, out.services}
			out.by[row.person] = one
		}
		switch {
		case row.person.IsZero():
			out.services[row.service] = row.last.Time
		case row.service.IsZero():
			one.areas[strings.ToLower(row.area)] = row.last.Time
		default:
			one.opened[row.service] = row.last.Time
		}
	}
	return out, nil
}

// of are the uses of the people of a place: of each thing the last one.
func (u uses) of(c accounts.Contact) used {
	people := []id.Person{c.Person}
	if isShared(c) {
		people = c.Behind
	}
	all := used{map[string]time.Time{}, map[id.Service]time.Time{}, u.services}
	for _, person := range people {
		keepLatest(all.areas, u.by[person].areas)
		keepLatest(all.opened, u.by[person].opened)
	}
	return all
}

func keepLatest[K comparable](into, from map[K]time.Time) {
	for key, last := range from {
		if last.After(into[key]) {
			into[key] = last
		}
	}
}
