package activity

// The actions about what the provider brings over from another system. Each client, service and invoice that comes of
// it has entries of its own, as if it had been made by hand.
const (
	ImportRead         Action = "import.read"
	ImportStarted      Action = "import.started"
	ImportStopped      Action = "import.stopped"
	ImportFinished     Action = "import.finished"
	ImportInviting     Action = "import.inviting"
	InvoiceCarriedOver Action = "invoice.carried_over"
)

func importActions() []Meaning {
	const s = CategorySystem
	return []Meaning{
		{
			ImportRead, s, true, Notice, Standard, "File to import looked through",
			"{who} had {target} looked through before an import", "{who} tried to have {target} looked through before an import",
		},
		{
			ImportStarted, s, true, Warning, Standard, "Import started",
			"{who} started the import of {target}", "{who} tried to start the import of {target}",
		},
		{
			ImportStopped, s, true, Notice, Standard, "Import stopped",
			"{who} stopped the import of {target}", "{who} tried to stop the import of {target}",
		},
		{
			ImportFinished, s, true, Notice, Standard, "Import finished",
			"{who} had {target} brought over", "{who} could not go on with the import of {target}",
		},
		{
			ImportInviting, s, true, Warning, Standard, "Invitations of an import sent",
			"{who} had the invitations of {target} sent", "{who} tried to have the invitations of {target} sent",
		},
		{
			InvoiceCarriedOver, CategoryBilling, true, Notice, Money, "Open invoice carried over",
			"{who} carried {target} over from another system", "{who} tried to carry {target} over from another system",
		},
	}
}
