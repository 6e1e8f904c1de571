package persons

import (
	"fmt"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
)

// GiveHandle writes down what the person's authenticators know them by, once for all of them.
func GiveHandle(tx *db.Tx, person Row, fresh []byte) error {
	if len(fresh) == 0 {
		return nil
	}
	res := tx.Model(&Row{}).Where("id = ? AND user_handle IS NULL", person.ID).Update("user_handle", fresh)
	if res.Error != nil {
		return fmt.Errorf("give user handle: %w", res.Error)
	}
	if res.RowsAffected == 0 { // two first keys at once, in two windows
		return fault.Conflict("Another key was added meanwhile. Begin again.")
	}
	return nil
}

// StoreHash keeps the hash of a password. changed is zero where only the cost of the hash is new.
func (p *Persons) StoreHash(tx *db.Tx, person Row, hash string, changed db.Time) error {
	sealed, err := p.box.Seal(hash, Place("password_hash", person.ID))
	if err != nil {
		return err
	}
	set := map[string]any{"password_hash": sealed, "version": person.Version + 1}
	if !changed.IsZero() {
		set["password_changed_at"] = changed
	}
	res := tx.Model(&Row{}).Where("id = ? AND version = ?", person.ID, person.Version).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("store password: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return StartAgain()
	}
	return nil
}

// Disable takes the right to sign in away from somebody as they were read.
func Disable(tx *db.Tx, person Row) error {
	res := tx.Model(&Row{}).Where("id = ? AND state = ? AND staff = ?", person.ID, Active, person.Staff).
		Updates(map[string]any{"state": Disabled, "version": person.Version + 1})
	if res.Error != nil {
		return fmt.Errorf("disable person: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return fault.Conflict("This sign-in is disabled already.")
	}
	return nil
}

// Enable gives the right to sign in back to somebody as they were read.
func Enable(tx *db.Tx, person Row) error {
	res := tx.Model(&Row{}).Where("id = ? AND state = ?", person.ID, Disabled).
		Updates(map[string]any{"state": Active, "version": person.Version + 1})
	if res.Error != nil {
		return fmt.Errorf("enable person: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return fault.Conflict("This sign-in is not disabled.")
	}
	return nil
}

// Lock takes the password of a person away and says that their sign-in is locked. Where there is an address to go back
// to, it is theirs again, unless it has become somebody else's: that staff sort out.
func (p *Persons) Lock(tx *db.Tx, g gate.Grant, person Row, back string) error {
	set := map[string]any{
		"secured_at": db.At(g.Now()), "password_hash": secretbox.Sealed{}, "version": person.Version + 1,
	}
	if back != "" {
		sealed, err := p.box.Seal(back, Place("email", person.ID))
		if err != nil {
			return err
		}
		set["email"], set["email_index"] = sealed, p.EmailIndex(back)
	}
	res := tx.Model(&Row{}).Where("id = ? AND version = ?", person.ID, person.Version).Updates(set)
	if db.IsDuplicate(res.Error) {
		delete(set, "email")
		delete(set, "email_index")
		res = tx.Model(&Row{}).Where("id = ? AND version = ?", person.ID, person.Version).Updates(set)
	}
	if res.Error != nil || res.RowsAffected != 1 {
		return fmt.Errorf("secure sign-in: %d rows: %w", res.RowsAffected, res.Error)
	}
	return nil
}

// Unlocked refuses a session to somebody who locked their sign-in and has not set a new password since, whatever else
// they can prove: a passkey may be the stranger's. It says whether they still have to look at their factors.
func Unlocked(tx *db.Tx, person id.Person) (review bool, err error) {
	row, err := ByID(tx.DB, person)
	if err != nil {
		return false, err
	}
	if !row.SecuredAt.IsZero() && row.PasswordHash.IsZero() {
		return false, fault.Conflict("This sign-in is locked, because somebody said “this wasn’t me”. " +
			"Set a new password with “Forgot your password?” first.")
	}
	return !row.SecuredAt.IsZero(), nil
}

// Unlock opens a sign-in again that was locked, and whose owner has set a new password and looked at their factors.
func Unlock(tx *db.Tx, person Row) error {
	done := tx.Model(&Row{}).
		Where("id = ? AND secured_at IS NOT NULL AND password_hash IS NOT NULL", person.ID).
		Updates(map[string]any{"secured_at": db.Time{}, "version": person.Version + 1})
	if done.Error != nil {
		return fmt.Errorf("finish review: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return fault.Conflict("Your sign-in is not locked.")
	}
	return nil
}

// StoreEmail writes another address of somebody as they were read. Where somebody else has it, the error is a
// duplicate.
func StoreEmail(tx *db.Tx, person Row, email secretbox.Sealed, index secretbox.Index) error {
	res := tx.Model(&Row{}).Where("id = ? AND version = ?", person.ID, person.Version).
		Updates(map[string]any{"email": email, "email_index": index, "version": person.Version + 1})
	if res.Error != nil {
		return fmt.Errorf("change address: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return StartAgain()
	}
	if err := names.People.Changed(tx.DB); err != nil {
		return fmt.Errorf("change address: %w", err)
	}
	return nil
}
