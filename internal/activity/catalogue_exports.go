package activity

// The actions of the log as a file, and of the proofs that leave the house.
const (
	ExportTaken   Action = "log.exported"
	ExportReady   Action = "log.export_ready"
	ExportFetched Action = "log.export_fetched"
	HeadMailed    Action = "log.head_mailed"
)

func exportActions() []Meaning {
	const r, s = CategoryRead, CategorySystem
	return []Meaning{
		{
			ExportTaken, r, true, Warning, Standard, "Log exported",
			"{who} exported this log: {target}", "{who} tried to export this log: {target}",
		},
		{
			ExportReady, r, true, Info, Standard, "Export made",
			"{who} made an export of this log ready: {target}", "{who} could not make an export of this log: {target}",
		},
		{
			ExportFetched, r, true, Notice, Standard, "Export downloaded",
			"{who} downloaded an export of this log: {target}", "{who} tried to download an export of this log: {target}",
		},
		{
			HeadMailed, s, true, Info, Standard, "Signed end of the log mailed",
			"{who} mailed the signed end of this log to {target}", "{who} could not mail the signed end of this log",
		},
	}
}
