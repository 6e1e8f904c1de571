package activity

// The actions of notes that staff pin to a client. What a note says stands in none of their entries.
const (
	NotePinned  Action = "client_note.pinned"
	NoteEdited  Action = "client_note.edited"
	NoteRemoved Action = "client_note.removed"
)

func pinnedActions() []Meaning {
	const a = CategoryAccount
	return []Meaning{
		{
			NotePinned, a, true, Info, Standard, "Note of staff pinned",
			"{who} pinned a note for colleagues", "{who} tried to pin a note for colleagues",
		},
		{
			NoteEdited, a, true, Info, Standard, "Note of staff edited",
			"{who} edited a note for colleagues", "{who} tried to edit a note for colleagues",
		},
		{
			NoteRemoved, a, true, Info, Standard, "Note of staff removed",
			"{who} removed a note for colleagues", "{who} tried to remove a note for colleagues",
		},
	}
}
