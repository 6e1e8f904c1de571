package hosting_test

import (
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// N7: whoever locked their sign-in opens no panel any more, neither anew nor by a link that was made before, whatever
// their session still says of them.
func TestALockedSignInOpensNoPanel(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		issued, owners := v.link(t, v.developer, v.shop), v.link(t, v.owner, v.shop)
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			return tx.Exec("UPDATE persons SET secured_at = 1 WHERE id = ?", v.developer.Person).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if v.developer.Secured {
			t.Fatal("the request was made before the sign-in was locked")
		}
		if _, err := v.panel.Redeem(t.Context(), v.developer, issued); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a link that was made before: %v", err)
		}
		_, err = v.hosting.OpenPanel(t.Context(), v.developer, v.account, v.shop)
		if fault.KindOf(err) != fault.KindDenied {
			t.Errorf("a new link: %v", err)
		}
		if _, err := v.panel.Redeem(t.Context(), v.owner, owners); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		_ = w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			return tx.Exec("UPDATE persons SET secured_at = NULL WHERE id = ?", v.developer.Person).Error
		})
		if _, err := v.panel.Redeem(t.Context(), v.developer, v.link(t, v.developer, v.shop)); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}
