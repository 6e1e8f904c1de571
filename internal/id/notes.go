package id

// What staff pin to a client.
type (
	// NoteKind marks the id of a note that staff pinned to a client.
	NoteKind struct{}
	// NoteTextKind marks the id of one of the texts that a note had.
	NoteTextKind struct{}

	// Note identifies a note that staff pinned to a client.
	Note = ID[NoteKind]
	// NoteText identifies one of the texts that a note had.
	NoteText = ID[NoteTextKind]
)

func (NoteKind) idKind()     {}
func (NoteTextKind) idKind() {}
