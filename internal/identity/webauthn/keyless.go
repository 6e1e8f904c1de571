package webauthn

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
)

// Keyless makes a credential whose private half is thrown away: nobody can ever answer for it. It is for showing what
// pages look like to somebody who has a key.
func Keyless() (Credential, error) {
	made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Credential{}, fmt.Errorf("webauthn: %w", err)
	}
	point, err := made.PublicKey.Bytes() // 4, then both coordinates
	if err != nil {
		return Credential{}, fmt.Errorf("webauthn: %w", err)
	}
	const size = 32
	// COSE: an elliptic key (1: 2) for ES256 (3: -7) on P-256 (-1: 1), x (-2) and y (-3) of 32 bytes each.
	key := append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, size}, point[1:1+size]...)
	key = append(append(key, 0x22, 0x58, size), point[1+size:]...)
	id := make([]byte, size)
	_, _ = rand.Read(id) // never fails: crypto/rand ends the program where randomness is missing
	return Credential{
		ID: id, PublicKey: key, AAGUID: make([]byte, 16), Transports: []string{"usb"}, SignCount: 1,
	}, nil
}
