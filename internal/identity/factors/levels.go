package factors

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/platform/db"
)

// LevelSQL is the level of the best factor that somebody has, as an expression over the column that holds their id. A
// factor counts once it was used.
func LevelSQL(person string) string {
	return fmt.Sprintf("COALESCE((SELECT MAX(CASE WHEN f.kind IN ('key', 'passkey') THEN %d ELSE %d END) FROM factors f "+
		"WHERE f.person_id = %s AND f.confirmed_at IS NOT NULL AND f.suspect_at IS NULL), %d)",
		actor.PhishingProof, actor.SecondFactor, person, actor.PasswordOnly)
}

// Level is that of the best factor that the one who asks has, whatever they signed in with.
func (p *Keyring) Level(ctx context.Context, who actor.Actor) (actor.Level, error) {
	var level actor.Level
	q := db.WithScope(p.reader.With(ctx), "person_id", who.Person.Bytes())
	if err := q.Raw("SELECT "+LevelSQL("?")+" AS level", who.Person).Scan(&level).Error; err != nil {
		return 0, fmt.Errorf("read the best factor: %w", err)
	}
	return max(level, actor.PasswordOnly), nil
}
