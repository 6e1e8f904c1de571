package passwords

// What the tests of this package look at from outside.

const ArgonMemory = argonMemory

// NobodysHash is what a hasher compares with where there is no password.
func (h *Hasher) NobodysHash() string { return h.nobody }

func Common() ([]string, error) {
	r := &Rules{}
	r.once.Do(r.load)
	out := make([]string, 0, len(r.common))
	for entry := range r.common {
		out = append(out, entry)
	}
	return out, r.err
}
