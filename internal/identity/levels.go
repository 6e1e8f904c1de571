package identity

import (
	"fmt"

	"gatehouse/internal/actor"
)

// LevelSQL is the level of the best factor that somebody has, as an expression over the column that holds their id. A
// factor counts once it was used.
func LevelSQL(person string) string {
	return fmt.Sprintf("COALESCE((SELECT MAX(CASE WHEN f.kind IN ('key', 'passkey') THEN %d ELSE %d END) FROM factors f "+
		"WHERE f.person_id = %s AND f.confirmed_at IS NOT NULL AND f.suspect_at IS NULL), %d)",
		actor.PhishingProof, actor.SecondFactor, person, actor.PasswordOnly)
}
