package activity

// LogArchived says that entries whose time was up went from a log into the archive.
const LogArchived Action = "log.archived"

func archiveActions() []Meaning {
	return []Meaning{{
		LogArchived, CategorySystem, true, Notice, Lasting, "Entries archived",
		"{who} moved {target} of this log, whose time was up, into the archive",
		"{who} tried to move {target} of this log into the archive",
	}}
}
