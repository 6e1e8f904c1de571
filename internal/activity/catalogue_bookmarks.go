package activity

// The actions of views of a log that people keep for themselves.
const (
	ViewSaved   Action = "log.view_saved"
	ViewRemoved Action = "log.view_removed"
)

func bookmarkActions() []Meaning {
	const a = CategoryAccount
	return []Meaning{
		{
			ViewSaved, a, true, Info, Standard, "View of the log saved",
			"{who} saved a view of a log: {target}", "{who} tried to save a view of a log",
		},
		{
			ViewRemoved, a, true, Info, Standard, "Saved view removed",
			"{who} removed a saved view of a log: {target}", "{who} tried to remove a saved view of a log",
		},
	}
}
