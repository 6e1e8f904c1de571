package factors

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/secretbox"
)

// credentialIndex is what a credential is found by, whatever its length: its id stands in no row.
func (p *Keyring) credentialIndex(credential []byte) secretbox.Index {
	return p.box.Index("factors.credential", base64.RawURLEncoding.EncodeToString(credential))
}

// sealCredential puts what is kept of a credential into its factor's row.
func (p *Keyring) sealCredential(row *factorRow, c webauthn.Credential) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("keep credential: %w", err)
	}
	if row.Secret, err = p.box.Seal(string(text), factorPlace("secret", row.ID)); err != nil {
		return err
	}
	row.CredentialIndex, row.SignCount = p.credentialIndex(c.ID), int64(c.SignCount)
	row.UserVerified, row.BackupEligible, row.BackedUp = c.UserVerified, c.BackupEligible, c.BackedUp
	return nil
}

func (p *Keyring) openCredential(row factorRow) (webauthn.Credential, error) {
	text, err := p.box.Open(row.Secret, factorPlace("secret", row.ID))
	if err != nil {
		return webauthn.Credential{}, err
	}
	var c webauthn.Credential
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return webauthn.Credential{}, fmt.Errorf("read credential: %w", err)
	}
	c.SignCount = uint32(min(row.SignCount, 1<<32-1)) //nolint:gosec // counters have 32 bits
	c.UserVerified, c.BackupEligible, c.BackedUp = row.UserVerified, row.BackupEligible, row.BackedUp
	return c, nil
}

// credentials are those of the person of a confined query.
func (p *Keyring) credentials(q *gorm.DB) ([]webauthn.Credential, error) {
	var rows []factorRow
	if err := q.Where("credential_index IS NOT NULL").Order("last_used_at DESC, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read credentials: %w", err)
	}
	out := make([]webauthn.Credential, 0, len(rows))
	for _, row := range rows {
		c, err := p.openCredential(row)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// owner is a person as their authenticators know them.
func (p *Keyring) owner(person persons.Row) (webauthn.Owner, error) {
	email, err := p.persons.OpenEmail(person.ID, person.Email)
	if err != nil {
		return webauthn.Owner{}, err
	}
	name, err := p.persons.OpenName(person.ID, person.Name)
	return webauthn.Owner{Handle: person.UserHandle, Email: email, Name: name}, err
}
