package id

// What the provider brings over from another system.
type (
	// ImportKind marks the id of a file that is brought over from another system.
	ImportKind struct{}

	// Import identifies a file that is brought over from another system.
	Import = ID[ImportKind]
)

func (ImportKind) idKind() {}
