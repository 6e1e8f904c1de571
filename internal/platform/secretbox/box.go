package secretbox

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
	"golang.org/x/mod/sumdb/note"
)

// Place says where a sealed value lives. All three parts are authenticated with
// the text, so the value opens there and nowhere else. A row that is moved or
// given another id has to be sealed anew.
type Place struct {
	Table, Column string
	Row           []byte
}

// Box seals, opens, indexes and vouches with the keys of one keyset file. It is
// safe for concurrent use.
type Box struct {
	seal      tink.AEAD
	index     *prf.Set
	mac       tink.MAC
	signer    note.Signer
	verifiers note.Verifiers
	noteKeys  []string
	primary   uint32
	keys      []Key
	demo      bool
}

// Key describes one sealing key, without its material.
type Key struct {
	ID      uint32
	Primary bool
}

func newBox(k *keyset) (*Box, error) {
	b := &Box{demo: k.demo, noteKeys: k.verifiers, primary: k.seal.KeysetInfo().GetPrimaryKeyId()}
	for _, info := range k.seal.KeysetInfo().GetKeyInfo() {
		b.keys = append(b.keys, Key{ID: info.GetKeyId(), Primary: info.GetKeyId() == b.primary})
	}
	var err error
	if b.seal, err = aead.New(k.seal); err != nil {
		return nil, fmt.Errorf("sealing keys: %w", err)
	}
	if b.index, err = prf.NewPRFSet(k.index); err != nil {
		return nil, fmt.Errorf("index key: %w", err)
	}
	if b.mac, err = mac.New(k.mac); err != nil {
		return nil, fmt.Errorf("MAC keys: %w", err)
	}
	if b.signer, err = note.NewSigner(k.signer); err != nil {
		return nil, fmt.Errorf("note key: %w", err)
	}
	verifiers := make([]note.Verifier, 0, len(k.verifiers))
	for _, text := range k.verifiers {
		v, err := note.NewVerifier(text)
		if err != nil {
			return nil, fmt.Errorf("note key: %w", err)
		}
		verifiers = append(verifiers, v)
	}
	b.verifiers = note.VerifierList(verifiers...)
	return b, nil
}

// Seal makes a Sealed of the text, which may be empty, for the place.
func (b *Box) Seal(text string, at Place) (Sealed, error) {
	aad, err := at.associated()
	if err != nil {
		return Sealed{}, err
	}
	sealed, err := b.seal.Encrypt([]byte(text), aad)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal %s.%s: %w", at.Table, at.Column, err)
	}
	return Sealed{raw: append([]byte(Magic), sealed...)}, nil
}

// Open returns the text that was sealed for the place; NULL opens as the empty
// text. The error says neither what was wrong nor anything of the content.
func (b *Box) Open(s Sealed, at Place) (string, error) {
	if s.IsZero() {
		return "", nil
	}
	aad, err := at.associated()
	if err != nil {
		return "", err
	}
	text, err := b.seal.Decrypt(bytes.TrimPrefix(s.raw, []byte(Magic)), aad)
	if err != nil {
		return "", fmt.Errorf("open %s.%s: not sealed for this row, or by a key that is not in the keyset",
			at.Table, at.Column)
	}
	return string(text), nil
}

// KeyID returns the id of the key that sealed the value, 0 for NULL.
func (b *Box) KeyID(s Sealed) uint32 { return s.keyID() }

// NeedsReseal reports whether a key other than the primary one sealed the value.
func (b *Box) NeedsReseal(s Sealed) bool { return !s.IsZero() && s.keyID() != b.primary }

// Keys lists the sealing keys, oldest first.
func (b *Box) Keys() []Key { return slices.Clone(b.keys) }

// IsDemo reports whether the keys were made for the demo. They must never seal
// the data of real people.
func (b *Box) IsDemo() bool { return b.demo }

// Index returns the blind index of a value in a column ("persons.email"). Equal
// means byte for byte: whoever wants letter case to be ignored folds it first.
// The empty value has the zero Index.
func (b *Box) Index(column, value string) Index {
	if value == "" {
		return Index{}
	}
	out, err := b.index.ComputePrimaryPRF(framed([]byte(column), []byte(value)), IndexSize)
	if err != nil || len(out) != IndexSize {
		// Going on would give many values one index, and so one person's row to another.
		panic("secretbox: the index key cannot make a 32-byte index")
	}
	return Index(out)
}

// MAC vouches for the parts under a purpose ("activity head"); MACs made for one
// purpose do not verify for another. It is MACSize bytes long.
func (b *Box) MAC(purpose string, parts ...[]byte) []byte {
	tag, err := b.mac.ComputeMAC(framed(append([][]byte{[]byte(purpose)}, parts...)...))
	if err != nil {
		panic("secretbox: the MAC key cannot make a MAC")
	}
	return tag
}

// VerifyMAC reports whether a key of the keyset, old ones included, vouched for
// the parts under the purpose. It takes the same time wherever they differ.
func (b *Box) VerifyMAC(tag []byte, purpose string, parts ...[]byte) bool {
	return b.mac.VerifyMAC(tag, framed(append([][]byte{[]byte(purpose)}, parts...)...)) == nil
}

// NoteSigner returns the Ed25519 key that signs notes kept outside the database.
func (b *Box) NoteSigner() note.Signer { return b.signer }

// NoteVerifiers knows the public part of every note key, old ones included.
func (b *Box) NoteVerifiers() note.Verifiers { return b.verifiers }

// NoteKeys returns the public keys as text, oldest first: what an outsider
// needs to check a note.
func (b *Box) NoteKeys() []string { return slices.Clone(b.noteKeys) }

func (p Place) associated() ([]byte, error) {
	if p.Table == "" || p.Column == "" || len(p.Row) == 0 {
		return nil, errors.New("secretbox: a place needs a table, a column and a row")
	}
	return framed([]byte(p.Table), []byte(p.Column), p.Row), nil
}

// framed joins parts so that no two lists of parts give the same bytes.
func framed(parts ...[]byte) []byte {
	size := 0
	for _, part := range parts {
		size += 4 + len(part)
	}
	out := make([]byte, 0, size)
	for _, part := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part))) //nolint:gosec // no part is near 4 GiB
		out = append(out, part...)
	}
	return out
}
