package activity

// LinkHash is the hash of an entry after another, which is no secret.
func LinkHash(prev [32]byte, canonical []byte) [32]byte { return linkHash(prev, canonical) }
