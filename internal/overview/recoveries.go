package overview

import (
	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/recovery"
)

// Lost is somebody of an account who lost all second factors and asks to get back in.
type Lost struct {
	Recovery id.Recovery
	Name     string
}

// mostLost bounds how many of them a first page names.
const mostLost = 3

// lostSQL finds the recoveries that an owner of an account has still to decide about: under way, of others than
// themselves, and with no word of an owner of this account.
const lostSQL = `FROM recoveries r JOIN memberships m ON m.person_id = r.person_id AND m.account_id = ?
 JOIN persons p ON p.id = r.person_id AND p.state = 'active'
 WHERE r.person_id <> ? AND (r.state = 'waiting' AND r.waits_until > ? OR r.state = 'ready' AND r.link_until > ?
 OR r.state = 'enrolling' AND r.step_until > ? OR r.state = 'done' AND m.recovery_id = r.id)
 AND NOT EXISTS (SELECT 1 FROM recovery_decisions d WHERE d.recovery_id = r.id AND d.account_id = m.account_id)`

func lostArgs(g gate.Grant) []any {
	now := db.At(g.Now())
	return []any{g.Account(), g.Who().Person, db.At(g.Now().Add(-recovery.ApproveLife)), now, now}
}

// decides says whether somebody decides about the recoveries of an account.
func decides(who actor.Actor) bool { return who.Membership.Role == access.RoleOwner }

func lostPart(g gate.Grant) part {
	return part{
		name:    "lost",
		columns: map[string]string{"id": "r.id", "ref": "r.person_id", "seal1": "p.name"},
		from:    lostSQL + " ORDER BY r.asked_at, r.id LIMIT ?",
		args:    append(lostArgs(g), mostLost),
	}
}

func (w *opener) lost(records []record) []Lost {
	var out []Lost
	for _, r := range records {
		out = append(out, Lost{
			Recovery: idOf[id.RecoveryKind](w, r.id), Name: w.person(idOf[id.PersonKind](w, r.ref), r.seal1),
		})
	}
	return out
}
